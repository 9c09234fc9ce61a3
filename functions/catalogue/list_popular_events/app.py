"""GET /events/popular"""

from tiketi.catalogue.popular import popular_events
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok({"popular_events": popular_events()})
