"""An organizer takes an event back, which is possible until the first ticket is held."""

from tiketi.catalogue.changes import claim, find_event, read_event, release
from tiketi.catalogue.items import CANCELLED, DELETING, DRAFT, PUBLISHED, EventItem
from tiketi.catalogue.listings import refresh_soon, withdraw
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.sales import stock


def delete_event(event_id: str, organizer_id: str) -> None:
    """Marks the event, closes its stock, and only then removes everything.

    A crash leaves it marked: nobody sees it, and the sweep, or the organizer asking again, finishes. Raises Refusal
    `event_not_found`, `not_your_event`, `event_has_sales`, `event_cancelled`, `changed_meanwhile`.
    """
    event = find_event(event_id, organizer_id)
    if event.status == CANCELLED:
        raise Refusal("event_cancelled")
    if event.status == DELETING:
        _finish(claim(event))
        return
    if _has_sales(event):
        raise Refusal("event_has_sales")
    _finish(claim(event, status=DELETING, status_before=event.status))


def finish_deletion(event_id: str) -> None:
    """What a crash has left of a deletion, unless somebody is at work on it."""
    event = read_event(event_id)
    if event is None or event.status != DELETING:
        return
    try:
        _finish(claim(event))
    except Refusal as refusal:
        logger.info("not deleted now", extra={"event_id": event_id, "code": refusal.code})


def _has_sales(event: EventItem) -> bool:
    """Looked at first, so that an event that cannot be deleted does not vanish from the listings for a moment."""
    return any(pool.sold or pool.held for pool in stock.figures(event.event_id, event.pools).values())


def _stay(event: EventItem) -> None:
    """As it was: what kept it from being deleted has opened its stock again."""
    before = event.status_before or PUBLISHED
    if before == DRAFT:
        stock.stop(event.event_id, event.pools)
    release(event, status=before)


def _finish(event: EventItem) -> None:
    if not stock.close(event.event_id, event.pools):
        _stay(event)
        refresh_soon(event.event_id)
        raise Refusal("event_has_sales")
    stock.delete_shards(event.event_id, event.pools)
    if not withdraw(event.event_id, int(event.version)):
        raise Refusal("changed_meanwhile")
