"""Whether an order may be given back, and what of its money goes back. Pure."""

from datetime import datetime, timedelta

from tiketi.catalogue.items import EventItem
from tiketi.clock import parse, rfc3339
from tiketi.errors import Refusal

CANCELLED_BY_REQUEST = "cancelled_by_request"
MOST_TICKETS_AT_ONCE = 99
"""Tickets and their payment end in one transaction, which takes 100 items."""


def refund_due(event: EventItem, amount: int, now: datetime) -> int:
    """KES, rounded up to a whole one.

    Raises Refusal `no_cancellation`, or `cancellation_closed` when the organizer's time for it is over.
    """
    hours = event.refund_hours
    if hours is None:
        raise Refusal("no_cancellation")
    until = parse(event.start_date) - timedelta(hours=hours)
    if now >= until:
        raise Refusal("cancellation_closed", until=rfc3339(until))
    return -(-amount * int(event.refund_percent) // 100)


def demand_unused(statuses: list[tuple[str, bool]], quantity: int) -> None:
    """`statuses`: of each ticket, its status and whether somebody was admitted with it.

    Raises Refusal `tickets_used`, `tickets_ended`, or `order_too_large_to_cancel`.
    """
    if quantity > MOST_TICKETS_AT_ONCE:
        raise Refusal("order_too_large_to_cancel", most=MOST_TICKETS_AT_ONCE)
    if any(admitted for _, admitted in statuses):
        raise Refusal("tickets_used")
    if len(statuses) != quantity or any(status != "valid" for status, _ in statuses):
        raise Refusal("tickets_ended")
