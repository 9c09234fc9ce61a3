"""PUT /user"""

from tiketi.accounts.profile import UpdateUserInput, update_user
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    user = update_user(request.caller.user_id, request.json(UpdateUserInput))
    return ok({"message": confirm("user_updated", request.language), "user": user.answer()})
