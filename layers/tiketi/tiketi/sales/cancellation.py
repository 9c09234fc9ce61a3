"""The cancellation of an event: how it begins, and how far it has come."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.catalogue.items import EventItem, event_key
from tiketi.payments.event_refunds import event_refunds
from tiketi.sales import stock
from tiketi.sales.end_orders_queue import Walk, end_orders_queue
from tiketi.table import Item


class CancellationItem(Item, discriminator="cancellation"):
    """`EVENT#<event>` / `CANCELLATION`: the orders of a cancelled event are being ended, or have ended."""

    begun_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)


def cancellation_key(event_id: str) -> tuple[str, str]:
    return event_key(event_id), "CANCELLATION"


def begin_cancellation(event: EventItem) -> None:
    """Stops the sale of an event that is `cancelled`, and has its orders ended.

    The mark that it has begun comes last: a crash before it repeats the message, which ends nothing twice.
    """
    if find_cancellation(event.event_id):
        return
    stock.stop(event.event_id, event.pools)
    end_orders_queue().send(Walk(event.event_id))
    CancellationItem(*cancellation_key(event.event_id), begun_at=clock.rfc3339(clock.utc_now())).save()


def find_cancellation(event_id: str) -> CancellationItem | None:
    try:
        return CancellationItem.get(*cancellation_key(event_id), consistent_read=True)
    except DoesNotExist:
        return None


def progress(event: EventItem) -> dict[str, Any]:
    """Of a cancelled event: a read unit for each shard of its stock, and two."""
    found, refunds = find_cancellation(event.event_id), event_refunds(event.event_id)
    pools = stock.figures(event.event_id, event.pools).values()
    finished_at = found and found.finished_at
    refunding = "refunding" if refunds["refunded"] < refunds["due"] else "done"
    return {
        "event_id": event.event_id,
        "state": refunding if finished_at else "ending_orders",
        "cancelled_at": event.cancelled_at,
        "finished_at": finished_at,
        "tickets_left": sum(pool.sold + pool.held for pool in pools),
        "orders_ended": refunds["ended"],
        "orders_to_refund": refunds["due"],
        "orders_refunded": refunds["refunded"],
        "amount_to_refund": refunds["due_amount"],
        "amount_refunded": refunds["refunded_amount"],
    }
