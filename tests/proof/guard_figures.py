"""Moments at which the figures of an event are written by one who has read its stock too early."""

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tiketi.catalogue.figures import refresh_figures
from tiketi.catalogue.items import EventItem, event_key
from tiketi.payments.outcomes import mark_paid
from tiketi.sales import finalize, stock
from tiketi.sales.past_days import fold_past_days
from tiketi.sales.sales_figures import SALES, SalesItem, find_sales, keep_sales, sales_now
from tiketi.sales.stock import StockItem

OLD = "2020-01-01#VIP"


def _sold(moment: Moment) -> None:
    mark_paid(moment.order_id, "RECEIPT1")
    finalize.settle(moment.order_id, moment.world.time)


def _figures_before_the_sale(moment: Moment) -> SalesItem:
    event = EventItem.get(event_key(EVENT_ID), "EVENT")
    return sales_now(event, stock.figures(EVENT_ID, event.pools), None)


def _refreshed(moment: Moment) -> None:
    _sold(moment)
    refresh_figures(EVENT_ID)


def _the_sale_is_known() -> None:
    found = find_sales(EVENT_ID, consistent=True)
    require(bool(found and found.counts), "the figures have lost a sale")


@holds("sales.sales_figures.keep_sales", "SalesItem.version == int(before.version)")
def a_sale_is_written_before_figures_that_do_not_know_of_it(cloud: Cloud) -> None:
    moment = Moment(cloud)
    refresh_figures(EVENT_ID)
    before = find_sales(EVENT_ID, consistent=True)
    late = _figures_before_the_sale(moment)
    late.tiers = [["changed", 1, "*"]]
    _refreshed(moment)
    keep_sales(late, before)
    _the_sale_is_known()


@holds("sales.past_days._move.commit", "SalesItem.version == int(sales.version)")
def past_days_of_another_shard_are_moved_at_the_same_moment(cloud: Cloud) -> None:
    moment = Moment(cloud)
    refresh_figures(EVENT_ID)
    counts = {OLD: 1}
    moment.shard.update(actions=[StockItem.tickets.set(counts), StockItem.earned.set(counts)])
    event, sales = EventItem.get(event_key(EVENT_ID), "EVENT"), find_sales(EVENT_ID, consistent=True)
    assert sales

    def another() -> None:
        settled = {"2020-01-02#VIP": [1, 100]}
        SalesItem(sales.pk, sales.sk).update(
            actions=[SalesItem.settled.set(settled), SalesItem.version.set(int(sales.version) + 1)]
        )

    with moment.before("TransactWriteItems stock", another):
        fold_past_days(event, sales, counts)
    found = find_sales(EVENT_ID, consistent=True)
    require(bool(found and "2020-01-02#VIP" in found.settled), "the other's days are lost")


@holds("sales.sales_figures._put_first.commit", "SalesItem.pk.does_not_exist()")
def the_first_figures_are_written_twice(cloud: Cloud) -> None:
    moment = Moment(cloud)
    SalesItem(event_key(EVENT_ID), SALES).delete()
    late = _figures_before_the_sale(moment)
    _refreshed(moment)
    keep_sales(late, None)
    _the_sale_is_known()


@holds("sales.sales_figures._put_first.commit", "EventItem.pk.exists()")
def an_event_is_deleted_before_its_first_figures_are_written(cloud: Cloud) -> None:
    moment = Moment(cloud)
    SalesItem(event_key(EVENT_ID), SALES).delete()
    late = _figures_before_the_sale(moment)
    event = EventItem.get(event_key(EVENT_ID), "EVENT")
    event.delete()
    keep_sales(late, None)
    require(find_sales(EVENT_ID, consistent=True) is None, "figures of an event that is gone")
