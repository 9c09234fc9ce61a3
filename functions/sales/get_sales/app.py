"""GET /events/{event_id}/sales"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.sales.sales_figures import event_sales


@endpoint
def handler(request: Request) -> Response:
    return ok(event_sales(request.path_parameters["event_id"], request.organizer.user_id))
