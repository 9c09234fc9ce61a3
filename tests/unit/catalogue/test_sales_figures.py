"""What buyers and readers are told about an event's sales, a moment after they happened."""

from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from tests.unit.catalogue.conftest import (
    Call,
    Clock,
    Meanwhile,
    Publish,
    assert_listings_are_exact,
    assert_ranks_are_exact,
    at_each_call,
    calls_counted,
    deliver,
    hold,
    record,
    sell,
    stored,
    sweep,
)
from tiketi import clock
from tiketi.catalogue import figures, stream
from tiketi.catalogue.figures import FOR_GOOD, look_again, refresh_figures
from tiketi.catalogue.items import FIGURES, FiguresItem, event_key, load_event, read_items
from tiketi.catalogue.listings import ListingsContended
from tiketi.catalogue.popularity import coarse
from tiketi.errors import Refusal
from tiketi.sales import stock
from tiketi.sales.stock_rules import Sale

GATE = Sale("Gate", "2026-12-01", 100)
SMALL = {"Gate": {"price": 100, "capacity": 3}, "VIP": {"price": 900, "capacity": 2}}


def stock_record(event: dict[str, Any], number: int = 1, pool: str = "Gate") -> dict[str, Any]:
    return record(f"STOCK#{event['id']}#{pool}#0", "STOCK", number)


def event_record(event: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return record(f"EVENT#{event['id']}", "EVENT", number)


def test_a_sale_is_seen_everywhere_and_rewrites_no_copy(table: Any, publish: Publish, get: Call, browse: Call) -> None:
    event = publish()
    refresh_figures(event["id"])
    sell(event, "VIP", 3)
    with calls_counted() as calls:
        assert deliver(stock_record(event)) == []
    assert calls == {"GetItem": 1, "Query": 1, "BatchGetItem": 2, "UpdateItem": 2}
    assert get(event["id"]).json["tickets_sold"] == 3
    assert browse().json["events"][0]["tickets_sold"] == 3
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)


def test_what_changes_no_figure_writes_nothing(publish: Publish) -> None:
    event = publish()
    refresh_figures(event["id"])
    with calls_counted() as calls:
        refresh_figures(event["id"])
    assert calls == {"GetItem": 1, "Query": 1, "BatchGetItem": 2}


def test_the_figures_say_until_when_a_tier_is_sold_out(publish: Publish) -> None:
    event = publish(ticket_tiers=SMALL)
    hold(event, "Gate", 2, "order-1", until=1_800_000_300)
    refresh_figures(event["id"])
    assert load_event(event["id"]).sold_out_until == {}
    pool = hold(event, "Gate", 1, "order-2", until=1_800_000_200)
    refresh_figures(event["id"])
    _, after = read_items(event["id"])
    assert after and after.sold_out_until == after.held_until == {"Gate": 1_800_000_200}
    stock.sell(pool, "order-1", 2, GATE)
    stock.sell(pool, "order-2", 1, GATE)
    refresh_figures(event["id"])
    _, after = read_items(event["id"])
    assert after and (after.sold_out_until, after.held_until) == ({"Gate": FOR_GOOD}, {})
    assert after.sold == {"Gate": 3}
    stock.unsell(pool, "order-2", GATE)
    refresh_figures(event["id"])
    assert load_event(event["id"]).sold_out_until == {}


def test_figures_are_looked_at_again_by_a_buyer_who_finds_them_old(publish: Publish) -> None:
    event = publish(ticket_tiers=SMALL)
    hold(event, "Gate", 3, "order-1", until=4_000_000_000)
    refresh_figures(event["id"])
    assert load_event(event["id"]).says_sold_out("Gate", clock.epoch_now())
    pool = stock.Pool(event["id"], "Gate", 1)
    stock.release(pool, "order-1")
    assert not look_again(event["id"]).says_sold_out("Gate", clock.epoch_now())
    assert load_event(event["id"]).sold_out_until == {}


def test_of_two_who_look_again_at_the_same_moment_one_writes(publish: Publish) -> None:
    event = publish(ticket_tiers=SMALL)
    key = event_key(event["id"]), FIGURES

    def another() -> None:
        FiguresItem(*key).update([FiguresItem.looked_at.set(7), FiguresItem.sold.set({"Gate": 2})])

    with at_each_call(Meanwhile("BatchGetItem", another)):
        look_again(event["id"])
    after = FiguresItem.get(*key)
    assert (int(after.looked_at), after.sold) == (7, {"Gate": 2})


def test_nobody_looks_again_at_an_event_that_is_gone(publish: Publish, delete: Call) -> None:
    event = publish()
    delete(event["id"])
    with pytest.raises(Refusal, match="event_not_found"):
        look_again(event["id"])


def test_a_tier_that_is_not_sold_any_more_keeps_its_sales_and_is_not_called_sold_out(
    publish: Publish, change: Call
) -> None:
    event = publish(ticket_tiers=SMALL)
    change(event["id"], ticket_tiers={"Gate": {}})
    sell(event, "Gate", 1)
    refresh_figures(event["id"])
    after = load_event(event["id"])
    assert (after.sold, after.sold_out_until) == ({"Gate": 1}, {})


