"""Keeps the copies of an event where `listing_keys` wants them.

One reconciler, `refresh`, whatever happened: it compares what there is with what shall be and writes the difference.
Each of its transactions demands that neither the event nor the set of its copies has changed since they were read.
So it may run twice, at the same time as another, or end anywhere: calling it again finishes the work, and copies
never go back to an older event.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from tiketi import clock
from tiketi.catalogue.items import EVENT, FIGURES, EventItem, FiguresItem, event_key
from tiketi.catalogue.listing_items import (
    COUNT,
    LISTING,
    CopyItem,
    CountItem,
    ListingItem,
    copy_of,
    count_key,
    list_key,
    listing_item,
)
from tiketi.catalogue.listing_keys import ENDS, Key, listing_keys
from tiketi.catalogue.listing_steps import Step, steps
from tiketi.logs import logger
from tiketi.sales.sales_figures import SALES, SalesItem
from tiketi.table import SCHEMA_VERSION, Item, cancelled_by_condition, transact, transaction

ALL_EVENTS = ENDS
"""The listing with a copy of every event that is not over; its copies are the smallest."""

_ATTEMPTS = 10
_MOST_WRITES = 98
"""A transaction takes 100; two are for the event and for the set of its copies."""
_MOST_BYTES = 3_000_000
"""A transaction takes 4 MB."""
_LAYOUT = 1
"""Raise it when a copy is made differently: the next refresh then writes all copies of an event anew."""

_THERE = CopyItem.pk.exists()
_NOT_THERE = CopyItem.pk.does_not_exist()
"""A copy is counted by the write that finds it missing, and no other."""


class ListingsContended(Exception):
    """Others changed the event each time. Nothing is half done that another call would not finish."""


@dataclass(frozen=True)
class _State:
    event_id: str
    event: EventItem | None
    listing: ListingItem | None

    @property
    def copies(self) -> set[Key]:
        return self.listing.copies() if self.listing else set()

    @property
    def digest(self) -> str:
        return self.listing.digest if self.listing else ""


def refresh(event_id: str) -> None:
    """Raises ListingsContended, or PynamoDBException when the table does not answer."""
    _until_undisturbed(event_id, lambda: _reconcile(_read(event_id)))


def _until_undisturbed[Outcome](event_id: str, work: Callable[[], Outcome]) -> Outcome:
    for attempt in range(_ATTEMPTS):
        try:
            return work()
        except TransactWriteError as error:
            if not cancelled_by_condition(error):
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise ListingsContended(event_id)


def refresh_soon(event_id: str) -> None:
    """Refreshes now, so that clients see their own write; if that cannot be, the stream does it in a moment."""
    try:
        refresh(event_id)
    except (PynamoDBException, ListingsContended):
        logger.exception("listings are left to the stream", extra={"event_id": event_id})


def withdraw(event_id: str, version: int) -> bool:
    """Removes an event that is being deleted, at this version, with all its items; False when it has changed.

    Only the copy in `LIST#ends` is left of its listings by then, so one transaction takes all away: the sweep finds
    the event until nothing of it is there. Raises as `refresh` does.
    """
    return _until_undisturbed(event_id, lambda: _withdraw(event_id, version))


def _withdraw(event_id: str, version: int) -> bool:
    _reconcile(_read(event_id))
    state = _read(event_id)
    if state.event is None:
        return True
    if state.event.version != version:
        return False

    def commit() -> None:
        with transaction() as write:
            write.delete(EventItem(event_key(event_id), EVENT), EventItem.version == version)
            write.delete(FiguresItem(event_key(event_id), FIGURES))
            write.delete(SalesItem(event_key(event_id), SALES))
            _guard_set(write, state, set(), "")
            _write_copies(write, None, Step(delete=state.copies))

    transact(commit)
    return True


def listed_event_ids(what: str) -> Iterator[str]:
    """The events of a listing, in its order."""
    copies = CopyItem.query(list_key(what), attributes_to_get=["PK", "SK", "event_id"])
    return (copy.event_id for copy in copies)


def _read(event_id: str) -> _State:
    """The set of copies before the event: so the event is at least as new as what the set was made from."""
    listing = _get(ListingItem, event_id, LISTING)
    return _State(event_id, _get(EventItem, event_id, EVENT), listing)


def _get[Kind: Item](kind: type[Kind], event_id: str, sort_key: str) -> Kind | None:
    try:
        return kind.get(event_key(event_id), sort_key, consistent_read=True)
    except DoesNotExist:
        return None


def _reconcile(state: _State) -> None:
    wanted = listing_keys(state.event, clock.utc_now()) if state.event else set[Key]()
    said = json.dumps([_LAYOUT, state.event.own_answer() if state.event else None], sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    size = len(said) + 4_000
    path = list(steps(state.copies, wanted, digest != state.digest, min(_MOST_WRITES, _MOST_BYTES // size)))
    for number, step in enumerate(path, start=1):
        state = _take(state, step, digest if number == len(path) else "")


def _take(state: _State, step: Step, digest: str) -> _State:
    copies = (state.copies - step.delete) | step.put
    after: list[ListingItem | None] = []

    def commit() -> None:
        with transaction() as write:
            _check_event(write, state)
            after.append(_guard_set(write, state, copies, digest))
            _write_copies(write, state.event, step)

    transact(commit)
    return _State(state.event_id, state.event, after[-1])


def _check_event(write: TransactWrite, state: _State) -> None:
    unchanged = EventItem.version == state.event.version if state.event else EventItem.pk.does_not_exist()
    write.condition_check(EventItem, event_key(state.event_id), EVENT, unchanged)


def _guard_set(write: TransactWrite, state: _State, copies: set[Key], digest: str) -> ListingItem | None:
    """Writes the set of copies as it will be, unless somebody else has; the item disappears with the last copy."""
    unchanged = ListingItem.pk.does_not_exist()
    generation = 1
    if state.listing:
        unchanged = ListingItem.generation == state.listing.generation
        generation = int(state.listing.generation) + 1
    item = listing_item(state.event_id, copies, digest, generation)
    if copies:
        write.save(item, unchanged)
        return item
    write.delete(item, unchanged)
    return None


def _write_copies(write: TransactWrite, event: EventItem | None, step: Step) -> None:
    for key in step.delete:
        write.delete(CopyItem(list_key(key.what), key.sort), _THERE)
    if event:
        for key in step.put:
            write.save(copy_of(event, key), _NOT_THERE)
        for key in step.rewrite:
            write.save(copy_of(event, key), _THERE)
    for what, change in step.counts().items():
        count = CountItem(count_key(what), COUNT)
        actions: list[Action] = [
            CountItem.copies.add(change),
            CountItem.type.set(CountItem),
            CountItem.schema_version.set(SCHEMA_VERSION),
        ]
        write.update(count, actions)
