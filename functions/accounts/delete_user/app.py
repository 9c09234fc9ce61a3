"""DELETE /user"""

from tiketi.accounts.deletion import delete_user
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    delete_user(request.caller.user_id)
    return ok({"message": confirm("user_deleted", request.language)})
