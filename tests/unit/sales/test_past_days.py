"""What was sold on past days leaves the shards and stays in the figures, to the shilling."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import AKINYI, KOROGA, Meanwhile, at_each_call, calls_counted, hold, sell
from tiketi import clock
from tiketi.catalogue.create_event import create_event
from tiketi.catalogue.event_input import NewEvent
from tiketi.catalogue.figures import refresh_figures
from tiketi.sales import past_days, periods, stock
from tiketi.sales.sales_figures import answer_of, find_sales
from tiketi.sales.stock_rules import Pool, Sale

NOW = clock.parse("2090-12-10T22:00:00Z")
"""The eleventh in Nairobi."""
OLD, OLDER, YESTERDAY = "2090-12-09", "2090-11-01", "2090-12-10"


@pytest.fixture
def event(table: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    tiers = {"VIP": {"price": 2500, "capacity": 300}, "Regular": {"price": 1000}}
    dates = {"start_date": "2090-12-24T18:00", "end_date": "2090-12-25T02:00"}
    new = NewEvent.model_validate({**KOROGA, **dates, "ticket_tiers": tiers, "total_tickets": 400})
    event = create_event(new, AKINYI[0]).answer()
    refresh_figures(event["id"])
    return event


def figures(event: dict[str, Any]) -> dict[str, tuple[int, int]]:
    found = find_sales(event["id"], consistent=True)
    assert found
    return {day["date"]: (day["sold"], day["revenue"]) for day in answer_of(event["id"], found)["by_day"]}


def on_shards(event: dict[str, Any]) -> set[str]:
    pools = (Pool(event["id"], "VIP", 3), Pool(event["id"], "*", 1))
    return {key.partition("#")[0] for pool in pools for shard in stock.read_shards(pool) for key in shard.counts}


def sold_on_four_days(event: dict[str, Any]) -> dict[str, tuple[int, int]]:
    for number, day in enumerate((OLDER, OLD, YESTERDAY, "2090-12-11")):
        sell(event, "VIP", 2, f"vip-{number}", day)
        sell(event, "Regular", 1, f"regular-{number}", day)
    return dict.fromkeys((OLDER, OLD, YESTERDAY, "2090-12-11"), (3, 6000))


def test_figures_of_many_days_are_kept_by_month_to_the_shilling(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "MOST_BYTES", 115)
    sold_on_four_days(event)
    refresh_figures(event["id"])
    assert figures(event) == {"2090-11": (3, 6000), "2090-12": (9, 18000)}
    found = find_sales(event["id"], consistent=True)
    assert found and {key.partition("#")[0] for key in found.settled} == {"2090-11", "2090-12"}
    sell(event, "VIP", 1, "vip-late", OLD)
    refresh_figures(event["id"])
    assert figures(event) == {"2090-11": (3, 6000), "2090-12": (10, 20500)}


def test_past_days_leave_the_shards_and_stay_in_the_figures(event: dict[str, Any]) -> None:
    sold = sold_on_four_days(event)
    refresh_figures(event["id"])
    assert on_shards(event) == {YESTERDAY, "2090-12-11"}
    assert figures(event) == sold
    with calls_counted() as calls:
        refresh_figures(event["id"])
    assert figures(event) == sold
    assert calls["TransactWriteItems"] == calls["UpdateItem"] == 0, "once"


def test_a_return_of_an_old_sale_is_taken_off_its_day(event: dict[str, Any]) -> None:
    sold_on_four_days(event)
    pool = hold(event, "VIP", 1, "returned")
    sale = Sale("VIP", OLD, 2500)
    stock.sell(pool, "returned", 1, sale)
    refresh_figures(event["id"])
    assert figures(event)[OLD] == (4, 8500)
    stock.unsell(pool, "returned", sale)
    refresh_figures(event["id"])
    assert (figures(event)[OLD], on_shards(event)) == ((3, 6000), {YESTERDAY, "2090-12-11"})


def test_a_sale_at_the_same_moment_is_not_lost(event: dict[str, Any]) -> None:
    """Money that came late is sold under a past day, just before that day is taken off its shard."""
    sold = sold_on_four_days(event)

    def late() -> None:
        for number in range(3):
            sell(event, "VIP", 1, f"late-{number}", OLD)

    with at_each_call(Meanwhile("TransactWriteItems", late)):
        refresh_figures(event["id"])
    assert figures(event) == {**sold, OLD: (6, 13_500)}
    assert OLD not in on_shards(event)


def test_two_that_move_them_at_once_count_them_once(event: dict[str, Any]) -> None:
    sold = sold_on_four_days(event)
    with at_each_call(Meanwhile("TransactWriteItems", lambda: refresh_figures(event["id"]))):
        refresh_figures(event["id"])
    assert figures(event) == sold


def test_many_days_go_in_several_turns(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_days, "MOST_DAYS", 2)
    days = [f"2090-11-{number:02d}" for number in range(1, 6)]
    for day in days:
        sell(event, "Regular", 1, f"on-{day}", day)
    refresh_figures(event["id"])
    assert (figures(event), on_shards(event)) == (dict.fromkeys(days, (1, 1000)), set())


def test_a_crash_in_the_middle_counts_nothing_twice(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sold = sold_on_four_days(event)
    with monkeypatch.context() as broken:
        broken.setattr("tiketi.catalogue.figures.keep_sales", lambda *_: (_ for _ in ()).throw(RuntimeError("crashed")))
        with pytest.raises(RuntimeError):
            refresh_figures(event["id"])
    assert OLD not in on_shards(event)
    refresh_figures(event["id"])
    assert figures(event) == sold
