"""GET /my_events"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.sales.customer_lists import list_events


@endpoint
def handler(request: Request) -> Response:
    return ok(list_events(request.caller.user_id))
