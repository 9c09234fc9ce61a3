"""The domain against AWS's own engine, in several processes at once. It checks every expression as AWS does."""

from collections import Counter

import pytest

from tests.engine.buyers import Engine, Rush, figures, open_event, rush


@pytest.mark.parametrize("shards", [1, 8])
def test_two_hundred_buyers_for_fifty_tickets_sell_exactly_fifty(engine: Engine, shards: int) -> None:
    plan = Rush(open_event(engine, 50, shards), shards, buyers=200)
    assert rush(engine, plan) == {"completed": 50, "sold_out": 150}
    assert figures(engine, plan) == {"available": 0, "held": 0, "sold": 50, "entries": 0, "tickets": 50}


def test_one_customer_on_sixty_phones_at_once_has_no_more_than_his_limit(engine: Engine) -> None:
    plan = Rush(open_event(engine, 50, 8, max_per_customer=4), 8, buyers=60, user_id=f"01{'A' * 24}")
    assert rush(engine, plan) == {"completed": 4, "customer_limit": 56}
    assert figures(engine, plan) == {"available": 46, "held": 0, "sold": 4, "entries": 0, "tickets": 4}


def test_buyers_of_one_two_and_three_leave_no_ticket_that_one_of_them_wanted(engine: Engine) -> None:
    plan = Rush(open_event(engine, 50, 8), 8, buyers=90, quantities=(1, 2, 3))
    ends: Counter[str] = rush(engine, plan)
    assert set(ends) <= {"completed", "sold_out", "too_few_left", "stock_moving"}
    left = figures(engine, plan)
    assert left["available"] + left["sold"] == 50
    assert (left["held"], left["entries"]) == (0, 0)
    assert left["tickets"] == left["sold"]
    rest = Rush(plan.event_id, 8, buyers=left["available"] + 1)
    if left["available"]:
        assert rush(engine, rest)["completed"] == left["available"]
    assert figures(engine, plan)["sold"] == 50
