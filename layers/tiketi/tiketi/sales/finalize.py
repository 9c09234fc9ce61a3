"""Settles an order whose payment is decided: tickets for money, or stock back on sale.

Runs from the stream, at least once and perhaps twice at the same moment; each step is conditional, and every crash
between two steps is finished by the next run.
"""

from collections.abc import Mapping
from functools import partial

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.transactions import TransactWrite

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED, read_items
from tiketi.delivery.notices import enqueue, tickets_issued
from tiketi.ids import ticket_ids
from tiketi.logs import logger, metrics
from tiketi.payments import ledger
from tiketi.payments.booking import book_receipt
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.payments.open_refund import open_refund
from tiketi.payments.order_status import keeps_hold, order_status
from tiketi.payments.outcomes import change
from tiketi.payments.receive_callback import read_kept
from tiketi.payments.refund_queue import refund_queue
from tiketi.sales import allowance, stock
from tiketi.sales.end_order import end_late_order, end_order
from tiketi.sales.items import TicketItem, new_ticket
from tiketi.sales.reclaim import reclaim
from tiketi.sales.returns import return_stock
from tiketi.sales.stock_rules import Pool, Sale
from tiketi.table import put_if


class StockMissing(Exception):
    """Fewer tickets are counted as sold to an order than it shall have: none is issued, and its record comes again."""


def settle(order_id: str, now: int) -> None:
    """Brings an order to its end, or does nothing when it is not decided or has ended before."""
    payment = find_payment(order_id)
    if payment is None or payment.status == "PENDING":
        return
    book_receipt(payment)
    pool = pool_of(payment)
    if payment.order_status == "completed":
        _hand_over(payment, pool)
    elif payment.order_status == "refund_pending":
        # The money first: nothing that is wrong with the stock may keep it.
        if payment.completed_at:
            _book_sale(payment)
        open_refund(payment, refund_queue())
        return_stock(payment, pool, sale_of(payment))
    elif payment.order_status == "cancelled" and payment.status == "PAID":
        return_stock(payment, pool, sale_of(payment))
    elif payment.status == "PAID":
        _issue(payment, pool, now)
    else:
        if payment.status == "EXPIRED":
            read_kept(payment)
        end_unpaid(order_id, now)


def end_unpaid(order_id: str, now: int) -> None:
    """Puts the stock of an order back that is decided and not paid, and ends it; does nothing to any other."""
    payment = find_payment(order_id)
    if payment is None or payment.status in ("PENDING", "PAID") or payment.order_status != "pending":
        return
    if not keeps_hold(payment, now):
        stock.release(pool_of(payment), order_id)
        _end_unpaid(payment, now)


def pool_of(payment: PaymentItem) -> Pool:
    return Pool(payment.event_id, payment.pool, int(payment.pool_shards))


def sale_of(payment: PaymentItem) -> Sale:
    """The same however often it is asked: the moment of payment is written once."""
    paid = clock.parse(payment.paid_at or payment.created_at).astimezone(clock.NAIROBI)
    return Sale(payment.ticket_type, paid.date().isoformat(), int(payment.unit_price))


def _end_unpaid(payment: PaymentItem, now: int) -> None:
    change(
        payment.order_id,
        [PaymentItem.order_status.set(order_status(payment, now))],
        (PaymentItem.status == payment.status) & (PaymentItem.order_status == "pending"),
    )


def _issue(payment: PaymentItem, pool: Pool, now: int) -> None:
    quantity = int(payment.quantity)
    # What was taken again is sold already; a hold that came late is not to be sold beside it.
    retaken = bool(payment.retaken)
    shares = (
        stock.sold_to(pool, payment.order_id)
        if retaken
        else stock.sell(pool, payment.order_id, quantity, sale_of(payment))
    )
    if sum(shares.values()) < quantity:
        present = find_payment(payment.order_id)
        if present is None or present.order_status != "pending":
            return
        pool = _pool_today(pool)
        if present.max_per_customer and not allowance.take(present, now, end_unpaid, again=True):
            _give_money_back(present, pool, "limit_before_payment")
            return
        if not _take_again(present, pool, now):
            _give_money_back(present, pool)
            return
        shares = stock.sold_to(pool, payment.order_id)
    if sum(shares.values()) < quantity:
        raise StockMissing(payment.order_id)
    _put_tickets(payment)
    _complete(payment, shares)
    _hand_over(payment, pool)


