"""A customer has the tickets of an order sent once more, a few times in an hour."""

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.delivery.items import ResendsItem
from tiketi.delivery.matters import tickets_of_order, valid
from tiketi.delivery.notices import enqueue, ticket_resend
from tiketi.errors import Refusal
from tiketi.ids import customer_of
from tiketi.sales.items import customer_key
from tiketi.sales.orders import get_order
from tiketi.table import SCHEMA_VERSION, condition_failed

MOST_RESENDS = 3
WINDOW_SECONDS = 3600


def resend_tickets(user_id: str, order_id: str) -> None:
    """Raises Refusal `order_not_found`, `no_tickets_to_send`, or `too_many_resends` with the seconds to wait.

    An order is also that by which a ticket was transferred to him, which has tickets and no payment.
    """
    if customer_of(order_id) != user_id:
        raise Refusal("order_not_found")
    tickets = tickets_of_order(order_id)
    if not tickets:
        get_order(user_id, order_id)
    if not valid(tickets):
        raise Refusal("no_tickets_to_send")
    enqueue(ticket_resend(order_id, _count(user_id, order_id, clock.epoch_now())))


def _count(user_id: str, order_id: str, now: int) -> str:
    """Counts a resend, in one write that two requests at once cannot both make; what tells this one from all others.

    The count comes before the message: a crash in between costs the customer one of his tries, and nobody a message
    beyond the limit.
    """
    counted = ResendsItem(customer_key(user_id), f"RESENDS#{order_id.rpartition('-')[2]}")
    # Of several that find no open hour one begins it, and the others count in it.
    if not (_one_more(counted, now) or _begin(counted, now) or _one_more(counted, now)):
        counted.refresh(consistent_read=True)
        raise Refusal("too_many_resends", most=MOST_RESENDS, retry_after=max(1, int(counted.until) - now))
    return f"{int(counted.until)}-{int(counted.resends)}"


def _one_more(counted: ResendsItem, now: int) -> bool:
    open_hour = (ResendsItem.until > now) & (ResendsItem.resends < MOST_RESENDS)
    return _write(counted, [ResendsItem.resends.add(1)], open_hour)


def _begin(counted: ResendsItem, now: int) -> bool:
    until = now + WINDOW_SECONDS
    actions: list[Action] = [
        ResendsItem.type.set(ResendsItem),
        ResendsItem.schema_version.set(SCHEMA_VERSION),
        ResendsItem.until.set(until),
        ResendsItem.resends.set(1),
        ResendsItem.delete_after.set(until + 86_400),
    ]
    return _write(counted, actions, ResendsItem.pk.does_not_exist() | (ResendsItem.until <= now))


def _write(counted: ResendsItem, actions: list[Action], condition: Condition) -> bool:
    try:
        counted.update(actions, condition=condition)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return False
    return True
