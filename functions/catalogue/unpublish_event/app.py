"""POST /events/{event_id}/unpublish"""

from tiketi.catalogue.publish_event import unpublish_event
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    event = unpublish_event(request.path_parameters["event_id"], request.organizer.user_id)
    return ok({"message": confirm("event_unpublished", request.language), "event": event.own_answer()})
