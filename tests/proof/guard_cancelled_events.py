"""Moments at which an event is cancelled while customers, finalizers and refunds are at the same items."""

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, ORGANIZER_ID
from tests.proof.guard_refunds import Owed
from tests.proof.guard_stock import POOLS
from tests.proof.guard_table import holds
from tests.proof.moments import POOL, Moment, require
from tiketi.catalogue.cancel_event import cancel_event
from tiketi.payments import refunds
from tiketi.payments.event_refunds import event_refunds
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.payments.outcomes import mark_paid
from tiketi.sales import finalize, stock
from tiketi.sales.cancellation import CancellationItem, cancellation_key, find_cancellation
from tiketi.sales.end_order import end_late_order, end_order
from tiketi.sales.end_orders import end_stretch
from tiketi.sales.end_orders_queue import Walk
from tiketi.sales.items import TicketItem, ticket_key


def _completed(cloud: Cloud) -> Moment:
    moment = Moment(cloud, capacity=6)
    mark_paid(moment.order_id, "RECEIPT1")
    finalize.settle(moment.order_id, moment.world.time)
    return moment


@holds("sales.end_order.end_order", "PaymentItem.order_status == 'completed'")
def two_messages_end_the_same_order(cloud: Cloud) -> None:
    moment = _completed(cloud)

    def another() -> None:
        end_order(moment.order_id)
        moment.write_payment(order_status="refunded")

    with moment.before("TransactWriteItems payment", another):
        end_order(moment.order_id)
    require(moment.payment.order_status == "refunded", "its money goes back once more")
    require(event_refunds(EVENT_ID)["ended"] == 1, "it is counted twice")


@holds("sales.end_order.end_ticket", "TicketItem.status == 'valid'")
def a_ticket_is_passed_on_before_it_ends(cloud: Cloud) -> None:
    moment = _completed(cloud)
    ticket = TicketItem(*ticket_key(f"{moment.order_id}-1"))
    with moment.before("UpdateItem ticket", lambda: ticket.update(actions=[TicketItem.status.set("transferred")])):
        end_order(moment.order_id)
    ticket.refresh()
    require(ticket.status == "transferred", "nobody sees any more that it was passed on")


def _late(cloud: Cloud, **meanwhile: object) -> Moment:
    """Money without stock, and what another finalizer writes before the order is ended."""
    moment = Moment(cloud)
    mark_paid(moment.order_id, "RECEIPT1")
    payment = PaymentItem(*payment_key(moment.order_id))
    written = [getattr(PaymentItem, name).set(value) for name, value in meanwhile.items()]
    with moment.before("TransactWriteItems payment", lambda: payment.update(actions=written)):
        end_late_order(moment.payment)
    return moment


@holds("sales.end_order.end_late_order", "PaymentItem.order_status == 'pending'")
def an_order_is_completed_before_it_ends_as_late(cloud: Cloud) -> None:
    moment = _late(cloud, order_status="completed")
    require(moment.payment.order_status == "completed", "its tickets are valid, and its money goes back")


@holds("sales.end_order.end_late_order", "PaymentItem.retaken.does_not_exist()")
def stock_is_taken_again_before_the_order_ends_as_late(cloud: Cloud) -> None:
    moment = _late(cloud, retaken=True)
    require(moment.payment.order_status == "pending", "another finalizer gives tickets to money that goes back")


@holds("sales.end_order.end_late_order", "PaymentItem.status == 'PAID'")
def an_order_ends_as_late_that_nobody_has_paid(cloud: Cloud) -> None:
    moment = Moment(cloud)
    end_late_order(moment.payment)
    require(moment.payment.order_status == "pending", "money goes back that never came")


@holds("sales.end_orders._read", "TicketItem.gsi1_sk > walk.after")
def a_stretch_begins_where_the_one_before_has_ended(cloud: Cloud) -> None:
    moment = _completed(cloud)
    cancel_event(EVENT_ID, ORGANIZER_ID)
    ticket = TicketItem.get(*ticket_key(f"{moment.order_id}-1"))
    end_stretch(Walk(EVENT_ID, partition=ticket.code[0], after=str(ticket.gsi1_sk)))
    require(moment.payment.order_status == "completed", "the same stretch is gone through for ever")


@holds("sales.end_orders._finish", "CancellationItem.finished_at.does_not_exist()")
def two_find_that_all_has_ended(cloud: Cloud) -> None:
    Moment(cloud, quantity=3)
    cancel_event(EVENT_ID, ORGANIZER_ID)
    stock.release(POOL, next(iter(stock.read_shards(POOL)[0].entries)))
    CancellationItem(*cancellation_key(EVENT_ID)).update([CancellationItem.finished_at.set("2026-05-28T20:30:00Z")])
    end_stretch(Walk(EVENT_ID, 2, "Z"))
    found = find_cancellation(EVENT_ID)
    require(found is not None and found.finished_at == "2026-05-28T20:30:00Z", "it ends later than it did")


@holds("sales.end_orders._finish", "CancellationItem.begun_at.exists()")
def all_has_ended_before_anybody_notes_that_it_began(cloud: Cloud) -> None:
    """The request died after its message: the stream begins once more, and the mark must not say that it is over."""
    moment = Moment(cloud)
    cancel_event(EVENT_ID, ORGANIZER_ID)
    stock.release(POOL, moment.order_id)
    CancellationItem(*cancellation_key(EVENT_ID)).delete()
    end_stretch(Walk(EVENT_ID, 2, "Z"))
    require(cloud.table.read(cancellation_key(EVENT_ID)) is None, "half a mark is written where there is none")


@holds("sales.stock.stop", "StockItem.pk.exists()")
def the_stock_is_gone_before_its_sale_is_stopped(cloud: Cloud) -> None:
    moment = Moment(cloud)
    shards = [stock.StockItem(stock.stock_key(EVENT_ID, "VIP", number), "STOCK") for number in range(2)]
    with moment.before("UpdateItem stock", lambda: [shard.delete() for shard in shards]):
        stock.stop(EVENT_ID, POOLS)
    left = [cloud.table.read((shard.pk, "STOCK")) for shard in shards]
    require(left == [None, None], "half a shard is written where there is none")


@holds("payments.refunds._count_back.commit", "PaymentItem.order_status == 'refund_pending'")
def the_money_of_a_cancelled_event_is_back_and_is_said_to_be_twice(cloud: Cloud) -> None:
    owed = Owed(cloud, state="refunded", cancelled_event=EVENT_ID)
    refunds.finish(owed.refund)
    refunds.finish(owed.refund)
    require(event_refunds(EVENT_ID)["refunded"] == 1, "it is counted twice")
