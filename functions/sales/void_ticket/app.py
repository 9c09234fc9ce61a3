"""POST /tickets/{ticket_id}/void"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm
from tiketi.sales.void_ticket import VoidInput, void_ticket


@endpoint
def handler(request: Request) -> Response:
    organizer, asked = request.organizer, request.json(VoidInput)
    ticket = void_ticket(organizer.user_id, request.path_parameters["ticket_id"], asked.reason)
    return ok(
        {
            "message": confirm("ticket_voided", request.language),
            "ticket_id": ticket.ticket_id,
            "status": ticket.status,
            "reason": ticket.void_reason,
            "voided_at": ticket.voided_at,
        }
    )
