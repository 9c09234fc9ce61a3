"""GET /orders/{order_id}/pdf"""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.holder import tickets_of_order
from tiketi.tickets.pdf import CONTENT_TYPE, tickets_pdf


@endpoint
def handler(request: Request) -> Response:
    tickets = tickets_of_order(request.caller.user_id, request.path_parameters["order_id"])
    named = {"Content-Disposition": 'inline; filename="tickets.pdf"'}
    return content(tickets_pdf(tickets, request.language), CONTENT_TYPE, named)
