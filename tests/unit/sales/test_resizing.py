"""An organizer changes a capacity while customers buy: no seat is lost, and none that is sold or held is taken away."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.catalogue.conftest import Meanwhile, at_each_call, finishes
from tests.unit.shop import Shop
from tiketi.catalogue.items import PoolSize
from tiketi.errors import Refusal
from tiketi.ids import new_id, new_order_id
from tiketi.sales import resize as resizing
from tiketi.sales import stock
from tiketi.sales.resize import resize
from tiketi.sales.stock_rules import Pool

LATER = 4_000_000_000


def to(shop: Shop, capacity: int) -> PoolSize:
    return resize(shop.event_id, "VIP", {"capacity": 0, "shards": shop.pool.shards}, capacity)


def capacity(shop: Shop) -> int:
    return sum(shard.capacity for shard in stock.read_shards(shop.pool))


def take(shop: Shop, tickets: int) -> bool:
    return stock.hold(shop.pool, new_order_id(new_id()), tickets, LATER)


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except Refusal as refusal:
        return refusal.code
    return "done"


def each_moment(shop: Shop, work: Callable[[], object], buyer: Callable[[], object]) -> Iterator[tuple[int, str]]:
    """The work, begun anew in a shop of 4 shards with 3 tickets each, and the buyer at each of its moments in turn."""
    for moment in range(1, 100):
        shop.event_id = new_id()
        shop.open(capacity=12, shards=4)
        meanwhile = Meanwhile(moment, buyer)
        with at_each_call(before=meanwhile):
            told = outcome(work)
        if not meanwhile.done:
            return
        shop.figures()
        yield moment, told


@pytest.mark.parametrize("bought", [1, 3, 5])
def test_a_shrink_finds_what_customers_leave_wherever_it_is(shop: Shop, bought: int) -> None:
    """Seven may go. A shrink that looks only once is refused when somebody is at the shard it is looking at."""
    moments = 0
    for moment, told in each_moment(shop, lambda: to(shop, 5), lambda: take(shop, bought)):
        assert (told, capacity(shop)) == ("done", 5), f"somebody bought at call {moment}"
        moments += 1
    assert moments >= 5


def test_a_shrink_that_is_refused_leaves_everything_as_it_was(shop: Shop) -> None:
    """Six are bought in the middle of it, and five are to be left."""
    moments = 0
    for moment, told in each_moment(shop, lambda: to(shop, 5), lambda: [take(shop, 3), take(shop, 3)]):
        available, held, _ = shop.figures()
        assert told == "tier_has_sales", f"bought at call {moment}"
        assert capacity(shop) == available + held == 12, f"bought at call {moment}"
        moments += 1
    assert moments >= 5


def test_when_customers_are_faster_each_time_what_was_taken_is_put_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first shard can be had: the others are always in the hands of somebody who gives them back."""
    shop.open(capacity=12, shards=4)
    update = resizing.update_shard

    def only_the_first(pool: Pool, number: int, *given: Any) -> bool:
        return number == 0 and update(pool, number, *given)

    monkeypatch.setattr(resizing, "update_shard", only_the_first)
    assert outcome(lambda: to(shop, 4)) == "changed_meanwhile"
    assert shop.figures() == (12, 0, 0)


@pytest.mark.parametrize("wanted", [5, 11, 30, 470])
def test_a_change_that_dies_at_any_write_is_finished_by_asking_again(shop: Shop, wanted: int) -> None:
    crash_at, finished = 1, False
    while not finished:
        shop.event_id = new_id()
        shop.open(capacity=12, shards=4)
        take(shop, 2)
        finished = finishes(lambda: to(shop, wanted), crash_at)
        shop.figures()
        take(shop, 1)
        shop.pool = Pool(shop.event_id, "VIP", to(shop, wanted)["shards"])
        available, held, _ = shop.figures()
        assert (available, held) == (wanted - 3, 3), f"dead at write {crash_at}"
        crash_at += 1
    assert crash_at > 2


@pytest.mark.parametrize("write", range(1, 5))
def test_a_refused_shrink_that_dies_is_put_right_by_the_capacity_it_had(shop: Shop, write: int) -> None:
    shop.open(capacity=12, shards=4)
    take(shop, 3)

    def refused() -> None:
        with at_each_call(before=Meanwhile("UpdateItem", lambda: [take(shop, 3), take(shop, 2)])):
            to(shop, 5)

    finishes(lambda: outcome(refused), write)
    shop.figures()
    to(shop, 12)
    assert sum(shop.figures()) == 12


@pytest.mark.parametrize("wanted", [5, 30])
def test_a_write_that_is_sent_twice_moves_once(shop: Shop, wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=12, shards=4)
    update = stock.StockItem.update

    def twice(item: Any, *given: Any, **named: Any) -> Any:
        update(item, *given, **named)
        return update(item, *given, **named)

    monkeypatch.setattr(stock.StockItem, "update", twice)
    to(shop, wanted)
    assert shop.figures() == (wanted, 0, 0)


def test_a_pool_shrinks_to_what_is_sold_and_held_and_not_below(shop: Shop) -> None:
    shop.open(capacity=12, shards=4)
    take(shop, 5)
    with pytest.raises(Refusal) as refused:
        to(shop, 4)
    assert (refused.value.code, refused.value.params["minimum"]) == ("tier_has_sales", 5)
    assert shop.figures() == (7, 5, 0)
    to(shop, 5)
    assert shop.figures() == (0, 5, 0)
