"""What a scan comes to. Pure: the ticket as it stands and the scan go in, the outcome and what to write come out."""

from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal[
    "admitted",
    "already_admitted",
    "event_cancelled",
    "refunded",
    "void",
    "transferred",
    "wrong_event",
    "unknown",
    "forged",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

Write = Literal["nothing", "admit", "take over"]
"""Of the ticket: leave it, admit it, or make an earlier scan than the one it has its admission."""

ADMITTED_TWICE = "admitted_twice"


@dataclass(frozen=True)
class Scan:
    """One scan of one ticket. `at` is RFC 3339; `decided` is what an offline scanner has told its user, None online."""

    event_id: str
    staff_id: str
    scan_id: str
    gate: str
    at: str
    decided: Outcome | None = None

    @property
    def key(self) -> str:
        return f"{self.staff_id}#{self.scan_id}"

    @property
    def online(self) -> bool:
        return self.decided is None

    @property
    def let_in(self) -> bool:
        """Whether somebody is inside already because of it."""
        return self.decided == "admitted"


@dataclass(frozen=True)
class Standing:
    """A ticket as the gate sees it; the last three are None until it is admitted."""

    status: str
    admitted_at: str | None = None
    admitted_gate: str | None = None
    admitted_scan: str | None = None


@dataclass(frozen=True)
class Decision:
    outcome: Outcome
    write: Write = "nothing"
    conflict: str | None = None
    """What is wrong when somebody has been let in who should not have been, or twice."""
    other_at: str | None = None
    other_gate: str | None = None


def decide(ticket: Standing | None, scan: Scan, *, called_off: bool) -> Decision:
    """What the scan of a ticket comes to; None is a ticket that is not there. `called_off`: its event is cancelled."""
    if scan.decided is not None and not scan.let_in:
        return Decision(scan.decided)
    if ticket is not None and ticket.admitted_scan == scan.key:
        return Decision("admitted")
    if ticket is None:
        return turned_away("unknown", scan)
    if called_off:
        return turned_away("event_cancelled", scan)
    if ticket.status != "valid":
        return turned_away(_ended(ticket.status), scan)
    if ticket.admitted_at is None:
        return Decision("admitted", "admit")
    return _again(ticket, scan)


def turned_away(outcome: Outcome, scan: Scan) -> Decision:
    """A conflict when an offline scanner had let the person in."""
    return Decision(outcome, conflict=outcome if scan.let_in else None)


def _ended(status: str) -> Outcome:
    return status if status in OUTCOMES else "void"


def _again(ticket: Standing, scan: Scan) -> Decision:
    """The ticket was admitted by another scan. Of two that let people in, the earlier one counts."""
    conflict = ADMITTED_TWICE if scan.let_in else None
    first = (ticket.admitted_at or "", ticket.admitted_scan or "")
    if scan.let_in and (scan.at, scan.key) < first:
        return Decision("admitted", "take over", conflict, ticket.admitted_at, ticket.admitted_gate)
    return Decision("already_admitted", "nothing", conflict, ticket.admitted_at, ticket.admitted_gate)
