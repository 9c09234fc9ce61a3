"""GET /events/search"""

from tiketi.catalogue.browse import SearchQuery, search_events
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok(search_events(request.query_as(SearchQuery)).answer())
