"""What holds at a gate, after every step of a history and at its end. Read from the table, not by the functions."""

from collections import Counter

from tests.proof.cloud import Cloud
from tests.proof.truth import Broken
from tiketi.admission.counts import admissions
from tiketi.admission.items import AdmissionsItem, AttemptItem, ConflictItem, UndoItem
from tiketi.admission.rules import ADMITTED_TWICE
from tiketi.sales.items import TicketItem
from tiketi.table import Item


def hold_true(cloud: Cloud, cancelled_at: str) -> None:
    """`cancelled_at` is when the event was called off, and empty while it was not."""
    found = _Found(cloud)
    for ticket in found.of(TicketItem):
        usable = ticket.status == "valid" or (cancelled_at != "" and ticket.status in ("refunded", "void"))
        demand(not ticket.admitted_at or usable, f"a ticket is {ticket.status} and was used")
        admitted = [each for each in found.of_ticket(AttemptItem, ticket) if each.outcome == "admitted"]
        online = [each for each in admitted if each.source == "online"]
        undone = found.of_ticket(UndoItem, ticket)
        demand(len(online) <= 1 + len(undone), f"{len(online)} were let in with one ticket, {len(undone)} undone")
        late = [each for each in admitted if cancelled_at and each.recorded_at > cancelled_at]
        demand(not late, "somebody was admitted after the event was cancelled")
    counted, used = found.counted(), found.used()
    demand(counted == used, f"counted {counted}, used {used}")


def end_true(cloud: Cloud, event_id: str, let_in: set[str]) -> None:
    """`let_in` are the scans by which somebody has come in."""
    found = _Found(cloud)
    conflicts = {item.sk.split("#", 3)[3] for item in found.of(ConflictItem)}
    undone = {item.admitted_scan for item in found.of(UndoItem)}
    counted = {ticket.admitted_scan or "" for ticket in found.of(TicketItem)}
    for ticket in found.of(TicketItem):
        _earliest_counts(ticket, found)
    lost = let_in - counted - undone - conflicts
    demand(not lost, f"came in, and nobody knows: {sorted(lost)}")
    demand(not counted & conflicts, "a scan counts and does not count")
    demand(not counted & undone, "what was taken back has come back")
    told: list[dict[str, object]] = admissions(event_id)["by_gate"]  # pyright: ignore[reportAssignmentType]
    figures = {str(each["gate"]): each["admitted"] for each in told}
    demand(figures == found.used(), f"the organizer is told {figures}, used {found.used()}")


class _Found:
    """All that is in the table."""

    def __init__(self, cloud: Cloud) -> None:
        self._items = [Item.from_raw_data(item) for item in cloud.table.all()]

    def of[Kind: Item](self, kind: type[Kind]) -> list[Kind]:
        return [item for item in self._items if isinstance(item, kind)]

    def of_ticket[Kind: (AttemptItem, UndoItem)](self, kind: type[Kind], ticket: TicketItem) -> list[Kind]:
        return [item for item in self.of(kind) if item.ticket_id == ticket.ticket_id]

    def used(self) -> Counter[str]:
        return Counter(str(each.admitted_gate) for each in self.of(TicketItem) if each.admitted_at)

    def counted(self) -> Counter[str]:
        gates = Counter[str]()
        for item in self.of(AdmissionsItem):
            gates[item.gate] += int(item.admitted)
        return +gates


def _earliest_counts(ticket: TicketItem, found: _Found) -> None:
    """Of those who came in by it while it admitted; but not who had the time to be taken back."""
    inside = [
        (each.scanned_at, f"{each.staff_id}#{each.scan_id}")
        for each in found.of_ticket(AttemptItem, ticket)
        if each.outcome == "admitted" or each.conflict == ADMITTED_TWICE
    ]
    if inside and ticket.status == "valid" and not found.of_ticket(UndoItem, ticket):
        demand((ticket.admitted_at, ticket.admitted_scan) == min(inside), "an earlier scan does not count")


def demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)
