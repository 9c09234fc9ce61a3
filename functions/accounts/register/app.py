"""POST /register"""

from tiketi.accounts.registration import RegisterInput, register
from tiketi.accounts.sign_in import session
from tiketi.http import Request, Response, created, endpoint
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    user = register(request.json(RegisterInput), request.language)
    return created(
        {"success": True, "message": confirm("registered", request.language), **session(user), **user.answer()}
    )
