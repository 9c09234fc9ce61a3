"""GET /t/{link}/google: leads to Google, where the ticket is saved in the wallet."""

from tiketi.http import Request, Response, endpoint, redirect
from tiketi.tickets.google_pass import google_pass_url
from tiketi.tickets.holder import linked_ticket, must_admit
from tiketi.tickets.token import sign
from tiketi.tickets.wallets import demand


@endpoint
def handler(request: Request) -> Response:
    demand("google")
    ticket = must_admit(linked_ticket(request.path_parameters["link"]))
    return redirect(google_pass_url(ticket, sign(ticket.item), request.language))
