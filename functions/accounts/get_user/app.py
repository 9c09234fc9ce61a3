"""GET /user"""

from tiketi.accounts.items import load_user
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(load_user(request.caller.user_id).answer())
