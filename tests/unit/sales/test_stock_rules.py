"""The rules of stock: who takes from where, what a shard holds, what may go back."""

import pytest

from tiketi.sales.stock_rules import (
    Count,
    Entry,
    PoolFigures,
    Sale,
    Shard,
    added_up,
    figures_of,
    lapsed_orders,
    plan_hold,
    quantity_of,
    shard_sequence,
    shards_for,
    spread,
    unfinished,
)


def shard(number: int, available: int, *, closed: bool = False, sold: int = 0, **entries: Entry) -> Shard:
    taken = sum(entry.quantity for entry in entries.values())
    return Shard(number, available + taken, available, sold, closed, entries)


def test_an_order_tries_every_shard_once_and_always_in_the_same_order() -> None:
    assert shard_sequence("an order", 5) == [3, 4, 0, 1, 2]
    assert shard_sequence("another order", 5) == [2, 3, 4, 0, 1]


def test_orders_of_all_customers_begin_at_different_shards() -> None:
    assert {shard_sequence(f"order {number}", 8)[0] for number in range(100)} == set(range(8))


def test_where_several_shards_have_all_the_order_takes_from_the_first_of_its_own_sequence() -> None:
    shards = [shard(number, 4) for number in range(5)]
    assert plan_hold("an order", 4, shards) == [(3, 4)]
    assert plan_hold("an order", 4, [shards[0], shards[1], shards[4]]) == [(4, 4)]


def test_the_last_ticket_of_a_shard_may_be_taken() -> None:
    assert plan_hold("an order", 1, [shard(0, 1)]) == [(0, 1)]
    assert plan_hold("an order", 1, [shard(0, 0)]) == []


def test_a_closed_shard_sells_nothing_alone_or_with_others() -> None:
    assert plan_hold("an order", 2, [shard(0, 2, closed=True), shard(1, 1)]) == []
    assert plan_hold("an order", 2, [shard(0, 2, closed=True), shard(1, 1), shard(2, 1)]) == [(1, 1), (2, 1)]


def test_no_more_is_taken_from_the_last_shard_than_is_missing() -> None:
    assert plan_hold("an order", 5, [shard(0, 3), shard(1, 4)]) == [(0, 3), (1, 2)]


def test_one_ticket_too_few_on_all_shards_together_is_too_few() -> None:
    assert plan_hold("an order", 5, [shard(0, 2), shard(1, 2)]) == []


def test_empty_shards_have_no_part_in_a_hold_from_several() -> None:
    assert plan_hold("an order", 2, [shard(0, 1), shard(1, 0), shard(2, 1)]) == [(0, 1), (2, 1)]


def test_an_order_s_tickets_are_added_up_held_or_sold_and_no_other_s() -> None:
    asha, baraka = Entry("held", 2, 9, 5), Entry("held", 7, 9, 7)
    shards = [shard(0, 1, asha=asha, baraka=baraka), shard(1, 1), shard(2, 0, asha=Entry("sold", 3, 9, 5))]
    assert quantity_of("asha", shards) == 5


def test_only_holds_count_as_held() -> None:
    assert shard(0, 1, asha=Entry("held", 2, 9), baraka=Entry("sold", 3, 9), chebet=Entry("held", 4, 9)).held == 6


def test_a_sold_entry_is_never_a_part_that_goes_back() -> None:
    assert not unfinished([shard(0, 0, asha=Entry("sold", 1, 9, 2))])


def test_an_entry_from_before_holds_said_what_they_want_is_whole() -> None:
    assert Entry("held", 1, 9).wanted == 0
    assert not unfinished([shard(0, 0, asha=Entry("held", 1, 9))])


def test_one_order_with_a_part_is_enough_to_wait_for() -> None:
    assert unfinished([shard(0, 0, asha=Entry("held", 1, 9, 2), baraka=Entry("held", 1, 9, 1))])


@pytest.mark.parametrize(
    ("tickets", "shards", "each"), [(10, 4, [3, 3, 2, 2]), (8, 4, [2, 2, 2, 2]), (1, 3, [1, 0, 0]), (0, 2, [0, 0])]
)
def test_tickets_are_spread_as_evenly_as_whole_numbers_go(tickets: int, shards: int, each: list[int]) -> None:
    assert spread(tickets, shards) == each


@pytest.mark.parametrize(
    ("capacity", "shards"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (400, 8), (401, 8), (9_000, 8)]
)
def test_a_pool_has_a_shard_for_so_many_tickets_and_no_more_than_the_most(capacity: int, shards: int) -> None:
    assert shards_for(capacity, 50, 8) == shards


def test_a_hold_lapses_at_its_end_and_not_a_second_earlier_and_a_sale_never() -> None:
    held = shard(0, 0, asha=Entry("held", 1, 99), baraka=Entry("held", 1, 100), chebet=Entry("held", 1, 101))
    assert lapsed_orders(held, 100) == ["asha", "baraka"]
    assert lapsed_orders(shard(0, 0, asha=Entry("sold", 1, 1)), 100) == []


def test_the_figures_of_a_pool_add_up_its_shards_and_name_the_first_hold_to_lapse() -> None:
    shards = [
        shard(0, 3, sold=5, asha=Entry("held", 2, 70), baraka=Entry("sold", 5, 10)),
        shard(1, 4, sold=1, chebet=Entry("held", 1, 60)),
    ]
    assert figures_of(iter(shards)) == PoolFigures(available=7, held=3, sold=6, held_until=60)
    assert figures_of([shard(0, 3)]).held_until is None


def test_what_tiers_sold_on_each_day_is_added_up_over_shards_and_what_was_all_given_back_is_left_out() -> None:
    vip, regular = Sale("VIP", "2026-12-01", 2500).key, Sale("Regular", "2026-12-02", 500).key
    assert (vip, regular) == ("2026-12-01#VIP", "2026-12-02#Regular")
    counts = [
        {vip: Count(2, 5000), regular: Count(1, 500)},
        {vip: Count(1, 2500), regular: Count(-1, -500), "2026-12-03#VIP": Count(0, 750)},
    ]
    added = {vip: Count(3, 7500), "2026-12-03#VIP": Count(0, 750)}
    assert added_up(counts) == added
    shards = [Shard(number, 3, 3, 0, False, {}, each) for number, each in enumerate(counts)]
    assert figures_of(shards).counts == added
    assert figures_of([shard(0, 3)]).counts == {}
