"""GET /tickets/{ticket_id}/pdf, and /t/{link}/pdf for whoever has the link."""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.asked import asked_ticket
from tiketi.tickets.pdf import CONTENT_TYPE, tickets_pdf


@endpoint
def handler(request: Request) -> Response:
    ticket = asked_ticket(request)
    named = {"Content-Disposition": f'inline; filename="ticket-{ticket.item.code}.pdf"'}
    return content(tickets_pdf([ticket], request.language), CONTENT_TYPE, named)
