"""PUT /events/{event_id}"""

from tiketi.catalogue.event_input import EventChanges
from tiketi.catalogue.update_event import update_event
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    event = update_event(request.path_parameters["event_id"], request.json(EventChanges), organizer.user_id)
    return ok({"message": confirm("event_updated", request.language), "event": event.own_answer()})
