"""Which ticket a request is about: one's own by its id, or anybody's by its link."""

from tiketi.http import Request
from tiketi.tickets.holder import HeldTicket, linked_ticket, own_ticket


def asked_ticket(request: Request) -> HeldTicket:
    """Raises Refusal `ticket_not_found`, and `not_signed_in` where a ticket is asked for by its id."""
    if "link" in request.path_parameters:
        return linked_ticket(request.path_parameters["link"])
    return own_ticket(request.caller.user_id, request.path_parameters["ticket_id"])
