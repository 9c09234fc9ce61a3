"""An organizer takes an event back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    ASHA,
    BARAKA,
    PLAIN,
    Call,
    Clock,
    Meanwhile,
    Publish,
    assert_listings_are_exact,
    assert_ranks_are_exact,
    at_each_call,
    calls_counted,
    deliver_everything,
    empty,
    finishes,
    hold,
    is_count,
    sell,
    shards,
    stored,
    sweep,
)
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool


def test_nothing_is_left_of_a_deleted_event(table: Any, publish: Publish, delete: Call, get: Call) -> None:
    event_id = publish()["id"]
    answer = delete(event_id)
    assert (answer.status, answer.json) == (200, {"message": "The event is deleted."})
    assert get(event_id).status == 404
    assert [item for item in stored(table) if not is_count(item)] == []
    assert_listings_are_exact(table)
    assert delete(event_id).json["code"] == "event_not_found"


def test_only_its_own_organizer_deletes_an_event(publish: Publish, delete: Call, get: Call) -> None:
    event_id = publish()["id"]
    assert delete(event_id, BARAKA).json["code"] == "not_your_event"
    assert delete(event_id, ASHA).json["code"] == "organizers_only"
    assert get(event_id).status == 200


@pytest.mark.parametrize("take", [hold, sell])
def test_an_event_with_a_ticket_sold_or_held_stays_as_it_is(
    table: Any, publish: Publish, delete: Call, get: Call, take: Call
) -> None:
    event = publish()
    take(event, "VIP")
    before = shards(table, event["id"])
    with calls_counted() as calls:
        assert delete(event["id"]).json["code"] == "event_has_sales"
    assert set(calls) == {"GetItem", "BatchGetItem"}, "it never left the listings"
    assert get(event["id"]).status == 200
    assert shards(table, event["id"]) == before
    hold(event, "VIP", 5, "order-2")
    assert_listings_are_exact(table)


def test_a_hold_taken_while_the_event_is_being_deleted_keeps_it(
    table: Any, publish: Publish, delete: Call, get: Call
) -> None:
    event = publish()
    with at_each_call(after=Meanwhile("UpdateItem", lambda: hold(event, "VIP"))):
        assert delete(event["id"]).json["code"] == "event_has_sales"
    assert get(event["id"]).status == 200
    assert shards(table, event["id"])["VIP#0"] == (29, 30)
    hold(event, "Early Bird", 5, "order-2")
    assert_listings_are_exact(table)


def gets_one(pool: Pool) -> bool:
    try:
        return stock.hold(pool, "order-1", 1, 1_900_000_000)
    except stock.SalesStopped:
        return False


def test_nobody_buys_once_the_stock_is_closed(table: Any, publish: Publish, delete: Call) -> None:
    """A buyer who saw the event a moment ago comes after any step of the deletion: he stops it, or gets nothing."""
    after, outcomes = 1, list[tuple[object, bool]]()
    while True:
        empty(table)
        event_id = publish(**PLAIN)["id"]
        pool = Pool(event_id, "VIP", 1)
        buyer = Meanwhile(after, lambda pool=pool: gets_one(pool))
        with at_each_call(after=buyer):
            deleted = delete(event_id).status == 200
        if not buyer.done:
            break
        outcomes.append((buyer.outcome, deleted))
        after += 1
    assert set(outcomes) == {(True, False), (False, True)}
    assert outcomes == sorted(outcomes, key=repr, reverse=True)


def test_an_event_being_deleted_is_gone_for_everyone(publish: Publish, delete: Call, change: Call, get: Call) -> None:
    event_id = publish()["id"]
    assert not finishes(lambda: delete(event_id), 3)
    assert get(event_id).status == 404
    assert change(event_id, title="Back").status == 404
    answer = delete(event_id)
    assert (answer.status, answer.json["code"], answer.headers["Retry-After"]) == (409, "changed_meanwhile", "40")


@pytest.mark.parametrize("finish", ["asked again", "by itself"])
def test_whatever_a_crash_leaves_of_a_deletion_is_finished(
    table: Any, publish: Publish, delete: Call, get: Call, time: Clock, finish: str
) -> None:
    crash_at, finished = 1, False
    while not finished:
        empty(table)
        event_id = publish(**PLAIN)["id"]
        finished = finishes(lambda event_id=event_id: delete(event_id), crash_at)
        was_begun = get(event_id).status == 404
        deliver_everything(table)
        assert_listings_are_exact(table)
        assert sweep()["failed"] == 0
        if was_begun and not finished:
            time.now += timedelta(minutes=15)
            assert sweep()["failed"] == 0 if finish == "by itself" else delete(event_id).status in {200, 404}
        assert_listings_are_exact(table)
        assert_ranks_are_exact(table)
        left = [item for item in stored(table) if not is_count(item)]
        assert bool(left) == (get(event_id).status == 200) == (not was_begun and not finished)
        crash_at += 1
    assert crash_at > 6


def test_a_deletion_that_a_hold_stopped_and_a_crash_cut_short_is_taken_back_by_the_sweep(
    table: Any, publish: Publish, delete: Call, get: Call, time: Clock
) -> None:
    crash_at, finished = 2, False
    while not finished:
        empty(table)
        event = publish(**PLAIN)
        buyer = Meanwhile("UpdateItem", lambda event=event: hold(event, "Early Bird"))
        with at_each_call(after=buyer):
            finished = finishes(lambda event=event: delete(event["id"]), crash_at)
        time.now += timedelta(minutes=1)
        deliver_everything(table)
        sweep()
        if buyer.done:
            assert get(event["id"]).status == 200
            hold(event, "VIP", 2, "order-2")
            hold(event, "Early Bird", 2, "order-3")
        assert_listings_are_exact(table)
        crash_at += 1
    assert crash_at > 6
