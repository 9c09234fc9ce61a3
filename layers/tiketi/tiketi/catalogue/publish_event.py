"""An organizer shows an event to everybody and sells its tickets, or takes it back into a draft.

Stock is open exactly while the event is published, so a buyer who read the event a moment ago gets no ticket of a
draft. A crash leaves a draft, whatever of its stock is open by then: nobody buys from it, and asking again finishes.
"""

from tiketi import clock
from tiketi.catalogue.changes import claim, demand_unclaimed, find_event, release
from tiketi.catalogue.items import CANCELLED, DELETING, DRAFT, PUBLISHED, Event, EventItem, load_event
from tiketi.catalogue.listings import refresh_soon
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.sales import stock


def publish_event(event_id: str, organizer_id: str) -> Event:
    """The event, on sale. To publish it again changes nothing.

    Raises Refusal `event_not_found`, `not_your_event`, `event_cancelled`, `event_over`, `changed_meanwhile`.
    """
    event = _own(event_id, organizer_id)
    if event.status == DRAFT:
        if clock.parse(event.end_date) <= clock.utc_now():
            raise Refusal("event_over")
        claimed = claim(event)
        stock.reopen(event_id, claimed.pools)
        release(claimed, status=PUBLISHED)
        logger.info("event published", extra={"event_id": event_id})
    return _shown(event_id)


def unpublish_event(event_id: str, organizer_id: str) -> Event:
    """The event, a draft: it is in no listing and nothing of it is sold. Holders keep their tickets, and whoever is
    paying at this moment gets his. To take it back again changes nothing.

    Raises Refusal `event_not_found`, `not_your_event`, `event_cancelled`, `changed_meanwhile`.
    """
    event = _own(event_id, organizer_id)
    demand_unclaimed(event)
    claimed = claim(event, status=DRAFT)
    stock.stop(event_id, claimed.pools)
    release(claimed)
    logger.info("event taken back into a draft", extra={"event_id": event_id})
    return _shown(event_id)


def _own(event_id: str, organizer_id: str) -> EventItem:
    event = find_event(event_id, organizer_id)
    if event.status == DELETING:
        raise Refusal("event_not_found")
    if event.status == CANCELLED:
        raise Refusal("event_cancelled")
    return event


def _shown(event_id: str) -> Event:
    refresh_soon(event_id)
    return load_event(event_id, consistent=True)
