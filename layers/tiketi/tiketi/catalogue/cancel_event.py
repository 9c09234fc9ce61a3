"""An organizer calls an event off, for good."""

from datetime import timedelta
from typing import Any

from tiketi import clock
from tiketi.catalogue.changes import demand_unclaimed, find_event, write
from tiketi.catalogue.items import CANCELLED, DELETING, EventItem
from tiketi.catalogue.listings import refresh_soon
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.sales.cancellation import begin_cancellation, progress

LATEST = timedelta(days=7)
"""So long after its end an event that came to nothing can still be cancelled, for its customers to be paid back."""


def cancel_event(event_id: str, organizer_id: str) -> dict[str, Any]:
    """The progress of its cancellation; to cancel it again changes nothing.

    The write that makes it `cancelled` decides: whatever order is completed afterwards is ended by its finalizer, and
    the others are found from here. A crash after it is carried on by the stream, or by the organizer asking again.
    Raises Refusal `event_not_found`, `not_your_event`, `event_over`, `changed_meanwhile`.
    """
    event = find_event(event_id, organizer_id)
    if event.status == DELETING:
        raise Refusal("event_not_found")
    if event.status != CANCELLED:
        event = _cancel(event)
        logger.info("event cancelled by its organizer", extra={"event_id": event_id})
    begin_cancellation(event)
    refresh_soon(event_id)
    return progress(event)


def _cancel(event: EventItem) -> EventItem:
    now = clock.utc_now()
    if clock.parse(event.end_date) + LATEST <= now:
        raise Refusal("event_over")
    demand_unclaimed(event)
    return write(event, {"status": CANCELLED, "cancelled_at": clock.rfc3339(now)})


def get_cancellation(event_id: str, organizer_id: str) -> dict[str, Any]:
    """Raises Refusal `event_not_found`, `not_your_event`, `not_cancelled`."""
    event = find_event(event_id, organizer_id)
    if event.status != CANCELLED:
        raise Refusal("not_cancelled")
    return progress(event)
