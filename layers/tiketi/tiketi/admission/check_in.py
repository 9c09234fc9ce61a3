"""A scan is written: its outcome into the log, and with it, in the same transaction, the admission of the ticket.

The condition that the ticket is valid and nobody was admitted with it stands in the write itself, so of two scanners at
the same moment one admits. The log has each scan once, so a scan that is sent again gets the answer it got.
"""

from collections.abc import Callable

from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from tiketi import clock
from tiketi.admission.called_off import is_called_off
from tiketi.admission.counts import Admission, count
from tiketi.admission.items import AttemptItem, ConflictItem, attempt_key, conflict_key
from tiketi.admission.presented import Presented, present, ticket_subject
from tiketi.admission.rules import Decision, Scan, Standing, decide, turned_away
from tiketi.admission.scan_log import logged
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.table import condition_failed, transact_if, transaction

_ATTEMPTS = 6
"""Each lost one means that another writer changed the ticket meanwhile."""


def check_in(scan: Scan, token: str, code: str) -> AttemptItem:
    """The scan and its outcome. Four read units, and six write units when it admits, else one.

    Raises Refusal `busy` when other writers came first each time.
    """
    presented = present(scan.event_id, token, code)
    subjects = [ticket_subject(ticket) for ticket in presented.tickets] or [presented.subject]
    for _ in range(_ATTEMPTS):
        answer, again = logged(scan, subjects)
        written = answer or _write(scan, presented, attempt_key(scan.event_id, subjects[0], scan.key, again=again))
        if written:
            return written
    raise Refusal("busy", retry_after=1)


def _write(scan: Scan, presented: Presented, key: tuple[str, str]) -> AttemptItem | None:
    """None when somebody changed the ticket, or wrote this very scan, between the read and the write.

    `key` is where the scan stands in the log, the same one whichever of the tickets with its code it comes to.
    """
    if not presented.tickets:
        attempt = _attempt(scan, key, None, turned_away(presented.outcome, scan))
        return attempt if _put(attempt, scan, presented.subject) else None
    ticket_id, ticket = _best(presented.tickets, scan.event_id)
    subject = ticket_subject(ticket_id)
    decision = decide(_standing(ticket), scan, called_off=is_called_off(scan.event_id))
    attempt = _attempt(scan, key, ticket, decision)
    attempt.ticket_id = ticket_id
    if ticket is None or decision.write == "nothing":
        return attempt if _put(attempt, scan, subject) else None
    return attempt if _commit(scan, ticket, decision, attempt) else None


def _best(ticket_ids: list[str], event_id: str) -> tuple[str, TicketItem | None]:
    """Of several tickets with the same code the one that may still come in; else the first."""
    tickets = [(ticket_id, _read(ticket_id, event_id)) for ticket_id in ticket_ids]
    fresh = ((each, item) for each, item in tickets if item and item.status == "valid" and not item.admitted_at)
    return next(fresh, tickets[0])


def _read(ticket_id: str, event_id: str) -> TicketItem | None:
    try:
        ticket = TicketItem.get(*ticket_key(ticket_id), consistent_read=True)
    except DoesNotExist:
        return None
    return ticket if ticket.event_id == event_id else None


def _standing(ticket: TicketItem | None) -> Standing | None:
    if ticket is None:
        return None
    return Standing(ticket.status, ticket.admitted_at, ticket.admitted_gate, ticket.admitted_scan)


def _attempt(scan: Scan, key: tuple[str, str], ticket: TicketItem | None, decision: Decision) -> AttemptItem:
    return AttemptItem(
        *key,
        event_id=scan.event_id,
        staff_id=scan.staff_id,
        scan_id=scan.scan_id,
        code=ticket.code if ticket else None,
        ticket_type=ticket.ticket_type if ticket else None,
        outcome=decision.outcome,
        conflict=decision.conflict,
        gate=scan.gate,
        source="online" if scan.online else "offline",
        scanned_at=scan.at,
        recorded_at=clock.rfc3339(clock.utc_now()),
        other_at=decision.other_at,
        other_gate=decision.other_gate,
    )


def _put(attempt: AttemptItem, scan: Scan, subject: str) -> bool:
    """Logs a scan that admits nobody; False when it is in the log already."""
    if attempt.conflict:
        return _together(lambda both: _log_conflict(both, attempt, scan, subject))
    try:
        attempt.save(AttemptItem.pk.does_not_exist())
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _log_conflict(both: TransactWrite, attempt: AttemptItem, scan: Scan, subject: str) -> None:
    both.save(attempt, condition=AttemptItem.pk.does_not_exist())
    both.save(_conflict(scan.key, subject, attempt, scan.gate, scan.at))
    logger.warning("somebody was let in by a scan that does not count", extra=_about(attempt))


def _commit(scan: Scan, ticket: TicketItem, decision: Decision, attempt: AttemptItem) -> bool:
    """Admits, or moves the admission to an earlier scan; False when a condition did not hold."""
    subject = ticket_subject(ticket.ticket_id)
    admitting = decision.write == "admit"

    def write(all_: TransactWrite) -> None:
        all_.update(
            TicketItem(ticket.pk, ticket.sk),
            actions=[
                TicketItem.admitted_at.set(scan.at),
                TicketItem.admitted_gate.set(scan.gate),
                TicketItem.admitted_scan.set(scan.key),
            ],
            condition=_free(ticket, decision),
        )
        all_.save(attempt, condition=AttemptItem.pk.does_not_exist())
        if admitting:
            count(all_, scan.event_id, scan.key, ticket.ticket_type, came=_admission(scan))
        else:
            _move(all_, scan, ticket)
            loser = str(ticket.admitted_scan)
            all_.save(_conflict(loser, subject, attempt, str(ticket.admitted_gate), str(ticket.admitted_at)))

    return _together(write)


def _free(ticket: TicketItem, decision: Decision) -> Condition:
    """What must still hold when it is written: nobody used the ticket, or nobody but the later scan did."""
    if decision.write == "admit":
        return (TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist()
    return TicketItem.admitted_scan == ticket.admitted_scan


def _move(together: TransactWrite, scan: Scan, ticket: TicketItem) -> None:
    """From the count of the gate that seemed first to that of the one that was."""
    seemed = Admission(str(ticket.admitted_gate), str(ticket.admitted_at))
    count(together, scan.event_id, scan.key, ticket.ticket_type, came=_admission(scan), gone=seemed)


def _admission(scan: Scan) -> Admission:
    return Admission(scan.gate, scan.at)


def _conflict(scan_key: str, subject: str, attempt: AttemptItem, gate: str, at: str) -> ConflictItem:
    return ConflictItem(
        *conflict_key(attempt.event_id, subject, scan_key),
        event_id=attempt.event_id,
        ticket_id=attempt.ticket_id,
        kind=attempt.conflict,
        gate=gate,
        staff_id=scan_key.partition("#")[0],
        scanned_at=at,
        recorded_at=attempt.recorded_at,
    )


def _together(write: Callable[[TransactWrite], None]) -> bool:
    def commit() -> None:
        with transaction() as together:
            write(together)

    return transact_if(commit)


def _about(attempt: AttemptItem) -> dict[str, object]:
    return {"event_id": attempt.event_id, "ticket_id": attempt.ticket_id, "conflict": attempt.conflict}
