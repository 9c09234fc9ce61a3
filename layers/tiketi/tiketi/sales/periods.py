"""Keeps the figures of an event small, however long and of whatever it sells: old days become months, then years. Pure.

A key is a period and a tier, such as `2026-12-01#VIP`, `2026-12#VIP` or `2026#VIP`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from tiketi.sales.stock_rules import Count, added_up

MOST_BYTES = 150_000
"""Of one map of counts, as JSON: the figures have two, and an item takes 400 KB."""
DAYS = 14
"""The months of the newest so many stay days for as long as that fits: a month becomes one as a whole or not at all."""
_DAY, _MONTH, _YEAR = 10, 7, 4
"""Characters."""

Coarser = Callable[[str], str]


def fitted(counts: Mapping[str, Count]) -> dict[str, Count]:
    """The same sums, in periods no finer than fit. A day whose month was made one before belongs to that month."""
    known = {_period(key) for key in counts}
    fitting = _rolled(counts, lambda period: next(each for each in _containing(period) if each in known))
    for coarser in _steps(known):
        if size_of(fitting) <= MOST_BYTES:
            break
        fitting = _rolled(fitting, coarser)
    return fitting


def size_of(counts: Mapping[str, Count]) -> int:
    return len(json.dumps({key: list(count) for key, count in counts.items()}))


def _steps(known: Iterable[str]) -> tuple[Coarser, ...]:
    days = [each for each in known if len(each) == _DAY]
    newest = date.fromisoformat(max(days, default="2000-01-15"))
    month = (newest - timedelta(days=DAYS)).isoformat()[:_MONTH]
    year = str(newest.year - 1)
    return (
        lambda period: period if period[:_MONTH] >= month else period[:_MONTH],
        lambda period: period if period[:_YEAR] >= year else period[:_YEAR],
        lambda period: period[:_MONTH],
        lambda period: period[:_YEAR],
    )


def _rolled(counts: Mapping[str, Count], coarser: Coarser) -> dict[str, Count]:
    return added_up([{f"{coarser(_period(key))}#{_tier(key)}": count} for key, count in counts.items()])


def _containing(period: str) -> tuple[str, ...]:
    """The widest first."""
    return period[:_YEAR], period[:_MONTH], period


def _period(key: str) -> str:
    return key.partition("#")[0]


def _tier(key: str) -> str:
    return key.partition("#")[2]
