"""The figures of an event stay small: at the limits of the API, and for as long as it sells."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tiketi.catalogue.event_input import MOST_TICKETS
from tiketi.sales.periods import DAYS, MOST_BYTES, fitted, size_of
from tiketi.sales.sales_figures import SalesItem
from tiketi.sales.stock_rules import Count, added_up

MOST_TIERS, LONGEST_NAME = 20, 60
ITEM_BYTES = 400_000
COUNT = Count(MOST_TICKETS, 250_000 * MOST_TICKETS)
"""Longer than any: the digits count."""


def tiers(character: str) -> list[str]:
    return [f"{number:02d}{character * (LONGEST_NAME - 2)}" for number in range(MOST_TIERS)]


ONE = Count(1, 500)


def sold_daily(days: int, names: list[str], count: Count = ONE) -> dict[str, Count]:
    begin = date(2026, 1, 1)
    return {f"{begin + timedelta(days=day)}#{name}": count for day in range(days) for name in names}


def total(counts: dict[str, Count]) -> dict[str, Count]:
    return added_up([{key.partition("#")[2]: count} for key, count in counts.items()])


@pytest.mark.parametrize("character", ["x", "ũ", "🎟"])
@pytest.mark.parametrize("days", [400, 2000])
def test_the_item_stays_below_what_dynamodb_takes_at_the_limits_of_the_api(character: str, days: int) -> None:
    names = tiers(character)
    counts = fitted(sold_daily(days, names, COUNT))
    kept = {key: list(count) for key, count in counts.items()}
    stock = {name: [MOST_TICKETS] * 3 for name in names}
    offered = [[name, 250_000, name] for name in names]
    item = SalesItem("EVENT#x", "SALES", organizer_id="x" * 26, counts=kept, settled=kept, stock=stock, tiers=offered)
    item.as_of = "2026-12-01T09:31:00Z"
    stored = item.serialize(null_check=False)
    assert sum(len(str(value).encode()) + len(name) for name, value in stored.items()) < ITEM_BYTES


@pytest.mark.parametrize("days", [1, 40, 70, 300, 3000])
def test_no_ticket_and_no_shilling_is_lost_by_it(days: int) -> None:
    sold = sold_daily(days, tiers("x"))
    assert total(fitted(sold)) == total(sold)


def test_what_fits_stays_by_day() -> None:
    sold = sold_daily(360, ["VIP", "Regular"])
    assert fitted(sold) == sold


def test_the_newest_days_stay_days_when_older_ones_become_months() -> None:
    periods = {key.partition("#")[0] for key in fitted(sold_daily(200, tiers("x")))}
    days = sorted(each for each in periods if len(each) == 10)
    assert (days[0], days[-1]) == ("2026-07-01", "2026-07-19") and len(days) >= DAYS
    assert {"2026-01", "2026-06"} < periods


def test_what_is_given_back_is_taken_off_the_month_that_its_day_became_part_of() -> None:
    names = tiers("x")
    months = fitted(sold_daily(200, names))
    after = fitted(added_up([months, {f"2026-01-10#{names[0]}": Count(-1, -500)}]))
    assert after.keys() == months.keys(), "and no day of the newest month becomes another"
    assert after[f"2026-01#{names[0]}"] == Count(30, 15_000)


def test_rolled_up_day_by_day_it_comes_to_the_same() -> None:
    kept, sold = dict[str, Count](), sold_daily(150, tiers("x"))
    for day in days_of(sold):
        kept = fitted(added_up([kept, day]))
        assert size_of(kept) <= MOST_BYTES
    assert total(kept) == total(sold)


def days_of(sold: dict[str, Count]) -> Iterator[dict[str, Count]]:
    for day in sorted({key.partition("#")[0] for key in sold}):
        yield {key: count for key, count in sold.items() if key.startswith(day)}
