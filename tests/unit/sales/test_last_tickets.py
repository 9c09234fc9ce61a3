"""The last tickets of a tier lie on several shards, and several customers reach for them at the same moment."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.shop import Shop
from tiketi.sales import stock
from tiketi.sales.stock_rules import Entry, Shard, plan_hold, unfinished


def shard(number: int, available: int, **entries: Entry) -> Shard:
    held = sum(entry.quantity for entry in entries.values())
    return Shard(number, available + held, available, 0, False, entries)


def test_one_shard_that_has_all_is_taken_from_before_several(shop: Shop) -> None:
    assert plan_hold("an order", 2, [shard(0, 1), shard(1, 2), shard(2, 1)]) == [(1, 2)]


def test_tickets_of_several_shards_are_taken_by_number_so_that_of_two_who_meet_one_is_ahead() -> None:
    assert plan_hold("an order", 3, [shard(2, 2), shard(0, 1), shard(1, 1)]) == [(0, 1), (1, 1), (2, 1)]


def test_too_few_on_all_shards_together_are_left_where_they_are() -> None:
    assert plan_hold("an order", 3, [shard(0, 1), shard(1, 1)]) == []


def test_an_order_that_has_only_a_part_may_have_to_give_it_back() -> None:
    assert unfinished([shard(0, 0, asha=Entry("held", 1, 9, 2)), shard(1, 0)])
    assert not unfinished([shard(0, 0, asha=Entry("held", 1, 9, 2)), shard(1, 0, asha=Entry("held", 1, 9, 2))])
    assert not unfinished([shard(0, 0, asha=Entry("held", 1, 9, 1))])


@pytest.fixture
def at_the_write(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], None]], None]:
    """Has something happen right after so many writes to stock; nobody really sleeps."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    original = stock.update_shard  # pyright: ignore[reportPrivateUsage]

    def plan(nth: int, meanwhile: Callable[[], None]) -> None:
        left = [nth]

        def update(*given: Any) -> bool:
            done = original(*given)
            left[0] -= 1
            if left[0] == 0:
                meanwhile()
            return done

        monkeypatch.setattr(stock, "update_shard", update)

    return plan


def test_who_wants_three_of_two_never_touches_them(shop: Shop, at_the_write: Any) -> None:
    shop.open(capacity=2, shards=2)
    seen: list[tuple[int, int, int]] = []
    at_the_write(1, lambda: seen.append(shop.figures()))
    assert not stock.hold(shop.pool, "asha", 3, 2**40)
    assert seen == [(2, 0, 0)]


def test_who_comes_while_another_holds_only_a_part_is_not_told_that_it_is_sold_out(
    shop: Shop, at_the_write: Any
) -> None:
    shop.open(capacity=2, shards=2)
    told: list[str] = []

    def baraka() -> None:
        try:
            told.append(str(stock.hold(shop.pool, "baraka", 2, 2**40)))
        except stock.StockMoving:
            told.append("moving")

    at_the_write(2, baraka)
    assert stock.hold(shop.pool, "asha", 2, 2**40)
    assert told == ["moving"]
    assert not stock.hold(shop.pool, "chebet", 1, 2**40), "now it is"


def test_a_part_that_is_given_back_goes_to_whoever_waits(shop: Shop, at_the_write: Any) -> None:
    """Asha has one of two when Baraka takes the other; she cannot have both, so there is one for Chebet."""
    shop.open(capacity=2, shards=2)
    at_the_write(2, lambda: stock.hold(shop.pool, "baraka", 1, 2**40))
    assert not stock.hold(shop.pool, "asha", 2, 2**40)
    assert stock.hold(shop.pool, "chebet", 1, 2**40)
    assert shop.figures() == (0, 2, 0)


def test_a_hold_that_was_cut_short_is_taken_anew_by_its_own_order(shop: Shop, at_the_write: Any) -> None:
    shop.open(capacity=2, shards=2)

    def crash() -> None:
        raise RuntimeError("the function is gone")

    at_the_write(2, crash)
    with pytest.raises(RuntimeError):
        stock.hold(shop.pool, "asha", 2, 2**40)
    assert shop.figures() == (1, 1, 0)
    assert stock.hold(shop.pool, "asha", 2, 2**40)
    assert stock.hold(shop.pool, "asha", 2, 2**40), "and once more changes nothing"
    assert shop.figures() == (0, 2, 0)
