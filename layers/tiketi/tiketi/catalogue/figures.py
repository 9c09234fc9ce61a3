"""What the sales of an event come to, added up from its stock and written where everybody reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.catalogue.items import DELETING, Event, EventItem, FiguresItem, read_items
from tiketi.catalogue.popularity import RANKED, rank
from tiketi.errors import Refusal
from tiketi.sales import stock
from tiketi.sales.past_days import fold_past_days
from tiketi.sales.sales_figures import SalesItem, find_sales, keep_sales, sales_now
from tiketi.sales.stock_rules import PoolFigures
from tiketi.table import condition_failed

_ATTEMPTS = 8
FOR_GOOD = 4_102_444_800
"""The end of 2099: until then a pool is sold out in which nothing is held that could come back by itself."""


@dataclass(frozen=True)
class Figures:
    sold: dict[str, int]
    sold_out_until: dict[str, int]
    held_until: dict[str, int]
    moving_until: int
    place: str | None


def figures_now(event: EventItem, pools: Mapping[str, PoolFigures], now: datetime) -> Figures:
    """Of a pool that no tier sells from any more only its sales count."""
    sold = {name: pool.sold for name, pool in pools.items() if pool.sold}
    return Figures(
        sold=sold,
        sold_out_until={
            name: pool.held_until or FOR_GOOD
            for name, pool in pools.items()
            if not pool.available and event.pools[name]["capacity"]
        },
        held_until={name: pool.held_until for name, pool in pools.items() if pool.held_until},
        moving_until=max(1, int(event.claimed_until)) if event.moving else 0,
        place=rank(event, sum(sold.values()), now),
    )


class FiguresContended(Exception):
    """Others refreshed the same event each time: whoever brought the change brings it again."""


def refresh_figures(event_id: str) -> None:
    """Brings an event's figures up to date: those everybody reads, and those its organizer does.

    In the rush many do it at once. Whoever was overtaken twice is done: the second who wrote had read the stock after
    the first wrote, so after this call began. Raises FiguresContended.
    """
    begun: int | None = None
    for _ in range(_ATTEMPTS):
        sales = find_sales(event_id, consistent=True)
        refreshed = int(sales.refreshed) if sales else 0
        begun = refreshed if begun is None else begun
        if refreshed >= begun + 2 or _refresh(event_id, sales):
            return
    raise FiguresContended(event_id)


def _refresh(event_id: str, sales: SalesItem | None) -> bool:
    """A write unit when the public figures changed, two more when the event's rank did, else none. False: once more.

    Those are written without a condition, so one that was slow may write what was true a moment ago. The stream hands
    over every change of them too, and so each such write is looked at once more.
    """
    now = clock.utc_now()
    event, figures = read_items(event_id, consistent=True)
    if event is None or figures is None:
        return True
    pools = stock.figures(event_id, event.pools)
    fresh = figures_now(event, pools, now)
    if fresh != _kept(figures):
        _write(figures, fresh, now, FiguresItem.pk.exists())
    if sales and fold_past_days(event, sales, [key for pool in pools.values() for key in pool.counts]):
        return False
    return keep_sales(sales_now(event, pools, sales), sales)


def _kept(figures: FiguresItem) -> Figures:
    return Figures(figures.sold, figures.sold_out_until, figures.held_until, int(figures.moving_until), figures.gsi1_sk)


def look_again(event_id: str) -> Event:
    """The event with its figures of this moment; a read unit for each shard of its pools, and a write unit.

    Of those who look at the same moment one writes. Raises Refusal `event_not_found`.
    """
    now = clock.utc_now()
    event, figures = read_items(event_id, consistent=True)
    if event is None or figures is None or event.status == DELETING:
        raise Refusal("event_not_found")
    fresh = figures_now(event, stock.figures(event_id, event.pools), now)
    _write(figures, fresh, now, FiguresItem.looked_at == int(figures.looked_at))
    return Event(event, fresh.sold, fresh.sold_out_until, int(now.timestamp()))


def _write(figures: FiguresItem, fresh: Figures, looked_at: datetime, condition: Condition) -> None:
    actions: list[Action] = [
        FiguresItem.sold.set(fresh.sold),
        FiguresItem.sold_out_until.set(fresh.sold_out_until),
        FiguresItem.held_until.set(fresh.held_until),
        FiguresItem.moving_until.set(fresh.moving_until),
        FiguresItem.looked_at.set(int(looked_at.timestamp())),
    ]
    if fresh.place:
        actions += [FiguresItem.gsi1_pk.set(RANKED), FiguresItem.gsi1_sk.set(fresh.place)]
    else:
        actions += [FiguresItem.gsi1_pk.remove(), FiguresItem.gsi1_sk.remove()]
    try:
        FiguresItem(figures.pk, figures.sk).update(actions, condition=condition)
    except UpdateError as error:
        if not condition_failed(error):
            raise
