"""GET /events/{event_id}/cancellation"""

from tiketi.catalogue.cancel_event import get_cancellation
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(get_cancellation(request.path_parameters["event_id"], request.organizer.user_id))
