"""GET /events/{event_id}/check-ins/conflicts"""

from tiketi.admission.conflicts import conflicts
from tiketi.catalogue.changes import find_event
from tiketi.http import Request, Response, endpoint, ok
from tiketi.sorted_pages import PageInput


@endpoint
def handler(request: Request) -> Response:
    event = find_event(request.path_parameters["event_id"], request.organizer.user_id)
    found, next_cursor = conflicts(event.event_id, request.query_as(PageInput))
    return ok({"conflicts": found, "next_cursor": next_cursor})
