"""Ends an order because its event is cancelled: its tickets first, then the order, whose money then goes back.

Whoever was let in already has his money back too: the organizer has called the event off, and it is he who pays. The
ticket keeps who let it in and when. What a customer gave back by himself before stays as it ended then.
"""

from pynamodb.expressions.condition import Condition

from tiketi import clock
from tiketi.logs import logger
from tiketi.payments.event_refunds import EVENT_CANCELLED, count_ended
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales.items import TicketItem
from tiketi.table import transact_if, transaction, update_if


def end_order(order_id: str) -> bool:
    """Whether it was an order with tickets; it is none afterwards.

    A crash leaves tickets that have ended and an order that has not: the next call goes on from there. An order that
    is being paid for comes here once it has its tickets.
    """
    payment = find_payment(order_id)
    if payment is None or payment.order_status != "completed":
        return False
    for ticket in TicketItem.query(payment.pk, TicketItem.sk.startswith(f"TICKET#{order_id}-"), consistent_read=True):
        end_ticket(ticket)
    _end(payment, PaymentItem.order_status == "completed")
    return True


def end_late_order(payment: PaymentItem) -> bool:
    """Ends an order that was paid and got no tickets; False when it has come to something else meanwhile."""
    return _end(
        payment,
        (PaymentItem.status == "PAID") & (PaymentItem.order_status == "pending") & PaymentItem.retaken.does_not_exist(),
    )


def end_ticket(ticket: TicketItem) -> None:
    """One write unit for a ticket that is still valid; any other stays as it is."""
    if ticket.status != "valid":
        return
    ended = [TicketItem.status.set("refunded" if int(ticket.price) else "void"), TicketItem.ended_at.set(_now())]
    update_if(TicketItem(ticket.pk, ticket.sk), ended, TicketItem.status == "valid")


def _end(payment: PaymentItem, still_so: Condition) -> bool:
    amount = int(payment.amount)

    def commit() -> None:
        with transaction() as together:
            together.update(
                PaymentItem(*payment_key(payment.order_id)),
                actions=[
                    PaymentItem.order_status.set("refund_pending" if amount else "cancelled"),
                    PaymentItem.reason.set(EVENT_CANCELLED),
                    PaymentItem.ended_at.set(_now()),
                ],
                condition=still_so,
            )
            count_ended(together, payment.event_id, payment.order_id, amount)

    if not transact_if(commit):
        return False
    logger.info("order ended with its event", extra={"order_id": payment.order_id, "amount": amount})
    return True


def _now() -> str:
    return clock.rfc3339(clock.utc_now())
