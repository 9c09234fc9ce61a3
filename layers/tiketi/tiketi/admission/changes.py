"""What became of tickets, written where scanners ask for it. The table's stream tells of each change, by whomever."""

from collections.abc import Iterable
from itertools import batched

from tiketi import clock
from tiketi.admission.items import ChangeItem, changes_key
from tiketi.admission.manifest import change_sort_key, row_of
from tiketi.sales.event_tickets import read_tickets
from tiketi.sales.items import TicketItem

KEPT_SECONDS = 90 * 24 * 3600
_MOST_READ = 100


def ticket_of(sort_key: str) -> str | None:
    """The ticket that a stream's record is about; None when it is about something else."""
    kind, _, ticket_id = sort_key.partition("#")
    return ticket_id if kind == "TICKET" else None


class Changes:
    """Those of one invocation, written together once, however many of its records are about tickets."""

    def __init__(self, ticket_ids: Iterable[str | None]) -> None:
        self._ids = sorted({ticket_id for ticket_id in ticket_ids if ticket_id})
        self._error: Exception | None = None
        self._written = False

    def write(self) -> None:
        """Raises what went wrong, for each of the records."""
        if not self._written:
            self._written = True
            try:
                self._write()
            except Exception as error:
                self._error = error
        if self._error:
            raise self._error

    def _write(self) -> None:
        """Tickets as they are now, not as a record says: records may come twice, and late. With one that was passed on
        comes the one that it became."""
        for ids in batched(self._ids, _MOST_READ, strict=False):
            tickets = read_tickets(ids, consistent=True)
            became = {ticket.transferred_to for ticket in tickets if ticket.transferred_to} - {*ids}
            with ChangeItem.batch_write() as batch:
                for ticket in [*tickets, *read_tickets(became, consistent=True)]:
                    batch.save(_change(ticket))


def _change(ticket: TicketItem) -> ChangeItem:
    now = clock.epoch_now()
    return ChangeItem(
        changes_key(ticket.event_id),
        change_sort_key(now, ticket.ticket_id),
        row=row_of(ticket),
        delete_after=now + KEPT_SECONDS,
    )
