"""Takes the counts of past days off the shards of stock, into the figures of the event.

A shard is written three times for each sale and is to stay within a kilobyte, so it carries today and yesterday. What
is older moves in one transaction, which demands that nobody sold or returned anything under those days meanwhile.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any, cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.catalogue.items import EventItem
from tiketi.sales.periods import fitted
from tiketi.sales.sales_figures import SalesItem, counts_of
from tiketi.sales.stock import StockItem, read_shards, stock_key
from tiketi.sales.stock_rules import Count, Pool, Shard, added_up
from tiketi.table import transact_if, transaction

MOST_SHARDS = 99
"""And the figures: a transaction takes 100 items."""
MOST_DAYS = 20
"""Of one shard at once: a condition names each."""

Past = list[tuple[Pool, Shard, dict[str, Count]]]


def is_past(key: str) -> bool:
    """Whether what is counted under it lies before yesterday, in Nairobi."""
    yesterday = (clock.utc_now().astimezone(clock.NAIROBI) - timedelta(days=1)).date()
    return key < yesterday.isoformat()


def fold_past_days(event: EventItem, sales: SalesItem, counts: Iterable[str]) -> bool:
    """True when something was moved, or somebody was quicker: the figures are to be made again then. `counts` are the
    keys that the shards have. Two write units for each shard, and as many for each KB of the figures."""
    if not any(map(is_past, counts)):
        return False
    past = list(islice(_past(event), MOST_SHARDS))
    if past:
        _move(sales, past)
    return bool(past)


def _past(event: EventItem) -> Iterable[tuple[Pool, Shard, dict[str, Count]]]:
    for name, size in event.pools.items():
        pool = Pool(event.event_id, name, size["shards"])
        for shard in read_shards(pool):
            old = {key: shard.counts[key] for key in sorted(filter(is_past, shard.counts))[:MOST_DAYS]}
            if old:
                yield pool, shard, old


def _move(sales: SalesItem, past: Past) -> None:
    settled = fitted(added_up([counts_of(sales.settled), *(counts for _, _, counts in past)]))

    def commit() -> None:
        with transaction() as together:
            for pool, shard, counts in past:
                together.update(
                    StockItem(stock_key(pool.event_id, pool.name, shard.number), "STOCK"),
                    actions=_removing(counts),
                    condition=_unchanged(counts),
                )
            together.update(
                SalesItem(sales.pk, sales.sk),
                actions=[
                    SalesItem.version.set(int(sales.version) + 1),
                    SalesItem.settled.set({key: list(settled[key]) for key in sorted(settled)}),
                ],
                condition=SalesItem.version == int(sales.version),
            )

    transact_if(commit)


def _removing(counts: Mapping[str, Count]) -> list[Action]:
    tickets, earned = cast(Any, StockItem.tickets), cast(Any, StockItem.earned)
    return [each[key].remove() for key in counts for each in (tickets, earned)]


def _unchanged(counts: Mapping[str, Count]) -> Condition:
    """A key that was never written is not there, and counts nothing."""
    tickets, earned = cast(Any, StockItem.tickets), cast(Any, StockItem.earned)
    wanted = [(tickets[key], count.tickets) for key, count in counts.items()]
    wanted += [(earned[key], count.earned) for key, count in counts.items()]
    return reduce(and_, (path == value if value else path.does_not_exist() | (path == 0) for path, value in wanted))
