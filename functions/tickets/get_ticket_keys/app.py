"""GET /.well-known/jwks.json"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.tickets.keys import key_set


@endpoint
def handler(request: Request) -> Response:
    return ok(key_set(), {"Cache-Control": "public, max-age=300"})