def test_figures_of_a_deleted_event_are_not_written_again(table: Any, publish: Publish, delete: Call) -> None:
    event = publish()
    sell_later = Meanwhile("BatchGetItem", lambda: delete(event["id"]))
    figures_before = read_items(event["id"])[1]
    assert figures_before
    with at_each_call(after=sell_later):
        refresh_figures(event["id"])
    assert [item for item in stored(table) if item["PK"]["S"] == f"EVENT#{event['id']}"] == []


def test_figures_written_late_are_put_right(publish: Publish) -> None:
    """One reads the stock, another sells and writes the figures, the first writes what it had read, and sees it."""
    event = publish(ticket_tiers=SMALL)
    sell(event, "Gate", 1, "order-1")

    def sale() -> None:
        sell(event, "Gate", 1, "order-2")
        assert deliver(stock_record(event)) == []

    with at_each_call(Meanwhile("UpdateItem", sale)):
        assert deliver(stock_record(event)) == []
    assert load_event(event["id"]).tickets_sold == 2


def test_the_rank_of_a_large_event_moves_now_and_then() -> None:
    assert [coarse(tickets) for tickets in (0, 9, 42, 99, 100, 109, 110, 12_345, 999_999)] == [
        0,
        9,
        42,
        99,
        100,
        100,
        110,
        12_000,
        990_000,
    ]


# --- The stream's function -------------------------------------------------------------------------------------------


def test_an_event_is_looked_at_once_for_all_its_records(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = publish(), publish()
    looked_at: list[tuple[str, str]] = []
    monkeypatch.setattr(stream, "refresh", lambda event_id: looked_at.append(("listings", event_id)))
    monkeypatch.setattr(stream, "refresh_figures", lambda event_id: looked_at.append(("figures", event_id)))
    records = [stock_record(one, number) for number in range(1, 50)] + [event_record(one, 50), stock_record(other, 51)]
    assert deliver(*records) == []
    assert looked_at == [("listings", one["id"]), ("figures", one["id"]), ("figures", other["id"])]


@pytest.mark.parametrize(
    "error", [PynamoDBException("the table did not answer"), ListingsContended("x"), KeyError("x")]
)
def test_one_poisoned_event_does_not_stop_the_others(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    poisoned, sound = publish(ticket_tiers=SMALL), publish(ticket_tiers=SMALL)
    sell(sound, "Gate", 1)
    figures_of = stock.figures

    def fails(event_id: str, pools: Any) -> Any:
        if event_id == poisoned["id"]:
            raise error
        return figures_of(event_id, pools)

    monkeypatch.setattr(figures.stock, "figures", fails)
    failed = deliver(stock_record(poisoned, 1), stock_record(sound, 2), event_record(poisoned, 3))
    assert failed == ["1", "3"]
    assert load_event(sound["id"]).tickets_sold == 1


def test_records_that_say_nothing_about_an_event_are_passed_over(table: Any) -> None:
    strange = [
        record("USER#1", "PROFILE", 1),
        record("STOCK#not-an-id#*#0", "STOCK", 2),
        record("EVENT#01JD5QK7V1M8Z6T3W9XHAPN4EB", "EVENT", 3, "REMOVE"),
        record("LIST#all", "x", 4),
    ]
    with calls_counted() as calls:
        assert deliver(*strange) == []
    assert calls["TransactWriteItems"] == 0


# --- The sweep -------------------------------------------------------------------------------------------------------


def test_an_event_leaves_the_listings_once_it_is_over(
    table: Any, publish: Publish, browse: Call, get: Call, api: Any, time: Clock
) -> None:
    over, coming = publish(), publish(end_date="2026-12-25T03:00")
    time.becomes("2026-12-25T02:00")
    assert sweep() == {"closed": 1, "failed": 0}
    assert [event["id"] for event in browse().json["events"]] == [coming["id"]]
    assert [event["id"] for event in api("catalogue/list_popular_events").json["popular_events"]] == [coming["id"]]
    assert get(over["id"]).status == 200
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)
    assert sweep() == {"closed": 0, "failed": 0}


def test_an_event_that_cannot_be_closed_does_not_stop_the_others(
    table: Any, publish: Publish, time: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tiketi.catalogue import closing

    events = [publish() for _ in range(3)]
    time.becomes("2027-01-01T00:00")
    refresh = closing.refresh

    def fails(event_id: str) -> None:
        if event_id == events[1]["id"]:
            raise PynamoDBException("the table did not answer")
        refresh(event_id)

    monkeypatch.setattr(closing, "refresh", fails)
    assert sweep() == {"closed": 2, "failed": 1}
    assert [entry.__dict__["event_id"] for entry in caplog.records if entry.levelname == "ERROR"] == [events[1]["id"]]
    monkeypatch.setattr(closing, "refresh", refresh)
    assert sweep() == {"closed": 1, "failed": 0}
    assert_listings_are_exact(table)
