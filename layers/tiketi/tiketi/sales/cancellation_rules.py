"""Whether an order may be given back, and what of its money goes back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from tiketi.catalogue.items import EventItem
from tiketi.clock import parse, rfc3339
from tiketi.errors import Refusal

CANCELLED_BY_REQUEST = "cancelled_by_request"
MOST_TICKETS_AT_ONCE = 99
"""Tickets and their payment end in one transaction, which takes 100 items."""


@dataclass(frozen=True)
class Terms:
    """An organizer's word: `percent` of what was paid goes back until so many `hours` before the `start`."""

    hours: int
    percent: int
    start: datetime

    @property
    def until(self) -> datetime:
        return self.start - timedelta(hours=self.hours)

    def kept(self) -> dict[str, Any]:
        """As an order keeps them from its purchase."""
        return {"hours": self.hours, "percent": self.percent, "start": rfc3339(self.start)}

    @classmethod
    def bought(cls, kept: dict[str, Any], start: datetime) -> Self:
        """Those of an order. An event that was put off counts by the `start` it has now."""
        return cls(kept["hours"], kept["percent"], max(parse(kept["start"]), start))


def terms_now(event: EventItem) -> Terms | None:
    """None where nothing is taken back."""
    if event.refund_hours is None:
        return None
    return Terms(event.refund_hours, int(event.refund_percent), parse(event.start_date))


def terms_of(event: EventItem, kept: dict[str, Any] | None) -> list[Terms]:
    """Those of today, and those the order was bought under: the kinder ones count."""
    bought = Terms.bought(kept, parse(event.start_date)) if kept else None
    return [terms for terms in (terms_now(event), bought) if terms]


def percent_back(terms: Iterable[Terms], now: datetime) -> int:
    """By the kindest of the terms that are not over.

    Raises Refusal `no_cancellation`, or `cancellation_closed` when the time of all of them is over.
    """
    stated = list(terms)
    if not stated:
        raise Refusal("no_cancellation")
    open_now = [each.percent for each in stated if now < each.until]
    if not open_now:
        raise Refusal("cancellation_closed", until=rfc3339(max(each.until for each in stated)))
    return max(open_now)


def refund_due(amount: int, percent: int) -> int:
    """KES, rounded up to a whole one."""
    return -(-amount * percent // 100)


def demand_unused(statuses: list[tuple[str, bool]], quantity: int) -> int:
    """How many tickets are to end: those that the organizer has made void have ended, and hold nothing up.

    `statuses`: of each ticket, its status and whether somebody was admitted with it; `transferred` is one that is
    somebody else's now. Raises Refusal `tickets_used`, `tickets_passed_on`, `tickets_ended`, or
    `order_too_large_to_cancel`.
    """
    if quantity > MOST_TICKETS_AT_ONCE:
        raise Refusal("order_too_large_to_cancel", most=MOST_TICKETS_AT_ONCE)
    if any(admitted for _, admitted in statuses):
        raise Refusal("tickets_used")
    found = [status for status, _ in statuses]
    if "transferred" in found:
        raise Refusal("tickets_passed_on")
    valid = found.count("valid")
    if len(found) != quantity or not valid or valid + found.count("void") != quantity:
        raise Refusal("tickets_ended")
    return valid
