"""POST /tickets/{ticket_id}/transfer"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm
from tiketi.sales.transfer import TransferInput, transfer_ticket


@endpoint
def handler(request: Request) -> Response:
    user_id, wanted = request.caller.user_id, request.json(TransferInput)
    ticket = transfer_ticket(user_id, request.path_parameters["ticket_id"], wanted.email, request.id)
    return ok(
        {
            "message": confirm("ticket_transferred", request.language),
            "ticket_id": ticket.ticket_id,
            "status": ticket.status,
            "transferred_at": ticket.transferred_at,
        }
    )
