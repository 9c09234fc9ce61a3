"""A customer gives an order back, within the organizer's terms.

Its tickets and the order end in one transaction: all of them or none, and none that somebody was admitted with. Stock
and money follow by the stream, from what that transaction wrote.
"""

from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.cancellation_rules import CANCELLED_BY_REQUEST, demand_unused, refund_due
from tiketi.sales.items import TicketItem
from tiketi.sales.orders import get_order
from tiketi.table import transact_if, transaction

_ATTEMPTS = 3
"""Each lost one means that the order or one of its tickets changed meanwhile; mostly the next read then refuses."""


def cancel_order(user_id: str, order_id: str) -> PaymentItem:
    """The order afterwards. To cancel it again changes nothing. Two write units for each ticket, and two more.

    Raises Refusal `order_not_found`, `order_not_completed`, `no_cancellation`, `cancellation_closed`, `tickets_used`,
    `tickets_ended`, `order_too_large_to_cancel`, `event_cancelled`, or `changed_meanwhile`.
    """
    for _ in range(_ATTEMPTS):
        payment = get_order(user_id, order_id)
        if payment.reason == CANCELLED_BY_REQUEST:
            return payment
        if payment.order_status != "completed":
            raise Refusal("order_not_completed")
        event = read_event(payment.event_id)
        if event is None:
            raise Refusal("no_cancellation")
        if event.status == CANCELLED:
            raise Refusal("event_cancelled")
        refund = refund_due(event, int(payment.amount), clock.utc_now())
        tickets = list(
            TicketItem.query(payment.pk, TicketItem.sk.startswith(f"TICKET#{order_id}-"), consistent_read=True)
        )
        demand_unused([(each.status, bool(each.admitted_at)) for each in tickets], int(payment.quantity))
        if _end(payment, tickets, refund):
            logger.info("order cancelled by its customer", extra={"order_id": order_id, "refund_amount": refund})
            return get_order(user_id, order_id)
    raise Refusal("changed_meanwhile")


def _end(payment: PaymentItem, tickets: list[TicketItem], refund: int) -> bool:
    """False, with nothing written, when the order or a ticket was no longer as it was read."""
    paid = int(payment.amount) > 0
    actions: list[Action] = [
        PaymentItem.order_status.set("refund_pending" if paid else "cancelled"),
        PaymentItem.reason.set(CANCELLED_BY_REQUEST),
    ]
    if paid:
        actions.append(PaymentItem.refund_amount.set(refund))

    def commit() -> None:
        with transaction() as together:
            together.update(
                PaymentItem(*payment_key(payment.order_id)),
                actions=actions,
                condition=PaymentItem.order_status == "completed",
            )
            for ticket in tickets:
                together.update(
                    TicketItem(ticket.pk, ticket.sk),
                    actions=[TicketItem.status.set("refunded" if paid else "void")],
                    condition=(TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist(),
                )

    return transact_if(commit)
