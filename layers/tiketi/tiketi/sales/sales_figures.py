"""What the sales of an event come to, by tier and by day, where its organizer reads it with one read.

Derived, never counted up: the shards of the stock carry the counts, changed by the very writes that sell and return,
and whoever the stream wakes adds them up anew. To bring the whole stream once more changes nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.catalogue.changes import find_event
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import is_id
from tiketi.sales import stock
from tiketi.sales.periods import fitted
from tiketi.sales.stock_rules import Count, PoolFigures, added_up
from tiketi.table import Item, transact_if, transaction, update_if

SALES = "SALES"


class SalesItem(Item, discriminator="sales"):
    """`EVENT#<id>` / `SALES`: sales as of a moment ago. Written by the stream, never by a sale.

    `counts` is [tickets, KES] by `Sale.key`, and `settled` those of past days that no shard has any more; both are
    kept small by `periods.fitted`. `stock` is
    [sold, held, left] by pool, `tiers` is [name, price, pool] of each. Every write demands the `version` that was read
    before the stock was.
    """

    organizer_id = UnicodeAttribute()
    version = NumberAttribute(default=1)
    refreshed = NumberAttribute(default=1)
    """How often the stock was added up, as far as it brought something new."""
    counts = JSONAttribute(default=dict)
    settled = JSONAttribute(default=dict)
    stock = JSONAttribute(default=dict)
    tiers = JSONAttribute(default=list)
    as_of = UnicodeAttribute()


def find_sales(event_id: str, *, consistent: bool = False) -> SalesItem | None:
    try:
        return SalesItem.get(event_key(event_id), SALES, consistent_read=consistent)
    except DoesNotExist:
        return None


def counts_of(stored: Mapping[str, list[int]]) -> dict[str, Count]:
    return {key: Count(*count) for key, count in stored.items()}


def sales_now(event: EventItem, pools: Mapping[str, PoolFigures], before: SalesItem | None) -> SalesItem:
    """From the stock, and from what `before` says of past days."""
    settled = counts_of(before.settled) if before else {}
    counts = fitted(added_up([settled, *(figures.counts for figures in pools.values())]))
    return SalesItem(
        event_key(event.event_id),
        SALES,
        organizer_id=event.organizer_id,
        counts={key: list(counts[key]) for key in sorted(counts)},
        stock={name: [each.sold, each.held, each.available] for name, each in pools.items()},
        tiers=[[name, tier["price"], event.pool_of(name)] for name, tier in event.tiers.items()],
        as_of=clock.rfc3339(clock.utc_now()),
    )


def keep_sales(fresh: SalesItem, before: SalesItem | None) -> bool:
    """Writes what changed; a write unit for each KB. `before` was read before the stock was.

    False when somebody wrote meanwhile, who may have read older stock: look at the stock again then. So the last write
    always knows of every sale before it.
    """
    if before is None:
        return _put_first(fresh)
    if (before.counts, before.stock, before.tiers) == (fresh.counts, fresh.stock, fresh.tiers):
        return True
    actions = [
        SalesItem.version.set(int(before.version) + 1),
        SalesItem.refreshed.set(int(before.refreshed) + 1),
        SalesItem.counts.set(fresh.counts),
        SalesItem.stock.set(fresh.stock),
        SalesItem.tiers.set(fresh.tiers),
        SalesItem.as_of.set(fresh.as_of),
    ]
    return update_if(SalesItem(fresh.pk, fresh.sk), actions, SalesItem.version == int(before.version))


def _put_first(fresh: SalesItem) -> bool:
    """Only beside its event: one that is deleted meanwhile leaves nothing behind."""

    def commit() -> None:
        with transaction() as both:
            both.condition_check(EventItem, fresh.pk, EVENT, condition=EventItem.pk.exists())
            both.save(fresh, condition=SalesItem.pk.does_not_exist())

    return transact_if(commit)


def event_sales(event_id: str, organizer_id: str) -> dict[str, Any]:
    """The figures of `GET …/sales`: half a read unit for each 4 KB, of one item.

    Of an event that the stream has not come to yet its stock is read. Raises Refusal `event_not_found`,
    `not_your_event`.
    """
    kept = find_sales(event_id) if is_id(event_id) else None
    if kept is None:
        event = find_event(event_id, organizer_id)
        kept = sales_now(event, stock.figures(event_id, event.pools), None)
    if kept.organizer_id != organizer_id:
        raise Refusal("not_your_event")
    return answer_of(event_id, kept)


def answer_of(event_id: str, kept: SalesItem) -> dict[str, Any]:
    by_tier: dict[str, Count] = {name: Count(0, 0) for name, _, _ in kept.tiers}
    by_day: dict[str, dict[str, Count]] = {}
    for key, (tickets, earned) in kept.counts.items():
        day, _, tier = key.partition("#")
        by_tier[tier] = by_tier.get(tier, Count(0, 0)).plus(Count(tickets, earned))
        by_day.setdefault(day, {})[tier] = Count(tickets, earned)
    prices = {name: price for name, price, _ in kept.tiers}
    return {
        "event_id": event_id,
        "currency": "KES",
        **_total(by_tier.values()),
        "held": sum(held for _, held, _ in kept.stock.values()),
        "left": sum(left for _, _, left in kept.stock.values()),
        "by_tier": [
            {"ticket_type": name, "price": prices.get(name), "sold": count.tickets, "revenue": count.earned}
            for name, count in by_tier.items()
        ],
        "by_day": [
            {
                "date": day,
                **_total(tiers.values()),
                "by_tier": [
                    {"ticket_type": name, "sold": count.tickets, "revenue": count.earned}
                    for name, count in tiers.items()
                ],
            }
            for day, tiers in sorted(by_day.items())
        ],
        "stock": [_pool_answer(kept, name) for name in kept.stock],
        "as_of": kept.as_of,
    }


def _total(counts: Iterable[Count]) -> dict[str, int]:
    counts = list(counts)
    return {"sold": sum(each.tickets for each in counts), "revenue": sum(each.earned for each in counts)}


def _pool_answer(kept: SalesItem, pool: str) -> dict[str, Any]:
    """Tiers without a capacity of their own share one: what is left of it is left of each of them."""
    sold, held, left = kept.stock[pool]
    tiers = [name for name, _, of_pool in kept.tiers if of_pool == pool]
    return {"ticket_types": tiers, "capacity": sold + held + left, "sold": sold, "held": held, "left": left}
