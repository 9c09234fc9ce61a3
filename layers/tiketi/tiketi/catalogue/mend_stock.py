"""Sets right by itself what a change of capacity has left half done that died: no seat stays off sale for it."""

from typing import cast

from tiketi.catalogue.changes import claim, read_event, release
from tiketi.catalogue.items import CANCELLED, DELETING, PoolSize
from tiketi.catalogue.update_event import resize_all, room_for
from tiketi.errors import Refusal
from tiketi.logs import logger


def mend_stock(event_id: str) -> bool:
    """Moves the pools of an event back to the capacities that it says, which are those before the change.

    False when there is nothing to mend, or somebody is at work on the event. What was added and is sold by now cannot
    be taken back: then there are more seats than the event says, none is missing, and its organizer's next change sees
    to it.
    """
    event = read_event(event_id)
    if event is None or not event.moving or event.status in (CANCELLED, DELETING):
        return False
    pools = cast(dict[str, PoolSize], event.pools)
    capacities = {name: size["capacity"] for name, size in pools.items()}
    try:
        claimed = claim(event, pools={name: room_for(size, size["capacity"]) for name, size in pools.items()})
    except Refusal:
        return False
    try:
        pools = resize_all(claimed, capacities)
    except Refusal as refusal:
        release(claimed)
        logger.warning("a change of stock cannot be taken back", extra={"event_id": event_id, "why": refusal.code})
        return False
    release(claimed, pools=pools, moving=False)
    logger.warning("a change of stock that died was taken back", extra={"event_id": event_id})
    return True
