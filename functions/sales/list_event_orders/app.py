"""GET /events/{event_id}/orders"""

from tiketi.http import Request, Response, content, endpoint, ok, zipped
from tiketi.sales.csv_text import MEDIA_TYPE
from tiketi.sales.event_lists import ListInput, orders


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    asked = request.query_as(ListInput)
    is_csv = asked.is_csv(request.headers.get("accept") or "")
    page = orders(request.path_parameters["event_id"], organizer.user_id, asked, is_csv=is_csv)
    answer = content(page.csv(), MEDIA_TYPE, page.csv_headers()) if is_csv else ok(page.answer())
    return zipped(request, answer)
