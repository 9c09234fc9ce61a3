"""GET /tickets/{ticket_id}/qr.png, and /t/{link}/qr.png for whoever has the link."""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.asked import asked_ticket
from tiketi.tickets.holder import must_admit
from tiketi.tickets.qr import png
from tiketi.tickets.token import sign


@endpoint
def handler(request: Request) -> Response:
    ticket = must_admit(asked_ticket(request))
    return content(png(sign(ticket.item)), "image/png", {"Referrer-Policy": "no-referrer"})
