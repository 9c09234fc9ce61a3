"""Moments of the stock at which one guard is all that stands between a write and what came before it."""

from collections.abc import Callable
from contextlib import suppress

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from tests.proof.cloud import Ambush, Cloud, Disturbance, Invocation
from tests.proof.fair import EVENT_ID, VIP
from tests.proof.guard_table import holds
from tests.proof.moments import DIRECTLY, FOREVER, POOL, Moment, require
from tiketi.catalogue.items import PoolSize
from tiketi.errors import Refusal
from tiketi.ids import new_id, new_order_id
from tiketi.sales import stock
from tiketi.sales.resize import resize
from tiketi.sales.stock_rules import Pool, Sale

SALE = Sale(VIP, "2026-05-28", 100)
POOLS: dict[str, PoolSize] = {VIP: {"capacity": 3, "shards": 2}}


def _changed_before(
    cloud: Cloud, act: Callable[[Moment], object], *, sold: bool = False, state: str | None = None, n: int | None = None
) -> None:
    """The order's entry becomes another after it was read and before it is written: the stock must still add up."""
    moment = Moment(cloud, capacity=6)
    if sold:
        stock.sell(POOL, moment.order_id, 1, SALE)
    with moment.before("UpdateItem stock", lambda: moment.write_shard(state, n)):
        act(moment)
    moment.stock_adds_up()


@holds("sales.stock._sell_entry", "_entry(order_id)['n'] == entry.quantity")
def a_hold_grows_before_it_is_sold(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.sell(POOL, moment.order_id, 1, SALE), n=2)


@holds("sales.stock.forget_sold", "_entry(order_id)['s'] == 'sold'")
def a_sold_entry_is_a_hold_again_before_it_is_forgotten(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.forget_sold(POOL, moment.order_id, 1), sold=True, state="held")


@holds("sales.stock._put_back", "_entry(order_id)['s'] == 'held'")
def a_hold_is_sold_before_it_is_put_back(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.release(POOL, moment.order_id), state="sold")


@holds("sales.stock._put_back", "_entry(order_id)['n'] == entry.quantity")
def a_hold_grows_before_it_is_put_back(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.release(POOL, moment.order_id), n=2)


@holds("sales.stock.unsell", "_entry(order_id)['s'] == 'sold'")
def a_sold_entry_is_a_hold_again_before_it_is_put_back(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.unsell(POOL, moment.order_id, SALE), sold=True, state="held")


@holds("sales.stock.unsell", "_entry(order_id)['n'] == entry.quantity")
def a_sold_entry_grows_before_it_is_put_back(cloud: Cloud) -> None:
    _changed_before(cloud, lambda moment: stock.unsell(POOL, moment.order_id, SALE), sold=True, n=2)


def _retake(moment: Moment, quantity: int) -> None:
    def unmarked(transaction: TransactWrite) -> None: ...

    try:
        stock.retake(POOL, moment.order_id, quantity, SALE, unmarked)
    except TransactWriteError:
        return


@holds("sales.stock._retaking", "StockItem.closed.does_not_exist()")
def the_event_is_closed_before_stock_is_taken_again(cloud: Cloud) -> None:
    moment = Moment(cloud)
    stock.release(POOL, moment.order_id)
    with moment.before("TransactWriteItems stock", lambda: stock.close(EVENT_ID, POOLS)):
        _retake(moment, 1)
    require(moment.shard.sold == 0, "a ticket of a closed event is sold")


@holds("sales.stock._retaking", "_entry(order_id).does_not_exist()")
def a_late_hold_comes_before_stock_is_taken_again(cloud: Cloud) -> None:
    moment = Moment(cloud, capacity=6)
    stock.release(POOL, moment.order_id)
    with moment.before("TransactWriteItems stock", lambda: stock.hold(POOL, moment.order_id, 1, 0)):
        _retake(moment, 1)
    moment.stock_adds_up()


def _partly_sold(cloud: Cloud, act: Callable[[Moment], object]) -> None:
    """One of two tickets is sold, in a shard that has another: the second is to be taken again from there."""
    moment = Moment(cloud, capacity=4)
    stock.sell(POOL, moment.order_id, 1, SALE)
    with moment.before("TransactWriteItems stock", lambda: act(moment)):
        _retake(moment, 2)
    moment.stock_adds_up()


