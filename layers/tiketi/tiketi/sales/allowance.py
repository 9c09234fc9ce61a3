"""How many tickets of a tier one customer may have, over all of his orders, where the organizer has set a limit.

One item for a customer, an event and a tier says which of his orders has how many. It is changed by conditional
writes like a shard of stock, so however many requests and phones he uses at once, his orders never have more than the
limit. Nobody gives anything back when an order comes to nothing: his next order that finds too little left looks at the
others.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from pynamodb.attributes import MapAttribute, NumberAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi.ids import customer_of
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.payments.outcomes import expire
from tiketi.table import Item, put_if, update_if

ENDED = frozenset({"failed", "cancelled", "expired", "refund_pending", "refunded"})
"""An order that is this has no tickets. Only late money brings it back, and that takes its share anew."""
_ROUNDS = 8


class AllowanceItem(Item, discriminator="allowance"):
    """`USER#<customer>` / `ALLOWANCE#<event>#<tier>`. `orders` maps the 16 characters of an order to `{n: tickets, a: 1
    when they were taken again by late money}`; `taken` is their sum."""

    taken = NumberAttribute()
    orders = MapAttribute[str, Any](default=dict)


class Share(NamedTuple):
    tickets: int
    again: int


class AllowanceMoving(Exception):
    """Other requests of the same customer were quicker each time."""


EndUnpaid = Callable[[str, int], None]


def take(payment: PaymentItem, now: int, end_unpaid: EndUnpaid, *, again: bool = False) -> bool:
    """Takes the order's tickets out of what its customer may have; True when it has them before. One write unit.

    False when his other orders have too many already. `again`: for money that came after the order had ended; whoever
    had looked at the order before then takes nothing from it any more. Raises AllowanceMoving.
    """
    for _ in range(_ROUNDS):
        outcome = _try(payment, int(again), now, end_unpaid)
        if outcome is not None:
            return outcome
    raise AllowanceMoving


def _try(payment: PaymentItem, again: int, now: int, end_unpaid: EndUnpaid) -> bool | None:
    """None: look once more."""
    item, key, tickets = _read(payment), _short(payment.order_id), int(payment.quantity)
    most = int(payment.max_per_customer or tickets)
    if item is None:
        return _put(payment, key, Share(tickets, again)) or None
    shares = _shares(item)
    if key in shares:
        return shares[key].again >= again or _mark(item, key) or None
    if int(item.taken) + tickets <= most:
        return _add(item, key, Share(tickets, again), most) or None
    customer = customer_of(payment.order_id)
    ended = [other for other in shares if _has_ended(f"{customer}-{other}", now, end_unpaid)]
    for other in ended:
        _give_back(item, other, shares[other])
    return None if ended else False


def _has_ended(order_id: str, now: int, end_unpaid: EndUnpaid) -> bool:
    """Brings an order that will have no tickets to its end, whatever else may be broken."""
    payment = find_payment(order_id)
    if payment and payment.status == "PENDING" and expire(order_id, now):
        payment.status = "EXPIRED"
    if payment and payment.status not in ("PENDING", "PAID") and payment.order_status == "pending":
        end_unpaid(order_id, now)
        payment = find_payment(order_id)
    return payment is None or payment.order_status in ENDED


# --- The item --------------------------------------------------------------------------------------------------------


def _key(payment: PaymentItem) -> tuple[str, str]:
    return payment.pk, f"ALLOWANCE#{payment.event_id}#{payment.ticket_type}"


def _short(order_id: str) -> str:
    return order_id.rpartition("-")[2]


def _read(payment: PaymentItem) -> AllowanceItem | None:
    try:
        return AllowanceItem.get(*_key(payment), consistent_read=True)
    except DoesNotExist:
        return None


def _shares(item: AllowanceItem) -> dict[str, Share]:
    return {order: Share(int(each["n"]), int(each["a"])) for order, each in item.orders.as_dict().items()}


def _entry(key: str) -> Any:
    return cast(Any, AllowanceItem.orders)[key]


def _put(payment: PaymentItem, key: str, share: Share) -> bool:
    item = AllowanceItem(*_key(payment), taken=share.tickets, orders={key: {"n": share.tickets, "a": share.again}})
    return put_if(item, AllowanceItem.pk.does_not_exist())


def _add(item: AllowanceItem, key: str, share: Share, most: int) -> bool:
    return _update(
        item,
        [
            AllowanceItem.taken.set(AllowanceItem.taken + share.tickets),
            _entry(key).set({"n": share.tickets, "a": share.again}),
        ],
        (AllowanceItem.taken <= most - share.tickets) & _entry(key).does_not_exist(),
    )


def _mark(item: AllowanceItem, key: str) -> bool:
    return _update(item, [_entry(key)["a"].set(1)], _entry(key)["a"] == 0)


def _give_back(item: AllowanceItem, key: str, share: Share) -> bool:
    """Only as it was seen before its order was looked at."""
    return _update(
        item,
        [AllowanceItem.taken.set(AllowanceItem.taken - share.tickets), _entry(key).remove()],
        _entry(key)["a"] == share.again,
    )


def _update(item: AllowanceItem, actions: list[Action], condition: Condition) -> bool:
    return update_if(AllowanceItem(item.pk, item.sk), actions, condition)
