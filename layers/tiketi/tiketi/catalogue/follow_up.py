"""What a change of an event sets in motion beyond its listings. The stream brings every change here, whatever became of
the request that made it.
"""

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.holders import has_holders
from tiketi.catalogue.items import CANCELLED, DELETING, EventItem, event_key
from tiketi.delivery.notices import enqueue_to_holders
from tiketi.logs import logger
from tiketi.sales.cancellation import begin_cancellation
from tiketi.table import Item

MARK_KEPT_SECONDS = 30 * 86_400


class ToldItem(Item, discriminator="told"):
    """`EVENT#<event>` / `TOLD`: the last change of time or place that the holders are being told of.

    Without it, once the event is long over, a notice is enqueued again and its claim is found.
    """

    moved_version = NumberAttribute()
    delete_after = NumberAttribute()


def follow_up(event_id: str) -> None:
    event = read_event(event_id)
    if event is None:
        return
    if event.status == CANCELLED:
        begin_cancellation(event)
    elif event.status != DELETING and event.moved_version:
        _tell_holders(event, int(event.moved_version))


def _tell_holders(event: EventItem, moved_version: int) -> None:
    """The mark comes after the message: a crash in between repeats the message, which tells nobody twice.

    Whoever is buying meanwhile reads the new time and place with his tickets.
    """
    if _told(event.event_id) >= moved_version:
        return
    if has_holders(event):
        enqueue_to_holders(event.event_id, "event_changed", str(moved_version))
        logger.info("telling the holders of a new time or place", extra={"event_id": event.event_id})
    until = int(clock.parse(event.end_date).timestamp()) + MARK_KEPT_SECONDS
    ToldItem(event_key(event.event_id), "TOLD", moved_version=moved_version, delete_after=until).save()


def _told(event_id: str) -> int:
    try:
        return int(ToldItem.get(event_key(event_id), "TOLD", consistent_read=True).moved_version)
    except DoesNotExist:
        return 0
