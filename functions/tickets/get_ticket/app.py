"""GET /tickets/{ticket_id}"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.tickets.holder import held_answer, own_ticket
from tiketi.tickets.link import page_url
from tiketi.tickets.token import sign


@endpoint
def handler(request: Request) -> Response:
    ticket = own_ticket(request.caller.user_id, request.path_parameters["ticket_id"])
    token = sign(ticket.item) if ticket.admits else None
    return ok(held_answer(ticket, token, page_url(request.public_url, ticket.id)))
