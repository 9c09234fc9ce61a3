"""GET /t/{link}/apple.pkpass"""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.apple_pass import CONTENT_TYPE, apple_pass
from tiketi.tickets.holder import linked_ticket, must_admit
from tiketi.tickets.token import sign
from tiketi.tickets.wallets import demand


@endpoint
def handler(request: Request) -> Response:
    demand("apple")
    ticket = must_admit(linked_ticket(request.path_parameters["link"]))
    named = {"Content-Disposition": 'attachment; filename="ticket.pkpass"'}
    return content(apple_pass(ticket, sign(ticket.item), request.language), CONTENT_TYPE, named)
