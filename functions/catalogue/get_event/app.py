"""GET /events/{event_id}"""

from tiketi.catalogue.visible_event import visible_event
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    authorization = request.headers.get("authorization") or ""
    return ok(visible_event(request.path_parameters["event_id"], authorization).answer())
