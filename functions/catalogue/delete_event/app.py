"""DELETE /events/{event_id}"""

from tiketi.catalogue.delete_event import delete_event
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    delete_event(request.path_parameters["event_id"], request.organizer.user_id)
    return ok({"message": confirm("event_deleted", request.language)})
