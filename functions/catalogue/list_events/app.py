"""GET /events"""

from tiketi.catalogue.browse import ListQuery, list_events
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(list_events(request.query_as(ListQuery)).answer())
