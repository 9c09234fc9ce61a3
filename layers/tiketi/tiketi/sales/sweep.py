"""The sweep: finds, over all events on sale, the pools in which a hold has lapsed, and brings the stock back.

It also finds the events in which a change of capacity has died, and has their stock mended.
"""

from collections.abc import Iterator

from pynamodb.exceptions import DoesNotExist

from tiketi.catalogue.items import EventItem, FiguresItem, event_key
from tiketi.catalogue.listings import ALL_EVENTS, listed_event_ids
from tiketi.catalogue.mend_stock import mend_stock
from tiketi.logs import logger
from tiketi.sales.reclaim import reclaim
from tiketi.sales.stock_rules import Pool


def sweep(now: int) -> int:
    """Tickets brought back. Costs half a read unit per event, and more only where a hold or a change has lapsed.

    The figures that lead it there are a moment old; a hold they do not show yet is found by the next sweep, or by the
    next buyer who finds the tier empty.
    """
    all_figures = _all_figures()
    reclaimed = sum(reclaim(pool, now) for pool in _pools_with_lapsed_holds(all_figures, now))
    for figures in all_figures:
        if 0 < figures.moving_until <= now:
            _mend(figures.pk.partition("#")[2])
    return reclaimed


def _all_figures() -> list[FiguresItem]:
    keys = [(event_key(event_id), "EVENT#FIGURES") for event_id in listed_event_ids(ALL_EVENTS)]
    return list(FiguresItem.batch_get(keys))


def _mend(event_id: str) -> None:
    """One that cannot be mended keeps no hold of another event waiting."""
    try:
        mend_stock(event_id)
    except Exception:
        logger.exception("the stock of an event could not be mended", extra={"event_id": event_id})


def _pools_with_lapsed_holds(all_figures: list[FiguresItem], now: int) -> Iterator[Pool]:
    for figures in all_figures:
        lapsed = [name for name, until in figures.held_until.items() if until <= now]
        if lapsed:
            yield from _pools(figures.pk, lapsed)


def _pools(key: str, names: list[str]) -> Iterator[Pool]:
    try:
        event = EventItem.get(key, "EVENT")
    except DoesNotExist:
        logger.warning("figures without an event", extra={"key": key})
        return
    for name in names:
        if name in event.pools:
            yield Pool(event.event_id, name, event.pools[name]["shards"])