def _hand_over(payment: PaymentItem, pool: Pool) -> None:
    """What follows once an order is COMPLETED. A repeat finds the entry gone, and what it enqueues is sent once.

    The event is looked at after the order was completed, and a cancellation looks for completed orders after it has
    cancelled the event: so one of the two sees the other.
    """
    stock.forget_sold(pool, payment.order_id, int(payment.quantity))
    _book_sale(payment)
    if _is_cancelled(payment.event_id):
        end_order(payment.order_id)
    else:
        enqueue(tickets_issued(payment.order_id))


def _is_cancelled(event_id: str) -> bool:
    event = read_event(event_id)
    return event is not None and event.status == CANCELLED


def _book_sale(payment: PaymentItem) -> None:
    """The organizer has earned it. Asked for again before a refund, which the ledger takes from what he has earned."""
    if int(payment.amount):
        ledger.post(payment.order_id, "sold", int(payment.amount))


def _pool_today(pool: Pool) -> Pool:
    """With the shards that the organizer may have added since the purchase."""
    event, _ = read_items(pool.event_id)
    size = event.pools.get(pool.name) if event else None
    return Pool(pool.event_id, pool.name, max(pool.shards, size["shards"])) if size else pool


def _take_again(payment: PaymentItem, pool: Pool, now: int) -> bool:
    """The money came after the hold was gone: stock again, if there is any, together with a mark on the payment."""

    def mark(transaction: TransactWrite) -> None:
        transaction.update(
            PaymentItem(*payment_key(payment.order_id)),
            actions=[PaymentItem.retaken.set(True), PaymentItem.pool_shards.set(pool.shards)],
            condition=(PaymentItem.status == "PAID")
            & (PaymentItem.order_status == "pending")
            & PaymentItem.retaken.does_not_exist(),
        )

    taken = partial(stock.retake, pool, payment.order_id, int(payment.quantity), sale_of(payment), mark)
    return taken() or (reclaim(pool, now) > 0 and taken())


def _give_money_back(payment: PaymentItem, pool: Pool, reason: str = "sold_out_before_payment") -> None:
    if _is_cancelled(payment.event_id):
        if end_late_order(payment):
            stock.unsell(pool, payment.order_id, sale_of(payment))
        return
    refused = change(
        payment.order_id,
        [
            PaymentItem.order_status.set("refund_pending"),
            PaymentItem.reason.set(reason),
            PaymentItem.ended_at.set(clock.rfc3339(clock.utc_now())),
        ],
        (PaymentItem.status == "PAID") & (PaymentItem.order_status == "pending") & PaymentItem.retaken.does_not_exist(),
    )
    if refused:
        logger.error("paid too late: refund due", extra={"order_id": payment.order_id, "why": reason})
        stock.unsell(pool, payment.order_id, sale_of(payment))


def _put_tickets(payment: PaymentItem) -> None:
    for ticket_id in ticket_ids(payment.order_id, int(payment.quantity)):
        ticket = new_ticket(
            ticket_id,
            payment,
            price=int(payment.unit_price),
            purchase_date=payment.paid_at or payment.created_at,
            given_by=payment.complimentary_by,
            correlation_id=payment.correlation_id,
        )
        put_if(ticket, TicketItem.pk.does_not_exist())


def _complete(payment: PaymentItem, shares: Mapping[int, int]) -> None:
    completed = change(
        payment.order_id,
        [
            PaymentItem.order_status.set("completed"),
            PaymentItem.completed_at.set(clock.rfc3339(clock.utc_now())),
            PaymentItem.shares.set({str(number): tickets for number, tickets in shares.items()}),
        ],
        (PaymentItem.status == "PAID") & (PaymentItem.order_status == "pending"),
    )
    if completed:
        metrics.add_metric("TicketsSold", MetricUnit.Count, int(payment.quantity))
        metrics.add_metric("SalesKES", MetricUnit.Count, int(payment.amount))
        logger.info("tickets issued", extra={"order_id": payment.order_id, "quantity": int(payment.quantity)})
