"""How an event's own item is changed: each write demands the version it read, and long changes claim the event."""

from collections.abc import Mapping

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import is_id
from tiketi.table import condition_failed

CLAIM_SECONDS = 40
"""Longer than any function that claims may take, so that whoever finds a claim that has lapsed is alone."""


def find_event(event_id: str, organizer_id: str) -> EventItem:
    """The organizer's event, read consistently, also one that is being deleted.

    Raises Refusal `event_not_found`, `not_your_event`.
    """
    event = read_event(event_id)
    if event is None:
        raise Refusal("event_not_found")
    if event.organizer_id != organizer_id:
        raise Refusal("not_your_event")
    return event


def read_event(event_id: str) -> EventItem | None:
    if not is_id(event_id):
        return None
    try:
        return EventItem.get(event_key(event_id), EVENT, consistent_read=True)
    except DoesNotExist:
        return None


def is_claimed(event: EventItem) -> bool:
    return event.claimed_until > clock.epoch_now()


def demand_unclaimed(event: EventItem) -> None:
    """Raises Refusal `changed_meanwhile` while somebody is at work on the event."""
    if is_claimed(event):
        raise Refusal("changed_meanwhile", retry_after=int(event.claimed_until) - clock.epoch_now())


def claim(event: EventItem, **values: object) -> EventItem:
    """Keeps others out until the claim is released or lapses. Raises Refusal `changed_meanwhile`."""
    demand_unclaimed(event)
    return write(event, {**values, "claimed_until": clock.epoch_now() + CLAIM_SECONDS})


def release(event: EventItem, **values: object) -> EventItem:
    """Writes what the claim was for. Raises Refusal `changed_meanwhile` when it had lapsed and another took it."""
    return write(event, {**values, "claimed_until": 0})


def write(event: EventItem, values: Mapping[str, object]) -> EventItem:
    """The event with these values, at its next version. Raises Refusal `changed_meanwhile` when it has one already."""
    version = int(event.version)
    attributes = EventItem.get_attributes()
    actions: list[Action] = [EventItem.version.set(version + 1)]
    actions += [attributes[name].set(value) for name, value in values.items()]
    written = EventItem(event.pk, event.sk)
    try:
        written.update(actions, condition=EventItem.version == version)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        raise Refusal("changed_meanwhile") from error
    return written
