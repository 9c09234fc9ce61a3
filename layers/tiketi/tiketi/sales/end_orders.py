"""Ends all orders of a cancelled event, a stretch of its tickets for each message of a queue.

The cursor travels in the message, and the next one is sent when a stretch is done: one that a crash cut off is gone
through again, and finds what is ended ended. The way ends when, after a whole turn, no shard of the event's stock has
anything held or sold any more. That is read consistently, so it misses no order that the index was late to show, and
none that was still being paid for: a hold lapses, or is sold and ended by the finalizer.
"""

from dataclasses import dataclass, replace

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED, EventItem
from tiketi.delivery.notices import enqueue_to_holders
from tiketi.ids import TICKET_CODE_ALPHABET, order_of_ticket
from tiketi.logs import logger
from tiketi.sales import stock
from tiketi.sales.cancellation import CancellationItem, cancellation_key
from tiketi.sales.end_order import end_order, end_ticket
from tiketi.sales.end_orders_queue import Walk
from tiketi.sales.items import TicketItem, event_tickets_key, ticket_key
from tiketi.table import update_if

STRETCH_TICKETS = 100
FIRST_TURNS = 2
"""A ticket that was passed on in the very moment of the cancellation is in nobody's stock: so at least so many."""
PAUSES_SECONDS = (5, 30, 60, 120, 300, 900)
"""After the first turn, the second, and so on; the last one repeats."""
MOST_TURNS = 20
"""More than three hours: a hold lapses within one."""


class NeverEmpty(Exception):
    """Something is held or sold that no turn finds: a person has to look at it."""


@dataclass(frozen=True)
class Next:
    walk: Walk
    delay_seconds: int = 0


def end_stretch(walk: Walk) -> Next | None:
    """Ends the orders of the next tickets; what to do then, None when all is done. Raises NeverEmpty."""
    event = read_event(walk.event_id)
    if event is None or event.status != CANCELLED:
        logger.error("orders of an event that is not cancelled are not ended", extra={"event_id": walk.event_id})
        return None
    if walk == Walk(walk.event_id):
        enqueue_to_holders(walk.event_id, "event_cancelled", "cancelled")
    ticket_ids, following = _read(walk)
    _end(ticket_ids)
    logger.info("a stretch of orders ended", extra={"event_id": walk.event_id, "tickets": len(ticket_ids)})
    return Next(following) if following else _turn_over(event, walk)


def _read(walk: Walk) -> tuple[list[str], Walk | None]:
    """Tickets of the index, over as many of its partitions as it takes, and where to go on; None at the end."""
    found: list[str] = []
    while True:
        limit = STRETCH_TICKETS - len(found)
        beyond = TicketItem.gsi1_sk > walk.after if walk.after else None
        partition = event_tickets_key(walk.event_id, walk.partition)
        keys = [ticket.gsi1_sk for ticket in TicketItem.by_event.query(partition, beyond, limit=limit)]
        found += [key.partition("#")[2] for key in keys]
        if len(keys) == limit:
            return found, replace(walk, after=keys[-1])
        later = TICKET_CODE_ALPHABET[TICKET_CODE_ALPHABET.index(walk.partition) + 1 :]
        if not later:
            return found, None
        walk = replace(walk, partition=later[0], after="")


def _end(ticket_ids: list[str]) -> None:
    """The orders with all their tickets; then tickets that are not of the order that paid for them."""
    keys = [ticket_key(ticket_id) for ticket_id in ticket_ids]
    tickets = list(TicketItem.batch_get(keys, consistent_read=True)) if keys else []
    ended = {order_id for order_id in sorted({ticket.order_id for ticket in tickets}) if end_order(order_id)}
    for ticket in tickets:
        if order_of_ticket(ticket.ticket_id) not in ended:
            end_ticket(ticket)


def _turn_over(event: EventItem, walk: Walk) -> Next | None:
    left = [pool for pool in stock.figures(event.event_id, event.pools).values() if pool.held or pool.sold]
    if not left and walk.turn >= FIRST_TURNS:
        _finish(event)
        return None
    if walk.turn >= MOST_TURNS:
        raise NeverEmpty(f"{event.event_id}: {left}")
    pause = PAUSES_SECONDS[min(walk.turn, len(PAUSES_SECONDS)) - 1]
    return Next(Walk(event.event_id, walk.turn + 1), pause)


def _finish(event: EventItem) -> None:
    item = CancellationItem(*cancellation_key(event.event_id))
    finished = [CancellationItem.finished_at.set(clock.rfc3339(clock.utc_now()))]
    once = CancellationItem.begun_at.exists() & CancellationItem.finished_at.does_not_exist()
    if not update_if(item, finished, once):
        return
    logger.info("all orders of a cancelled event have ended", extra={"event_id": event.event_id})