@holds("sales.stock._retaking", "_entry(order_id)['s'] == 'sold'")
def what_was_sold_is_a_hold_before_more_is_taken_again(cloud: Cloud) -> None:
    _partly_sold(cloud, lambda moment: moment.write_shard("held"))


@holds("sales.stock._retaking", "_entry(order_id)['n'] == entry.quantity")
def more_was_sold_before_more_is_taken_again(cloud: Cloud) -> None:
    moment = Moment(cloud, capacity=6)
    stock.sell(POOL, moment.order_id, 1, SALE)
    with moment.before("TransactWriteItems stock", lambda: moment.write_shard(quantity=2)):
        _retake(moment, 2)
    moment.stock_adds_up()
    require(stock.taken_by(POOL, moment.order_id) == moment.shard.sold, "sold to nobody")


@holds("sales.stock._take_from_shard", "StockItem.closed.does_not_exist()")
def somebody_buys_from_a_closed_event(cloud: Cloud) -> None:
    moment = Moment(cloud)
    stock.release(POOL, moment.order_id)
    stock.close(EVENT_ID, POOLS)
    with suppress(stock.SalesStopped):
        require(not stock.hold(POOL, new_order_id(new_id()), 1, 0), "a ticket of a closed event is held")


@holds("sales.stock.close", "StockItem.available == StockItem.capacity")
def an_event_is_closed_while_somebody_holds_a_ticket(cloud: Cloud) -> None:
    Moment(cloud)
    require(not stock.close(EVENT_ID, POOLS), "closed under a customer's hands")


@holds("sales.stock.reopen", "StockItem.closed == True")
def the_stock_is_gone_before_it_is_opened_again(cloud: Cloud) -> None:
    moment = Moment(cloud)
    stock.release(POOL, moment.order_id)
    stock.close(EVENT_ID, POOLS)
    with moment.before("UpdateItem stock", lambda: stock.delete_shards(EVENT_ID, POOLS)):
        stock.reopen(EVENT_ID, POOLS)
    left = [cloud.table.read((stock.stock_key(EVENT_ID, VIP, number), "STOCK")) for number in range(2)]
    require(left == [None, None], "half a shard is written where there is none")


@holds("sales.stock.delete_shards", "StockItem.pk.does_not_exist() | (StockItem.closed == True)")
def stock_on_sale_is_deleted(cloud: Cloud) -> None:
    moment = Moment(cloud)
    stock.delete_shards(EVENT_ID, POOLS)
    moment.stock_adds_up()


@holds("sales.resize._with_new_shards", "StockItem.pk.does_not_exist()")
def two_add_the_same_shard(cloud: Cloud) -> None:
    moment = Moment(cloud)
    third = stock.stock_key(EVENT_ID, VIP, 2), "STOCK"

    def another() -> None:
        stock.StockItem(*third, capacity=5, available=4, sold=1, entries={}).save()

    with moment.before("PutItem stock", another), suppress(PutError):
        resize(EVENT_ID, VIP, {"capacity": 3, "shards": 3}, 3)
    require(stock.StockItem.get(*third).sold == 1, "a ticket that was sold is forgotten")


@holds("sales.resize._move", "StockItem.available >= -change")
def the_last_ticket_is_taken_before_it_is_taken_off_sale(cloud: Cloud) -> None:
    moment = Moment(cloud)
    taken = moment.before("UpdateItem stock", lambda: stock.hold(POOL, new_order_id(new_id()), 2, 0))
    with taken, suppress(Refusal):
        resize(EVENT_ID, VIP, POOLS[VIP], 1)
    moment.stock_adds_up()


@holds("sales.resize._move", "StockItem.capacity == shard.capacity")
def more_stock_comes_and_the_write_is_sent_twice(cloud: Cloud) -> None:
    moment = Moment(cloud)
    moment.cloud.ambushes.append(Ambush(DIRECTLY, "UpdateItem stock", Disturbance("twice")))
    moment.cloud.running.append(Invocation(DIRECTLY, 0, FOREVER))
    try:
        size = resize(EVENT_ID, VIP, POOLS[VIP], 9)
    finally:
        moment.cloud.running.pop()
    moment.stock_adds_up()
    capacity = sum(shard.capacity for shard in stock.read_shards(Pool(EVENT_ID, VIP, size["shards"])))
    require(capacity == 9, f"{capacity} seats, and the organizer has 9")
