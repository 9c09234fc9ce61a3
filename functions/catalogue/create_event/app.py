"""POST /events"""

from tiketi.catalogue.create_event import create_event
from tiketi.catalogue.event_input import NewEvent
from tiketi.http import Request, Response, created, endpoint


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    return created(create_event(request.json(NewEvent), organizer.user_id).own_answer())
