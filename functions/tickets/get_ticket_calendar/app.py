"""GET /tickets/{ticket_id}/calendar.ics, and /t/{link}/calendar.ics for whoever has the link."""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.asked import asked_ticket
from tiketi.tickets.calendar import CONTENT_TYPE, calendar
from tiketi.tickets.link import page_url


@endpoint
def handler(request: Request) -> Response:
    ticket = asked_ticket(request)
    file = calendar(ticket, page_url(request.public_url, ticket.id), request.language)
    return content(file, CONTENT_TYPE, {"Content-Disposition": 'attachment; filename="ticket.ics"'})
