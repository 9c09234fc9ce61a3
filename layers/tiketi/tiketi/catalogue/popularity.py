"""The order of the most popular events: tickets sold, and among equals the earlier start."""

from datetime import datetime

from tiketi.catalogue.items import PUBLISHED, EventItem
from tiketi.clock import parse

RANKED = "POPULAR"
_MOST = 9_999_999


def rank(event: EventItem, tickets_sold: int, now: datetime) -> str | None:
    """The sort key of an event in the index: none when it is over or being deleted."""
    if event.status != PUBLISHED or parse(event.end_date) <= now:
        return None
    return f"{_MOST - coarse(tickets_sold):07d}#{event.start_date}#{event.event_id}"


def coarse(tickets: int) -> int:
    """Two leading digits: 7, 42, 130, 12000. So a large event moves in the index now and then, not at each sale."""
    unit = 10 ** max(0, len(str(tickets)) - 2)
    return tickets // unit * unit
