"""GET /user/upcoming_events"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm
from tiketi.sales.customer_lists import list_upcoming_events
from tiketi.sorted_pages import PageInput


@endpoint
def handler(request: Request) -> Response:
    events, next_cursor = list_upcoming_events(request.caller.user_id, request.query_as(PageInput))
    message = confirm("upcoming_events" if events else "no_upcoming_events", request.language)
    return ok({"message": message, "upcoming_events": events, "next_cursor": next_cursor})
