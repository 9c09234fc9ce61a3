"""An organizer makes a ticket void: it was got by fraud, say, or its holder is not welcome. No money moves by that."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.delivery.notices import enqueue, ticket_voided
from tiketi.errors import Refusal
from tiketi.ids import order_of_ticket
from tiketi.logs import logger
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.table import update_if


class VoidInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=3, max_length=200)]


def void_ticket(organizer_id: str, ticket_id: str, reason: str) -> TicketItem:
    """The ticket, `void`, with who did it, when and why; its holder is told. To do it again changes nothing, and tells
    him in case the first time was cut off before it did. One write unit.

    Raises Refusal `ticket_not_found`, also for a ticket of somebody else's event, `ticket_used`, or `ticket_ended`.
    """
    ticket = _of_own_event(organizer_id, ticket_id)
    if not ticket.voided_by and not _write(ticket, organizer_id, reason):
        ticket.refresh(consistent_read=True)
    if not ticket.voided_by:
        raise Refusal("ticket_used" if ticket.status == "valid" else "ticket_ended")
    enqueue(ticket_voided(ticket_id))
    return ticket


def _of_own_event(organizer_id: str, ticket_id: str) -> TicketItem:
    try:
        ticket = TicketItem.get(*ticket_key(ticket_id), consistent_read=True) if order_of_ticket(ticket_id) else None
    except DoesNotExist:
        ticket = None
    event = read_event(ticket.event_id) if ticket else None
    if ticket is None or event is None or event.organizer_id != organizer_id:
        raise Refusal("ticket_not_found")
    return ticket


def _write(ticket: TicketItem, organizer_id: str, reason: str) -> bool:
    actions = [
        TicketItem.status.set("void"),
        TicketItem.voided_by.set(organizer_id),
        TicketItem.voided_at.set(clock.rfc3339(clock.utc_now())),
        TicketItem.void_reason.set(reason),
    ]
    if not update_if(ticket, actions, (TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist()):
        return False
    logger.info("ticket made void", extra={"ticket_id": ticket.ticket_id, "voided_by": organizer_id})
    return True
