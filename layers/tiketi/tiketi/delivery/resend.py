"""A customer has the tickets of an order sent once more, a few times in an hour."""

from tiketi.delivery.matters import tickets_of_order, valid
from tiketi.delivery.notices import enqueue, ticket_resend
from tiketi.delivery.rate import count
from tiketi.errors import Refusal
from tiketi.ids import customer_of
from tiketi.sales.orders import get_order

MOST_RESENDS = 3


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
    which = count(user_id, f"RESEND#{order_id.rpartition('-')[2]}", MOST_RESENDS, "too_many_resends")
    enqueue(ticket_resend(order_id, which))
