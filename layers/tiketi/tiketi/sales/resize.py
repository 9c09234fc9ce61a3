"""Moves a pool of stock to another capacity while customers buy from it; no seat is lost and none sold is taken away.

Each shard moves by one conditional write that demands the capacity it was read with. So a write that is sent twice
moves once, and whatever a crash leaves half done is measured by what the shards say, and finished from there.
"""

from collections import Counter

from tiketi.catalogue.items import PoolSize
from tiketi.errors import Refusal
from tiketi.sales.stock import StockItem, new_shard, pool_size, read_shard, read_shards, update_shard
from tiketi.sales.stock_rules import Pool, Shard, figures_of, spread

_ROUNDS = 10
"""How often a shrink looks again when customers have bought what it was about to take."""


class TwoAtOnce(Exception):
    """Somebody else moves the same pool, which the claim on its event does not allow."""


def resize(event_id: str, name: str, old: PoolSize, capacity: int, *, closed: bool = False) -> PoolSize:
    """The pool's size afterwards. Repeating it after a crash goes on where it stopped.

    The shards that it adds are `closed` to buyers where the event is not on sale. Raises Refusal `tier_has_sales` when
    fewer would be left than are sold or held, and `changed_meanwhile` when customers were faster each time: what was
    taken away is then put back.
    """
    size: PoolSize = {"capacity": capacity, "shards": max(old["shards"], pool_size(capacity)["shards"])}
    pool = Pool(event_id, name, size["shards"])
    shards = _with_new_shards(pool, closed=closed)
    change = capacity - sum(shard.capacity for shard in shards)
    if change < 0:
        _shrink(pool, -change)
    for shard, tickets in zip(shards, spread(max(change, 0), len(shards)), strict=True):
        _grow(pool, shard, tickets)
    return size


def _with_new_shards(pool: Pool, *, closed: bool) -> list[Shard]:
    present = {shard.number for shard in read_shards(pool)}
    for number in set(range(pool.shards)) - present:
        new_shard(pool.event_id, pool.name, number, 0, closed=closed).save(StockItem.pk.does_not_exist())
    return read_shards(pool)


def _shrink(pool: Pool, tickets: int) -> None:
    """Takes away what is available, wherever it is; what a customer takes from one shard may be left in another."""
    taken = Counter[int]()
    for _ in range(_ROUNDS):
        shards = read_shards(pool)
        missing = tickets - taken.total()
        if sum(shard.available for shard in shards) < missing:
            _put_back(pool, taken)
            now = figures_of(read_shards(pool))
            raise Refusal("tier_has_sales", ticket_type=pool.name, minimum=now.sold + now.held)
        for shard in shards:
            share = min(tickets - taken.total(), shard.available)
            if share and _move(pool, shard, -share):
                taken[shard.number] += share
        if taken.total() == tickets:
            return
    _put_back(pool, taken)
    raise Refusal("changed_meanwhile", retry_after=1)


def _put_back(pool: Pool, taken: Counter[int]) -> None:
    for shard in read_shards(pool):
        _grow(pool, shard, taken[shard.number])


def _grow(pool: Pool, shard: Shard, tickets: int) -> None:
    if tickets and not _move(pool, shard, tickets):
        raise TwoAtOnce(f"{pool.event_id} {pool.name} {shard.number}")


def _move(pool: Pool, shard: Shard, change: int) -> bool:
    """False when what was to be taken away is not available any more, or somebody else has moved the shard."""
    capacity = shard.capacity + change
    moved = update_shard(
        pool,
        shard.number,
        [StockItem.capacity.set(capacity), StockItem.available.set(StockItem.available + change)],
        (StockItem.capacity == shard.capacity) & (StockItem.available >= -change),
    )
    if moved:
        return True
    # It is this very write, which the SDK has repeated because the first answer was lost.
    present = read_shard(pool, shard.number)
    return present is not None and present.capacity == capacity
