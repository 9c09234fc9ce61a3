"""GET /events/{event_id}"""

from tiketi.catalogue.visible_event import EventQuery, visible_event
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    authorization = request.headers.get("authorization") or ""
    code = request.query_as(EventQuery).code
    return ok(visible_event(request.path_parameters["event_id"], authorization, code))
