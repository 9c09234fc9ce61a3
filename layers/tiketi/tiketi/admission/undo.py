"""An organizer takes an admission back: somebody was scanned by mistake, or sent home. The ticket admits again."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pynamodb.exceptions import DoesNotExist, TransactWriteError

from tiketi import clock
from tiketi.admission.counts import Admission, count
from tiketi.admission.items import UndoItem, attempts_key
from tiketi.admission.presented import ticket_subject
from tiketi.catalogue.changes import find_event
from tiketi.errors import Refusal
from tiketi.ids import new_id, order_of_ticket
from tiketi.logs import logger
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.table import cancelled_by_condition, transact, transaction


class UndoInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=3, max_length=200)]


def undo_check_in(event_id: str, ticket_id: str, organizer_id: str, reason: str) -> UndoItem:
    """Six write units. The scan that admitted stays in the log, and does not admit again when it is sent again.

    Raises Refusal `event_not_found`, `not_your_event`, `ticket_not_found`, `not_admitted`, or `changed_meanwhile`.
    """
    find_event(event_id, organizer_id)
    ticket = _ticket_of(event_id, ticket_id)
    if not ticket.admitted_scan:
        raise Refusal("not_admitted")
    undone = UndoItem(
        attempts_key(event_id, ticket_subject(ticket_id)),
        f"UNDO#{new_id()}",
        event_id=event_id,
        ticket_id=ticket_id,
        undone_by=organizer_id,
        undone_at=clock.rfc3339(clock.utc_now()),
        reason=reason,
        admitted_at=ticket.admitted_at,
        admitted_gate=ticket.admitted_gate,
        admitted_scan=ticket.admitted_scan,
    )
    _write(ticket, undone)
    logger.info("check-in undone", extra={"event_id": event_id, "ticket_id": ticket_id, "undone_by": organizer_id})
    return undone


def _ticket_of(event_id: str, ticket_id: str) -> TicketItem:
    try:
        ticket = TicketItem.get(*ticket_key(ticket_id), consistent_read=True) if order_of_ticket(ticket_id) else None
    except DoesNotExist:
        ticket = None
    if ticket is None or ticket.event_id != event_id:
        raise Refusal("ticket_not_found")
    return ticket


def _write(ticket: TicketItem, undone: UndoItem) -> None:
    def commit() -> None:
        with transaction() as together:
            together.update(
                TicketItem(ticket.pk, ticket.sk),
                actions=[
                    TicketItem.admitted_at.remove(),
                    TicketItem.admitted_gate.remove(),
                    TicketItem.admitted_scan.remove(),
                ],
                condition=TicketItem.admitted_scan == ticket.admitted_scan,
            )
            together.save(undone)
            gone = Admission(undone.admitted_gate, undone.admitted_at)
            count(together, undone.event_id, undone.sk, ticket.ticket_type, gone=gone)

    try:
        transact(commit)
    except TransactWriteError as error:
        if cancelled_by_condition(error):
            raise Refusal("changed_meanwhile") from error
        raise
