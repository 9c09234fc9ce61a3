"""What an organizer reads about the sales of an event: exact to the shilling, and the same however often it is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.catalogue.conftest import AKINYI, BARAKA, KOROGA, Meanwhile, at_each_call, calls_counted, hold, sell
from tests.unit.conftest import Api
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.catalogue import figures
from tiketi.catalogue.create_event import create_event
from tiketi.catalogue.event_input import NewEvent
from tiketi.catalogue.figures import FiguresContended, refresh_figures
from tiketi.catalogue.items import EventItem, FiguresItem, event_key
from tiketi.ids import customer_of
from tiketi.payments.outcomes import mark_paid
from tiketi.sales import sales_figures, stock
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.sales_figures import answer_of, find_sales

Read = Callable[..., Any]


@pytest.fixture
def read(api: Api) -> Read:
    def call(event_id: str, user: tuple[str, str] = AKINYI) -> Any:
        return api("sales/get_sales", path_parameters={"event_id": event_id}, user=user)

    return call


@pytest.fixture
def event(table: Any) -> dict[str, Any]:
    tiers = {"VIP": {"price": 2500, "capacity": 30}, "Regular": {"price": 1000}, "Student": {"price": 400}}
    new = NewEvent.model_validate(
        {**KOROGA, "start_date": "2090-12-24T18:00", "end_date": "2090-12-25T02:00", "ticket_tiers": tiers}
    )
    return create_event(new, AKINYI[0]).answer()


def by_day(answer: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {day["date"]: (day["sold"], day["revenue"]) for day in answer["by_day"]}


def by_tier(answer: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {tier["ticket_type"]: (tier["sold"], tier["revenue"]) for tier in answer["by_tier"]}


def test_sales_by_tier_and_day_cost_one_read(event: dict[str, Any], read: Read) -> None:
    sell(event, "VIP", 2, "order-1", "2090-12-01")
    sell(event, "Regular", 3, "order-2", "2090-12-01")
    sell(event, "Student", 1, "order-3", "2090-12-02")
    hold(event, "Student", 4, "order-4")
    refresh_figures(event["id"])
    with calls_counted() as calls:
        answer = read(event["id"]).json
    assert calls == {"GetItem": 1}
    assert (answer["sold"], answer["revenue"], answer["held"], answer["left"]) == (6, 8400, 4, 90)
    assert by_tier(answer) == {"VIP": (2, 5000), "Regular": (3, 3000), "Student": (1, 400)}
    assert by_day(answer) == {"2090-12-01": (5, 8000), "2090-12-02": (1, 400)}
    assert answer["by_day"][0]["by_tier"] == [
        {"ticket_type": "Regular", "sold": 3, "revenue": 3000},
        {"ticket_type": "VIP", "sold": 2, "revenue": 5000},
    ]
    assert answer["stock"] == [
        {"ticket_types": ["VIP"], "capacity": 30, "sold": 2, "held": 0, "left": 28},
        {"ticket_types": ["Regular", "Student"], "capacity": 70, "sold": 4, "held": 4, "left": 62},
    ]


def test_to_bring_the_whole_stream_again_changes_nothing(event: dict[str, Any], read: Read) -> None:
    sell(event, "VIP", 2)
    refresh_figures(event["id"])
    before = read(event["id"]).json
    with calls_counted() as calls:
        for _ in range(5):
            refresh_figures(event["id"])
    assert calls["UpdateItem"] == calls["TransactWriteItems"] == 0
    assert read(event["id"]).json == before


def test_an_event_without_figures_yet_has_them_from_its_stock(event: dict[str, Any], read: Read) -> None:
    sell(event, "VIP", 1)
    assert find_sales(event["id"]) is None
    answer = read(event["id"]).json
    assert by_tier(answer) == {"VIP": (1, 2500), "Regular": (0, 0), "Student": (0, 0)}
    refresh_figures(event["id"])
    assert read(event["id"]).json == {**answer, "as_of": read(event["id"]).json["as_of"]}


def test_nobody_else_reads_them(event: dict[str, Any], read: Read) -> None:
    for _ in range(2):
        assert (read(event["id"], BARAKA).status, read(event["id"], BARAKA).json["code"]) == (403, "not_your_event")
        assert read(event["id"], ("01JD5QK7V1M8Z6T3W9XHAPN4ED", "customer")).json["code"] == "organizers_only"
        refresh_figures(event["id"])
    assert read("01JD5QK7V1M8Z6T3W9XHAPN4EE").json["code"] == "event_not_found"
    assert read("no event").json["code"] == "event_not_found"


def test_a_tier_that_is_no_longer_offered_keeps_its_sales(event: dict[str, Any], read: Read) -> None:
    sell(event, "VIP", 1)
    EventItem(event_key(event["id"]), "EVENT").update([EventItem.tiers.set({"Regular": {"price": 1100}})])
    refresh_figures(event["id"])
    answer = read(event["id"]).json
    assert by_tier(answer) == {"Regular": (0, 0), "VIP": (1, 2500)}
    assert [tier["price"] for tier in answer["by_tier"]] == [1100, None]


def test_whoever_was_slow_looks_at_the_stock_again(event: dict[str, Any], read: Read) -> None:
    """One reads the stock, another sells and writes the figures, the first must not write what it had read."""
    sell(event, "VIP", 1, "order-1")
    refresh_figures(event["id"])

    def sale() -> None:
        sell(event, "Regular", 1, "order-3")
        refresh_figures(event["id"])

    sell(event, "VIP", 1, "order-2")
    with at_each_call(Meanwhile("UpdateItem", sale)):
        refresh_figures(event["id"])
    assert by_tier(read(event["id"]).json) == {"VIP": (2, 5000), "Regular": (1, 1000), "Student": (0, 0)}


def test_whoever_is_overtaken_twice_is_done_and_nothing_is_lost(
    event: dict[str, Any], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the rush somebody else is always quicker; he knows of all that was sold before."""
    sell(event, "Regular", 1, "first")
    refresh_figures(event["id"])
    keep, tries, others = figures.keep_sales, list[str](), list[str]()

    def overtaken(fresh: Any, before: Any) -> bool:
        if len(others) == len(tries):
            others.append(f"other-{len(others)}")
            sell(event, "VIP", 1, others[-1])
            refresh_figures(event["id"])
            tries.append("ours")
        return keep(fresh, before)

    sell(event, "Regular", 1, "ours")
    monkeypatch.setattr(figures, "keep_sales", overtaken)
    refresh_figures(event["id"])
    assert len(tries) == 2
    assert by_tier(read(event["id"]).json) == {"VIP": (2, 5000), "Regular": (2, 2000), "Student": (0, 0)}


