"""Moments at which an order is given back while the gate, the stream or another request is at the same items."""

from contextlib import suppress

from tests.proof.cloud import Cloud
from tests.proof.guard_table import holds
from tests.proof.moments import POOL, Moment, require
from tests.proof.scenarios import ASHA
from tiketi.errors import Refusal
from tiketi.payments.outcomes import mark_paid
from tiketi.sales import finalize
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.sales.returns import return_stock
from tiketi.sales.stock import StockItem


def _completed(cloud: Cloud) -> Moment:
    moment = Moment(cloud, capacity=6)
    mark_paid(moment.order_id, "RECEIPT1")
    finalize.settle(moment.order_id, moment.world.time)
    return moment


def _cancel(moment: Moment) -> None:
    with suppress(Refusal):
        cancel_order(ASHA, moment.order_id)


def _ticket(moment: Moment) -> TicketItem:
    return TicketItem.get(*ticket_key(f"{moment.order_id}-1"), consistent_read=True)


@holds("sales.cancel_order._end.commit", "TicketItem.admitted_at.does_not_exist()")
def a_ticket_is_used_before_its_order_is_cancelled(cloud: Cloud) -> None:
    moment = _completed(cloud)

    def admit() -> None:
        _ticket(moment).update(actions=[TicketItem.admitted_at.set("2026-05-28T20:26:40Z")])

    with moment.before("TransactWriteItems payment", admit):
        _cancel(moment)
    require(moment.payment.order_status == "completed", "used, and its money goes back")


@holds("sales.cancel_order._end.commit", "TicketItem.status == 'valid'")
def a_ticket_is_passed_on_before_its_order_is_cancelled(cloud: Cloud) -> None:
    moment = _completed(cloud)

    def pass_on() -> None:
        _ticket(moment).update(actions=[TicketItem.status.set("transferred")])

    with moment.before("TransactWriteItems payment", pass_on):
        _cancel(moment)
    require(moment.payment.order_status == "completed", "passed on, and its money goes back")


@holds("sales.cancel_order._end.commit", "PaymentItem.order_status == 'completed'")
def an_order_is_refunded_before_it_is_cancelled(cloud: Cloud) -> None:
    moment = _completed(cloud)
    with moment.before("TransactWriteItems payment", lambda: moment.write_payment(order_status="refunded")):
        _cancel(moment)
    require(moment.payment.order_status == "refunded", "refunded, and to be refunded again")


def _given_back(cloud: Cloud) -> Moment:
    moment = _completed(cloud)
    _cancel(moment)
    require(moment.payment.order_status == "refund_pending", "it was not cancelled")
    return moment


@holds("sales.returns._give_back.commit", "PaymentItem.stock_returned.does_not_exist()")
def two_finalizers_give_the_same_stock_back(cloud: Cloud) -> None:
    moment = _given_back(cloud)
    another = moment.shard
    another.update(actions=[StockItem.sold.set(2), StockItem.available.set(int(another.capacity) - 2)])
    payment = moment.payment
    with moment.before("TransactWriteItems stock", lambda: return_stock(payment, POOL, finalize.sale_of(payment))):
        return_stock(payment, POOL, finalize.sale_of(payment))
    require(int(moment.shard.sold) == 1, "another order's ticket was given back")


@holds("sales.returns._give_back.commit", "StockItem.sold >= tickets")
def stock_goes_back_that_was_never_sold(cloud: Cloud) -> None:
    moment = _given_back(cloud)
    shard = moment.shard
    shard.update(actions=[StockItem.sold.set(0), StockItem.available.set(int(shard.capacity))])
    with suppress(RuntimeError):
        return_stock(moment.payment, POOL, finalize.sale_of(moment.payment))
    require(int(moment.shard.sold) == 0, f"{moment.shard.sold} sold")
