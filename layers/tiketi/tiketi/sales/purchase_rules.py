"""What a customer may buy, without AWS and without HTTP."""

from collections.abc import Iterable
from datetime import datetime

from tiketi.catalogue.event_rules import DEFAULT_MAX_PER_ORDER
from tiketi.catalogue.items import CANCELLED, DRAFT, Event, Tier
from tiketi.clock import parse
from tiketi.errors import FieldError, Refusal, invalid_field

MPESA_MOST_KES = 250_000
"""The most M-PESA moves in one transaction."""


def tier_to_sell(event: Event, ticket_type: str, quantity: int, now: datetime, code: str = "") -> Tier:
    """The tier, when this many of its tickets may be sold at this moment; stock is not looked at here.

    A tier that another code hides is one that does not exist, in every word of the refusal.
    Raises Refusal: the fields that are wrong, `event_not_found` for a draft, `event_cancelled`, `event_over`,
    `sales_not_open`, `sales_closed`.
    """
    if event.item.status == DRAFT:
        raise Refusal("event_not_found")
    if event.item.status == CANCELLED:
        raise Refusal("event_cancelled")
    offered = event.item.tiers_for(code)
    tier = offered.get(ticket_type)
    if tier is None:
        raise _no_such_tier(offered)
    _check_time(event, ticket_type, tier, now)
    most = tier.get("max_per_order", DEFAULT_MAX_PER_ORDER)
    most = min(most, tier.get("max_per_customer", most))
    if quantity > most:
        raise invalid_field("quantity", "less_than_equal", f"At most {most} tickets of this type per order.", le=most)
    if tier["price"] * quantity > MPESA_MOST_KES:
        most = MPESA_MOST_KES // tier["price"]
        message = f"M-PESA takes KES {MPESA_MOST_KES:,} at most in one payment: buy {most} or fewer at a time."
        raise Refusal("invalid_input", fields=(FieldError("quantity", "less_than_equal", message, {"le": most}),))
    return tier


def tier_to_give(event: Event, ticket_type: str, now: datetime) -> None:
    """What an organizer may give away: any tier until the event is over, whenever it is on sale and however many.

    Not of a draft: its holder would read of an event that nobody can look at, and that may yet become another.
    Raises Refusal: the fields that are wrong, `event_not_published`, `event_cancelled`, `event_over`.
    """
    if event.item.status == DRAFT:
        raise Refusal("event_not_published")
    if event.item.tier(ticket_type) is None:
        raise _no_such_tier(event.item.tiers)
    if event.item.status == CANCELLED:
        raise Refusal("event_cancelled")
    if parse(event.item.end_date) <= now:
        raise Refusal("event_over")


def _no_such_tier(offered: Iterable[str]) -> Refusal:
    names = ", ".join(offered)
    return invalid_field("ticket_type", "unknown_tier", f"This event has no such tickets. It has: {names}.")


def _check_time(event: Event, ticket_type: str, tier: Tier, now: datetime) -> None:
    if parse(event.item.end_date) <= now:
        raise Refusal("event_over")
    start, end = tier.get("sales_start"), tier.get("sales_end")
    if start and now < parse(start):
        raise Refusal("sales_not_open", ticket_type=ticket_type, sales_start=start)
    if end and now >= parse(end):
        raise Refusal("sales_closed", ticket_type=ticket_type)
