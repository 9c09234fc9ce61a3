"""POST /events/{event_id}/cancel"""

from tiketi.catalogue.cancel_event import cancel_event
from tiketi.http import Request, Response, accepted, endpoint


@endpoint
def handler(request: Request) -> Response:
    return accepted(cancel_event(request.path_parameters["event_id"], request.organizer.user_id))
