"""A change of capacity dies, and nobody changes the event again: the sweep brings every seat back on sale."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    PLAIN,
    Call,
    Clock,
    Publish,
    deliver_everything,
    empty,
    finishes,
    hold,
    sell,
)
from tests.unit.catalogue.test_changing import sum_of
from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tiketi.catalogue.items import EventItem, FiguresItem

REFUSED = {"ticket_tiers": {"Early Bird": {}, "VIP": {"capacity": 10}}, "total_tickets": 70}
"""The first pool shrinks; of the other more are sold than would be left, and the first one grows back."""
TAKEN = {"ticket_tiers": {"Early Bird": {}, "VIP": {"capacity": 10}}, "total_tickets": 78}
GROWN = {"ticket_tiers": {"Early Bird": {}, "VIP": {"capacity": 130}}, "total_tickets": 230}
BEFORE = {"VIP": 30, "*": 70}


def sweep() -> None:
    load_function("sales/reclaim_stock").handler({}, LAMBDA_CONTEXT)


def capacities(table: Any, event_id: str) -> dict[str, int]:
    return {name: capacity for name, (_, capacity) in sum_of(table, event_id).items() if capacity}


def published(publish: Publish) -> str:
    event = publish(**PLAIN)
    sell(event, "Early Bird", 65)
    hold(event, "VIP", 5)
    return event["id"]


def item_of(event_id: str) -> EventItem:
    return EventItem.get(f"EVENT#{event_id}", "EVENT")


@pytest.mark.parametrize("wanted", [REFUSED, TAKEN, GROWN], ids=["refused", "shrunk", "grown"])
def test_wherever_a_change_of_capacity_dies_the_sweep_mends_it(
    table: Any, publish: Publish, change: Call, time: Clock, wanted: dict[str, Any]
) -> None:
    crash_at, finished, short = 1, False, 0
    while not finished:
        empty(table)
        event_id = published(publish)
        finished = finishes(lambda event_id=event_id: change(event_id, **wanted), crash_at)
        left = capacities(table, event_id)
        deliver_everything(table)
        if not finished:
            sweep()
            assert capacities(table, event_id) == left, "it may be at work still"
            time.now += timedelta(minutes=1)
            sweep()
            assert capacities(table, event_id) == BEFORE or not item_of(event_id).moving
            short += left != BEFORE
        deliver_everything(table)
        after = item_of(event_id)
        assert not after.moving
        assert capacities(table, event_id) == {name: size["capacity"] for name, size in after.pools.items()}
        assert FiguresItem.get(f"EVENT#{event_id}", "EVENT#FIGURES").moving_until == 0
        crash_at += 1
    assert short >= 1, "some of these left the stock wrong"


def test_a_mending_that_dies_is_finished_by_the_next_sweep(
    table: Any, publish: Publish, change: Call, time: Clock
) -> None:
    crash_at, finished = 1, False
    while not finished:
        empty(table)
        event_id = published(publish)
        assert not finishes(lambda event_id=event_id: change(event_id, **REFUSED), 3)
        assert capacities(table, event_id) != BEFORE
        deliver_everything(table)
        time.now += timedelta(minutes=1)
        finished = finishes(sweep, crash_at)
        deliver_everything(table)
        time.now += timedelta(minutes=1)
        sweep()
        assert (capacities(table, event_id), item_of(event_id).moving) == (BEFORE, False)
        crash_at += 1
    assert crash_at > 3


def test_seats_that_were_added_and_sold_stay_and_keep_nobody_waiting(
    table: Any, publish: Publish, change: Call, time: Clock
) -> None:
    event = publish(**PLAIN)
    event_id = event["id"]
    assert not finishes(lambda: change(event_id, **GROWN), 5)
    sell(event, "VIP", 31)
    deliver_everything(table)
    time.now += timedelta(minutes=1)
    sweep()
    assert capacities(table, event_id)["VIP"] >= 31, "none that was sold is missing"
    assert change(event_id, **GROWN).status == 200
    assert capacities(table, event_id) == {"VIP": 130, "*": 100}


def test_what_a_refused_change_leaves_half_done_is_mended_as_well(
    table: Any, publish: Publish, change: Call, time: Clock
) -> None:
    """It found what had died before, and could not set it right: it has no claim that could lapse any more."""
    event_id = published(publish)
    assert not finishes(lambda: change(event_id, **TAKEN), 3)
    time.now += timedelta(minutes=1)
    assert change(event_id, ticket_tiers={"VIP": {"capacity": 1}}).json["code"] == "tier_has_sales"
    deliver_everything(table)
    sweep()
    assert (capacities(table, event_id), item_of(event_id).moving) == (BEFORE, False)
