"""GET /organizer/events"""

from tiketi.catalogue.organizer_events import organizer_events
from tiketi.catalogue.pages import Paging
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(organizer_events(request.organizer.user_id, request.query_as(Paging)))
