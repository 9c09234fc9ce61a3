"""GET /user/tickets"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.sales.customer_lists import list_tickets
from tiketi.sorted_pages import PageInput


@endpoint
def handler(request: Request) -> Response:
    tickets, next_cursor = list_tickets(request.caller.user_id, request.query_as(PageInput), request.public_url)
    return ok({"tickets": tickets, "next_cursor": next_cursor})
