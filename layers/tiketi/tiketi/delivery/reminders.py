"""Reminds holders of an event the day before it starts, by the calendar of Nairobi."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pynamodb.exceptions import DoesNotExist

from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import PUBLISHED, event_key
from tiketi.catalogue.listing_items import CopyItem, list_key
from tiketi.catalogue.listing_keys import ALL
from tiketi.clock import NAIROBI, parse, rfc3339
from tiketi.delivery.items import ReminderItem
from tiketi.delivery.notices import enqueue_to_holders
from tiketi.logs import logger

MARK_KEPT_SECONDS = 14 * 86_400


def remind_holders(now: datetime) -> int:
    """Has the holders of all events that start tomorrow reminded; how many events that were. No event is scanned for.

    The mark on an event comes after the message, so a crash in between repeats the message, which reminds nobody twice.
    """
    started = 0
    for event_id, start_date in _starting_tomorrow(now):
        if _is_marked(event_id, start_date) or not _takes_place(event_id):
            continue
        enqueue_to_holders(event_id, "reminder", start_date)
        _mark(event_id, start_date)
        logger.info("reminding the holders", extra={"event_id": event_id})
        started += 1
    return started


def _starting_tomorrow(now: datetime) -> Iterator[tuple[str, str]]:
    """Events on the list of all, which is sorted by start: reads those of that day, at half a read unit per 4 KB.

    What starts at the next midnight sorts behind it, because a sort key goes on after the start.
    """
    begin, end = (rfc3339(moment) for moment in tomorrow(now))
    for copy in CopyItem.query(list_key(ALL), CopyItem.sk.between(begin, end)):
        yield copy.event_id, copy.sk.partition("#")[0]


def _takes_place(event_id: str) -> bool:
    """A list lags behind; and whose event is published again within the day is reminded by a later run."""
    event = read_event(event_id)
    return event is not None and event.status == PUBLISHED


def tomorrow(now: datetime) -> tuple[datetime, datetime]:
    """From when until before when it is."""
    midnight = datetime.combine(now.astimezone(NAIROBI).date() + timedelta(days=1), time(), NAIROBI)
    return midnight, midnight + timedelta(days=1)


def _mark_key(event_id: str, start_date: str) -> tuple[str, str]:
    return event_key(event_id), f"REMINDER#{start_date}"


def _is_marked(event_id: str, start_date: str) -> bool:
    try:
        ReminderItem.get(*_mark_key(event_id, start_date), consistent_read=True)
    except DoesNotExist:
        return False
    return True


def _mark(event_id: str, start_date: str) -> None:
    until = int(parse(start_date).timestamp()) + MARK_KEPT_SECONDS
    ReminderItem(*_mark_key(event_id, start_date), delete_after=until).save()
