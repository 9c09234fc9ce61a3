"""The rules of stock, without DynamoDB: which shards an order tries, what a shard holds, what may go back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

State = Literal["held", "sold"]


@dataclass(frozen=True)
class Pool:
    """Stock that one or more tiers of an event sell from, spread over shards numbered from 0."""

    event_id: str
    name: str
    shards: int


class Entry(NamedTuple):
    """What one order has taken from one shard. `until` is the second (since 1970) at which a hold lapses.

    `wanted` is what the order takes from all shards together.
    """

    state: State
    quantity: int
    until: int
    wanted: int = 0


class Sale(NamedTuple):
    """What the tickets of an order are counted under. `day` is Nairobi's on which it was paid, `price` KES for each."""

    ticket_type: str
    day: str
    price: int

    @property
    def key(self) -> str:
        return f"{self.day}#{self.ticket_type}"


class Count(NamedTuple):
    """Tickets sold, and KES earned with them."""

    tickets: int
    earned: int

    def plus(self, other: "Count") -> "Count":
        return Count(self.tickets + other.tickets, self.earned + other.earned)


@dataclass(frozen=True)
class Shard:
    """`counts` is by `Sale.key`."""

    number: int
    capacity: int
    available: int
    sold: int
    closed: bool
    entries: Mapping[str, Entry]
    counts: Mapping[str, Count] = field(default_factory=dict[str, Count])

    @property
    def held(self) -> int:
        return sum(entry.quantity for entry in self.entries.values() if entry.state == "held")


@dataclass(frozen=True)
class PoolFigures:
    """Tickets of a pool, added up over its shards. `held_until` is the earliest second at which a hold lapses.

    `counts` is by `Sale.key`.
    """

    available: int
    held: int
    sold: int
    held_until: int | None
    counts: Mapping[str, Count] = field(default_factory=dict[str, Count])


def shard_sequence(order_id: str, shards: int) -> list[int]:
    """All shard numbers, in the order in which this order tries them: always the same, so its stock is found again."""
    start = int.from_bytes(hashlib.sha256(order_id.encode()).digest()[:4]) % shards
    return [(start + step) % shards for step in range(shards)]


def quantity_of(order_id: str, shards: Iterable[Shard]) -> int:
    """Tickets that an order has in these shards, held or sold."""
    return sum(shard.entries[order_id].quantity for shard in shards if order_id in shard.entries)


def plan_hold(order_id: str, quantity: int, shards: Sequence[Shard]) -> list[tuple[int, int]]:
    """How many tickets to take from which shard; empty when they have too few.

    All from one shard where one has them, the first in the order's own sequence; else from several, by number.
    """
    open_shards = [shard for shard in shards if shard.available > 0 and not shard.closed]
    whole = {shard.number for shard in open_shards if shard.available >= quantity}
    if whole:
        sequence = shard_sequence(order_id, max(shard.number for shard in shards) + 1)
        return [(next(number for number in sequence if number in whole), quantity)]
    plan: list[tuple[int, int]] = []
    for shard in sorted(open_shards, key=lambda shard: shard.number):
        plan.append((shard.number, min(shard.available, quantity)))
        quantity -= plan[-1][1]
        if not quantity:
            return plan
    return []


def unfinished(shards: Sequence[Shard]) -> bool:
    """Whether an order has taken a part of what it wants and not all of it yet: it may have to give it back."""
    parts = {order: entry for shard in shards for order, entry in shard.entries.items() if entry.state == "held"}
    return any(quantity_of(order, shards) < entry.wanted for order, entry in parts.items())


def spread(tickets: int, shards: int) -> list[int]:
    """Tickets as evenly over the shards as whole numbers go."""
    share, rest = divmod(tickets, shards)
    return [share + (number < rest) for number in range(shards)]


def shards_for(capacity: int, shard_size: int, most: int) -> int:
    """About one shard per `shard_size` tickets, at least one, at most `most`."""
    return min(most, max(1, -(-capacity // shard_size)))


def lapsed_orders(shard: Shard, now: int) -> list[str]:
    """Orders whose hold in this shard is past its end."""
    return [order for order, entry in shard.entries.items() if entry.state == "held" and entry.until <= now]


def figures_of(shards: Iterable[Shard]) -> PoolFigures:
    shards = list(shards)
    ends = [entry.until for shard in shards for entry in shard.entries.values() if entry.state == "held"]
    return PoolFigures(
        available=sum(shard.available for shard in shards),
        held=sum(shard.held for shard in shards),
        sold=sum(shard.sold for shard in shards),
        held_until=min(ends, default=None),
        counts=added_up(shard.counts for shard in shards),
    )


def added_up(counts: Iterable[Mapping[str, Count]]) -> dict[str, Count]:
    """Key by key; what comes to nothing is left out."""
    total: dict[str, Count] = {}
    for each in counts:
        for key, count in each.items():
            total[key] = total.get(key, Count(0, 0)).plus(count)
    return {key: count for key, count in total.items() if any(count)}
