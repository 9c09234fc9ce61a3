"""POST /login"""

from tiketi.accounts.sign_in import LoginInput, login, session
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    user = login(request.json(LoginInput))
    return ok({"success": True, "message": confirm("signed_in", request.language), **session(user)})
