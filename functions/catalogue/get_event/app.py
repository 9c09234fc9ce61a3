"""GET /events/{event_id}"""

from tiketi.catalogue.items import load_event
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(load_event(request.path_parameters["event_id"]).answer())