def test_two_that_write_the_first_figures_at_once_leave_the_newer(event: dict[str, Any], read: Read) -> None:
    sell(event, "VIP", 1, "order-1")

    def sale() -> None:
        sell(event, "VIP", 1, "order-2")
        refresh_figures(event["id"])

    with at_each_call(Meanwhile("TransactWriteItems", sale)):
        refresh_figures(event["id"])
    assert by_tier(read(event["id"]).json)["VIP"] == (2, 5000)


def test_who_is_always_too_late_says_so_and_is_called_again(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "keep_sales", lambda fresh, before: False)
    with pytest.raises(FiguresContended):
        refresh_figures(event["id"])


def test_an_event_that_is_deleted_meanwhile_leaves_no_figures(event: dict[str, Any]) -> None:
    item = EventItem.get(event_key(event["id"]), "EVENT")
    pools = stock.figures(event["id"], item.pools)
    item.delete()
    assert not sales_figures.keep_sales(sales_figures.sales_now(item, pools, None), None)
    assert find_sales(event["id"]) is None


# --- Through a whole sale ---------------------------------------------------------------------------------------------


def kept(shop: Shop) -> dict[str, Any]:
    if not FiguresItem.count(event_key(shop.event_id), FiguresItem.sk == "EVENT#FIGURES"):
        FiguresItem(event_key(shop.event_id), "EVENT#FIGURES").save()
    refresh_figures(shop.event_id)
    found = find_sales(shop.event_id)
    assert found
    return answer_of(shop.event_id, found)


def paid_on(shop: Shop, moment: datetime, quantity: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    payment = shop.buy(quantity)
    with monkeypatch.context() as then:
        then.setattr(clock, "utc_now", lambda: moment)
        mark_paid(payment.order_id, f"R{payment.order_id[-8:]}")
    return shop.settle(payment)


def test_a_day_is_nairobis_and_that_of_the_payment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=10)
    paid_on(shop, datetime(2026, 11, 30, 20, 59, 59, tzinfo=UTC), 1, monkeypatch)
    paid_on(shop, datetime(2026, 11, 30, 21, 0, 0, tzinfo=UTC), 2, monkeypatch)
    assert by_day(kept(shop)) == {"2026-11-30": (1, 500), "2026-12-01": (2, 1000)}


def test_money_that_goes_back_is_taken_off_the_day_it_came_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=4, shards=4)
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.refund_until_hours.set(24), EventItem.refund_percent.set(75)]
    )
    order = paid_on(shop, datetime(2026, 11, 30, 9, tzinfo=UTC), 3, monkeypatch)
    paid_on(shop, datetime(2026, 12, 1, 9, tzinfo=UTC), 1, monkeypatch)
    assert by_day(kept(shop)) == {"2026-11-30": (3, 1500), "2026-12-01": (1, 500)}
    cancel_order(customer_of(order.order_id) or "", order.order_id)
    for _ in range(3):
        shop.settle(order)
    assert by_day(kept(shop)) == {"2026-11-30": (0, 375), "2026-12-01": (1, 500)}, "a quarter stays, by the terms"
    assert (kept(shop)["sold"], kept(shop)["revenue"], kept(shop)["left"]) == (1, 875, 3)


def test_a_free_ticket_is_sold_and_earns_nothing(shop: Shop) -> None:
    shop.open(capacity=3, price=0)
    shop.settle(shop.buy(2))
    assert by_tier(kept(shop)) == {"VIP": (2, 0)}
    assert (kept(shop)["revenue"], kept(shop)["left"]) == (0, 1)


def test_money_that_comes_after_the_hold_is_gone_counts_once(shop: Shop) -> None:
    shop.open(capacity=3)
    payment = shop.buy(2)
    stock.release(shop.pool, payment.order_id)
    mark_paid(payment.order_id, "R1")
    for _ in range(3):
        shop.settle(payment)
    assert by_tier(kept(shop)) == {"VIP": (2, 1000)}


def test_what_could_not_be_sold_any_more_counts_nothing(shop: Shop) -> None:
    shop.open(capacity=1)
    late, first = shop.buy(), None
    stock.release(shop.pool, late.order_id)
    first = shop.buy()
    mark_paid(first.order_id, "R1")
    shop.settle(first)
    mark_paid(late.order_id, "R2")
    assert shop.settle(late).order_status == "refund_pending"
    shop.settle(late)
    assert by_tier(kept(shop)) == {"VIP": (1, 500)}
