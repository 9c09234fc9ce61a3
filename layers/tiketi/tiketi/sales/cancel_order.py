"""A customer gives an order back, within the organizer's terms.

Its tickets and the order end in one transaction: all of them or none, and none that somebody was admitted with. What
the organizer has made void before has ended already: its price stays with him, and the rest goes back. A ticket that
was passed on must be in the customer's own hands again. Stock and money follow by the stream, from what that
transaction wrote.
"""

from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED
from tiketi.errors import Refusal
from tiketi.ids import customer_of_ticket
from tiketi.logs import logger
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.cancellation_rules import CANCELLED_BY_REQUEST, demand_unused, percent_back, refund_due, terms_of
from tiketi.sales.event_tickets import read_tickets
from tiketi.sales.items import TicketItem
from tiketi.sales.orders import get_order
from tiketi.table import transact_if, transaction

_ATTEMPTS = 3
"""Each lost one means that the order or one of its tickets changed meanwhile; mostly the next read then refuses."""
_MOST_HANDS = 8
"""Through so many a ticket is followed; one that went through more counts as passed on."""


def cancel_order(user_id: str, order_id: str) -> PaymentItem:
    """The order afterwards. To cancel it again changes nothing. Two write units for each ticket, and two more.

    Raises Refusal `order_not_found`, `order_not_completed`, `no_cancellation`, `cancellation_closed`, `tickets_used`,
    `tickets_passed_on`, `tickets_ended`, `order_too_large_to_cancel`, `event_cancelled`, `event_over`, or
    `changed_meanwhile`.
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
        if clock.parse(event.end_date) <= clock.utc_now():
            raise Refusal("event_over")
        percent = percent_back(terms_of(event, payment.refund_terms), clock.utc_now())
        tickets = _where_they_are_now(payment)
        ending = demand_unused([_state(each, user_id) for each in tickets], int(payment.quantity))
        refund = refund_due(int(payment.unit_price) * ending, percent)
        if _end(payment, [each for each in tickets if each.status == "valid"], refund):
            logger.info("order cancelled by its customer", extra={"order_id": order_id, "refund_amount": refund})
            return get_order(user_id, order_id)
    raise Refusal("changed_meanwhile")


def _where_they_are_now(payment: PaymentItem) -> list[TicketItem]:
    """Each of the order's tickets, as what it has become in whoever's hands it is. A read unit for each hand."""
    own = TicketItem.sk.startswith(f"TICKET#{payment.order_id}-")
    tickets = list(TicketItem.query(payment.pk, own, consistent_read=True))
    for _ in range(_MOST_HANDS):
        passed_on = [str(each.transferred_to) for each in tickets if each.transferred_to]
        if not passed_on:
            break
        tickets = [each for each in tickets if not each.transferred_to] + read_tickets(passed_on, consistent=True)
    return tickets


def _state(ticket: TicketItem, user_id: str) -> tuple[str, bool]:
    elsewhere = ticket.status == "valid" and customer_of_ticket(ticket.ticket_id) != user_id
    return "transferred" if elsewhere else ticket.status, bool(ticket.admitted_at)


def _end(payment: PaymentItem, tickets: list[TicketItem], refund: int) -> bool:
    """False, with nothing written, when the order or a ticket was no longer as it was read."""
    paid = int(payment.amount) > 0
    now = clock.rfc3339(clock.utc_now())
    actions: list[Action] = [
        PaymentItem.order_status.set("refund_pending" if paid else "cancelled"),
        PaymentItem.reason.set(CANCELLED_BY_REQUEST),
        PaymentItem.ended_at.set(now),
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
                    actions=[TicketItem.status.set("refunded" if paid else "void"), TicketItem.ended_at.set(now)],
                    condition=(TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist(),
                )

    return transact_if(commit)
