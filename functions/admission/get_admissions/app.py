"""GET /events/{event_id}/admissions"""

from tiketi.admission.counts import admissions
from tiketi.catalogue.changes import find_event
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    event = find_event(request.path_parameters["event_id"], request.organizer.user_id)
    return ok(admissions(event.event_id))
