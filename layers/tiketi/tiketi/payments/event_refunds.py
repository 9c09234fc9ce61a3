"""What a cancelled event owes and has paid back, counted by the very writes that end an order or its refund."""

import hashlib
from collections import Counter

from pynamodb.attributes import NumberAttribute
from pynamodb.transactions import TransactWrite

from tiketi.catalogue.items import event_key
from tiketi.table import SCHEMA_VERSION, Item

EVENT_CANCELLED = "event_cancelled"
"""The reason of an order that ended because its event did."""
COUNT_SHARDS = 8
"""Orders and refunds end several at once, and transactions on one item get in each other's way."""


class EventRefundsItem(Item, discriminator="event_refunds"):
    """`EVENT#<event>` / `CANCELLATION#<shard>`: orders that ended with their event. Only the sum of all shards counts.

    `due` and `refunded` are orders with money to give back, and those whose money is back; amounts are whole KES.
    """

    ended = NumberAttribute(default=0)
    due = NumberAttribute(default=0)
    due_amount = NumberAttribute(default=0)
    refunded = NumberAttribute(default=0)
    refunded_amount = NumberAttribute(default=0)


FIGURES = ("ended", "due", "due_amount", "refunded", "refunded_amount")


def count_ended(together: TransactWrite, event_id: str, order_id: str, amount: int) -> None:
    """Adds to the transaction that ends an order; an `amount` of 0 leaves nothing to give back."""
    _count(together, event_id, order_id, ended=1, due=int(amount > 0), due_amount=amount)


def count_refunded(together: TransactWrite, event_id: str, order_id: str, amount: int) -> None:
    """Adds to the transaction that says on the order that its money is back."""
    _count(together, event_id, order_id, refunded=1, refunded_amount=amount)


def _count(together: TransactWrite, event_id: str, order_id: str, **changes: int) -> None:
    shard = hashlib.sha256(order_id.encode()).digest()[0] % COUNT_SHARDS
    attributes = EventRefundsItem.get_attributes()
    together.update(
        EventRefundsItem(event_key(event_id), f"CANCELLATION#{shard}"),
        actions=[
            *(attributes[name].add(change) for name, change in changes.items()),
            EventRefundsItem.type.set(EventRefundsItem),
            EventRefundsItem.schema_version.set(SCHEMA_VERSION),
        ],
    )


def event_refunds(event_id: str) -> Counter[str]:
    """The figures by their names, read consistently: one read unit."""
    total = Counter[str]()
    shards = EventRefundsItem.query(
        event_key(event_id), EventRefundsItem.sk.startswith("CANCELLATION#"), consistent_read=True
    )
    for item in shards:
        total.update({name: int(getattr(item, name)) for name in FIGURES})
    return total
