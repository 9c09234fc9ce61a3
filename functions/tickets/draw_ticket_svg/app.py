"""GET /tickets/{ticket_id}/qr.svg"""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.holder import must_admit, own_ticket
from tiketi.tickets.qr import svg
from tiketi.tickets.token import sign
from tiketi.tickets.words import say


@endpoint
def handler(request: Request) -> Response:
    ticket = must_admit(own_ticket(request.caller.user_id, request.path_parameters["ticket_id"]))
    return content(svg(sign(ticket.item), say("qr", request.language, code=ticket.code)), "image/svg+xml")
