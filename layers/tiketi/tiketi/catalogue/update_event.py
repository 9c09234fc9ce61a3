"""An organizer changes an event."""

from collections.abc import Mapping
from typing import Any, cast

from tiketi import clock
from tiketi.catalogue.changes import claim, demand_unclaimed, find_event, release, write
from tiketi.catalogue.event_input import EventChanges
from tiketi.catalogue.event_rules import shared_tiers, stock_of, tiers_after, wrong_dates
from tiketi.catalogue.holders import has_holders
from tiketi.catalogue.items import (
    CANCELLED,
    DELETING,
    PUBLISHED,
    SHARED_POOL,
    Event,
    EventItem,
    PoolSize,
    Tier,
    load_event,
)
from tiketi.catalogue.listings import refresh_soon
from tiketi.delivery.rate import count
from tiketi.errors import Refusal
from tiketi.sales import stock
from tiketi.sales.resize import resize
from tiketi.settings import settings

TIME_AND_PLACE = ("start_date", "end_date", "location")
"""Of a change of these the holders are told, by `follow_up`."""
_NOTHING: PoolSize = {"capacity": 0, "shards": 0}


def update_event(event_id: str, changes: EventChanges, organizer_id: str) -> Event:
    """The event afterwards; what is not sent, or null, stays as it is.

    Raises Refusal `event_not_found`, `not_your_event`, `invalid_input`, `tier_has_sales`, `event_cancelled`,
    `changed_meanwhile`, `too_many_moves`.
    """
    try:
        _update(event_id, changes, organizer_id)
    except Refusal as refusal:
        if refusal.code != "changed_meanwhile" or refusal.retry_after is not None:
            raise
        _update(event_id, changes, organizer_id)
    refresh_soon(event_id)
    return load_event(event_id, consistent=True)


def _update(event_id: str, changes: EventChanges, organizer_id: str) -> None:
    event = find_event(event_id, organizer_id)
    if event.status == DELETING:
        raise Refusal("event_not_found")
    if event.status == CANCELLED:
        raise Refusal("event_cancelled")
    demand_unclaimed(event)
    values = changes.model_dump(exclude={"ticket_tiers", "total_tickets"}, exclude_none=True)
    _check_dates(event, values)
    stocked, capacities = _stock_values(event, changes)
    values.update(stocked)
    if any(values.get(name, getattr(event, name)) != getattr(event, name) for name in TIME_AND_PLACE):
        _count_move(event)
        values["moved_version"] = int(event.version) + 1
    if event.moving or event.claimed_until or capacities != _capacities(event):
        _change_stock(event, values, capacities)
    elif values:
        write(event, values)


def _count_move(event: EventItem) -> None:
    """Only where there is somebody to tell. A change that is refused after all, or dies, has been counted."""
    if has_holders(event):
        count(event.organizer_id, f"MOVE#{event.event_id}", settings().moves_per_hour, "too_many_moves")


def _check_dates(event: EventItem, values: Mapping[str, Any]) -> None:
    start, end = values.get("start_date", event.start_date), values.get("end_date", event.end_date)
    if (start, end) != (event.start_date, event.end_date):
        wrong = wrong_dates(start, end, clock.utc_now())
        if wrong:
            raise Refusal("invalid_input", fields=tuple(wrong))


def _capacities(event: EventItem) -> dict[str, int]:
    """The capacity of each pool that has any."""
    pools = cast(dict[str, PoolSize], event.pools)
    return {name: size["capacity"] for name, size in pools.items() if size["capacity"]}


def _stock_values(event: EventItem, changes: EventChanges) -> tuple[dict[str, Any], dict[str, int]]:
    if changes.ticket_tiers is None and changes.total_tickets is None:
        return {}, _capacities(event)
    tiers = cast(dict[str, Tier], event.tiers)
    if changes.ticket_tiers is not None:
        _check_shared_tiers_gone(event, set(tiers) - set(changes.ticket_tiers))
        tiers = tiers_after(tiers, changes.ticket_tiers)
    asked = changes.total_tickets
    capacities, total = stock_of(tiers, asked or int(event.total_tickets), asked is not None)
    return {"tiers": tiers, "total_tickets": total}, capacities


def _check_shared_tiers_gone(event: EventItem, gone: set[str]) -> None:
    """Stock that tiers share does not tell them apart, so none of them goes once any of it is sold or held."""
    shared = [name for name in sorted(gone) if event.pool_of(name) == SHARED_POOL]
    if not shared:
        return
    pool = stock.figures(event.event_id, {SHARED_POOL: event.pools[SHARED_POOL]})[SHARED_POOL]
    if pool.sold + pool.held:
        raise Refusal("tier_has_sales", ticket_type=", ".join(shared), minimum=pool.sold + pool.held)


def _change_stock(event: EventItem, values: Mapping[str, Any], capacities: Mapping[str, int]) -> None:
    """Claims the event, moves its pools, writes the change.

    The claim first names every shard there may be afterwards. A crash leaves the claim to lapse, and the event
    `moving`; then the next change, or a sweep by `mend_stock`, moves all pools again, which sets right what was half
    done. One that is refused leaves it to the next.
    """
    before = cast(dict[str, PoolSize], event.pools)
    target = {name: capacities.get(name, 0) for name in [*before, *(set(capacities) - set(before))]}
    room = {name: room_for(before.get(name, _NOTHING), target[name]) for name in target}
    claimed = claim(event, pools=room, moving=True)
    try:
        pools = resize_all(claimed, target)
    except Refusal as refusal:
        release(claimed, moving=bool(event.moving))
        raise _named(refusal, event) from refusal
    release(claimed, **values, pools=pools, moving=False)


def room_for(old: PoolSize, capacity: int) -> PoolSize:
    """With the shards of the old capacity too: a refusal moves the pool back to it, by today's size of a shard."""
    shards = (stock.pool_size(each)["shards"] for each in (old["capacity"], capacity))
    return {"capacity": old["capacity"], "shards": max(old["shards"], *shards)}


def resize_all(event: EventItem, target: Mapping[str, int]) -> dict[str, PoolSize]:
    """Shrinks first: only that can be refused, and what was shrunk by then can always grow back."""
    before = cast(dict[str, PoolSize], event.pools)
    closed = event.status != PUBLISHED
    pools: dict[str, PoolSize] = {}
    for name in sorted(target, key=lambda name: target[name] - before[name]["capacity"]):
        try:
            pools[name] = resize(event.event_id, name, before[name], target[name], closed=closed)
        except Refusal:
            for done in pools:
                resize(event.event_id, done, pools[done], before[done]["capacity"])
            raise
    return pools


def _named(refusal: Refusal, event: EventItem) -> Refusal:
    """The shared pool has no name a person knows: its tiers have."""
    if refusal.params.get("ticket_type") != SHARED_POOL:
        return refusal
    tiers = ", ".join(shared_tiers(cast(dict[str, Tier], event.tiers)))
    return Refusal(refusal.code, ticket_type=tiers, minimum=refusal.params["minimum"])
