"""Stock in DynamoDB: what is left of a pool, who holds some of it and until when.

Each shard is one item with a partition key of its own, so no item is hot. Every change is one conditional
UpdateItem on one shard (one write unit while the item is under 1 KB): atomic, no transaction, safe to repeat.
An entry lives `held → sold → removed` or `held → released`; each arrow is possible once because its condition
names the state it leaves. In every shard `available + held + sold = capacity` after every write.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pynamodb.attributes import BooleanAttribute, MapAttribute, NumberAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from tiketi.catalogue.items import PoolSize
from tiketi.sales.stock_rules import (
    Count,
    Entry,
    Pool,
    PoolFigures,
    Sale,
    Shard,
    figures_of,
    plan_hold,
    quantity_of,
    shard_sequence,
    shards_for,
    spread,
    unfinished,
)
from tiketi.settings import settings
from tiketi.table import Item, condition_failed, transact, transaction

_ROUNDS = 6
"""How often a hold looks again when others take piece by piece at the same moment."""


class StockItem(Item, discriminator="stock"):
    """`STOCK#<event>#<pool>#<shard>` / `STOCK`. `entries` maps an order's id to `{s: state, n: tickets, u: until}`,
    and `w`, the tickets of the whole order, where it takes from several shards.

    The names within an entry are short because all orders at work on a shard share its 1 KB write unit. `tickets` and
    `earned` are what was sold and the KES for it by `Sale.key`, changed by the very writes that change `sold`.
    """

    capacity = NumberAttribute()
    available = NumberAttribute()
    sold = NumberAttribute(default=0)
    closed = BooleanAttribute(null=True)
    entries = MapAttribute[str, Any](default=dict)
    tickets = MapAttribute[str, Any](default=dict)
    earned = MapAttribute[str, Any](default=dict)

    def shard(self) -> Shard:
        return Shard(
            number=int(self.pk.rpartition("#")[2]),
            capacity=int(self.capacity),
            available=int(self.available),
            sold=int(self.sold),
            closed=bool(self.closed),
            entries={
                order: Entry(entry["s"], int(entry["n"]), int(entry["u"]), int(entry.get("w", entry["n"])))
                for order, entry in self.entries.as_dict().items()
            },
            counts=self._counts(),
        )

    def _counts(self) -> dict[str, Count]:
        tickets, earned = self.tickets.as_dict(), self.earned.as_dict()
        return {key: Count(int(tickets.get(key, 0)), int(earned.get(key, 0))) for key in {*tickets, *earned}}


def stock_key(event_id: str, pool: str, shard: int) -> str:
    return f"STOCK#{event_id}#{pool}#{shard}"


def pool_size(capacity: int) -> PoolSize:
    shards = shards_for(capacity, settings().stock_shard_size, settings().stock_shards_max)
    return {"capacity": capacity, "shards": shards}


def create_shards(event_id: str, pools: Mapping[str, PoolSize], *, closed: bool = False) -> None:
    """Puts the shards of an event that is not there yet, in batches of 25; repeating it changes nothing."""
    with StockItem.batch_write() as batch:
        for name, size in pools.items():
            for number, tickets in enumerate(spread(size["capacity"], size["shards"])):
                batch.save(new_shard(event_id, name, number, tickets, closed=closed))


def new_shard(event_id: str, pool: str, number: int, tickets: int, *, closed: bool) -> StockItem:
    return StockItem(
        stock_key(event_id, pool, number),
        "STOCK",
        capacity=tickets,
        available=tickets,
        sold=0,
        closed=closed or None,
        entries={},
        tickets={},
        earned={},
    )


def read_shards(pool: Pool) -> list[Shard]:
    """All shards of a pool that exist, read consistently: one read unit each."""
    keys = [(stock_key(pool.event_id, pool.name, number), "STOCK") for number in range(pool.shards)]
    return sorted(
        (item.shard() for item in StockItem.batch_get(keys, consistent_read=True)), key=lambda shard: shard.number
    )


def read_shard(pool: Pool, number: int) -> Shard | None:
    try:
        return StockItem.get(stock_key(pool.event_id, pool.name, number), "STOCK", consistent_read=True).shard()
    except DoesNotExist:
        return None


def update_shard(pool: Pool, number: int, actions: list[Action], condition: Condition) -> bool:
    """One conditional write to a shard; False when the condition did not hold.

    Again when a transaction is at work on the shard, which no SDK repeats: stock is being given back, or retaken.
    """
    for attempt in range(_ROUNDS):
        try:
            StockItem(stock_key(pool.event_id, pool.name, number), "STOCK").update(actions=actions, condition=condition)
            return True
        except UpdateError as error:
            if condition_failed(error):
                return False
            if error.cause_response_code != "TransactionConflictException" or attempt == _ROUNDS - 1:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    return False


def _entry(order_id: str) -> Any:
    return cast(Any, StockItem.entries)[order_id]


def counting(sale: Sale, tickets: int, kept: int = 0) -> list[Action]:
    """Adds tickets to what was sold, or takes them off. `kept` is KES of a returned order that are not given back."""
    earned = tickets * sale.price + kept
    sold, money = cast(Any, StockItem.tickets)[sale.key], cast(Any, StockItem.earned)[sale.key]
    actions: list[Action] = [sold.set((sold | 0) + tickets)]
    return [*actions, money.set((money | 0) + earned)] if earned else actions


# --- Taking ----------------------------------------------------------------------------------------------------------


class StockMoving(Exception):
    """Too little is left at this moment, but some of it is in the hands of an order that may have to give it back."""


class SalesStopped(Exception):
    """All stock of the pool is closed to buyers, whatever is left of it."""


def hold(pool: Pool, order_id: str, quantity: int, until: int) -> bool:
    """Takes `quantity` tickets for an order until the second `until`; False, with nothing taken, when too few are left.

    One shard has enough as a rule, and one write does it. Otherwise all shards are read, and tickets may come from
    several. They are taken in the order of the shards' numbers and given back at the first that fails: of those who
    meet, the one who is ahead goes on, so somebody always succeeds. Raises StockMoving when others still hold parts
    after some rounds, SalesStopped when the stock is closed. Repeating a hold that succeeded finds its own entries and
    takes nothing more.
    """
    whole = [(shard_sequence(order_id, pool.shards)[0], quantity)]
    if _take_all(pool, order_id, whole, quantity, until):
        return True
    for attempt in range(_ROUNDS):
        shards = read_shards(pool)
        own = quantity_of(order_id, shards)
        if own == quantity:
            return True
        if own:
            release(pool, order_id)
            continue
        plan = plan_hold(order_id, quantity, shards)
        if plan and _take_all(pool, order_id, plan, quantity, until):
            return True
        if shards and all(shard.closed for shard in shards):
            raise SalesStopped
        if not plan and not unfinished(shards):
            return False
        release(pool, order_id)
        time.sleep(random.uniform(0, 0.05 * 2**attempt))
    raise StockMoving


def _take_all(pool: Pool, order_id: str, plan: list[tuple[int, int]], quantity: int, until: int) -> bool:
    return all(_take_from_shard(pool, number, order_id, tickets, quantity, until) for number, tickets in plan)


def _take_from_shard(pool: Pool, number: int, order_id: str, tickets: int, wanted: int, until: int) -> bool:
    """An entry that is a part only says of how many: others see whether its order has all of them."""
    part = {} if tickets == wanted else {"w": wanted}
    return update_shard(
        pool,
        number,
        [
            StockItem.available.set(StockItem.available - tickets),
            _entry(order_id).set({"s": "held", "n": tickets, "u": until, **part}),
        ],
        (StockItem.available >= tickets) & _entry(order_id).does_not_exist() & StockItem.closed.does_not_exist(),
    )


def taken_by(pool: Pool, order_id: str) -> int:
    """Tickets an order has in a pool, held or sold."""
    return quantity_of(order_id, read_shards(pool))


# --- Selling ---------------------------------------------------------------------------------------------------------


def _entries_of(pool: Pool, order_id: str, quantity: int, *, states: Sequence[str]) -> list[tuple[int, Entry]]:
    """The order's entries in these states, along its own sequence: one read as a rule, where one shard had all."""
    found: list[tuple[int, Entry]] = []
    for number in shard_sequence(order_id, pool.shards):
        shard = read_shard(pool, number)
        entry = shard.entries.get(order_id) if shard else None
        if entry and entry.state in states:
            found.append((number, entry))
            if sum(each.quantity for _, each in found) >= quantity:
                break
    return found


def sell(pool: Pool, order_id: str, quantity: int, sale: Sale) -> dict[int, int]:
    """Turns the order's holds into sold entries; the tickets sold to it now by shard, by this call or earlier ones."""
    return {
        number: entry.quantity
        for number, entry in _entries_of(pool, order_id, quantity, states=("held", "sold"))
        if entry.state == "sold" or _sell_entry(pool, number, order_id, entry, sale)
    }


def _sell_entry(pool: Pool, number: int, order_id: str, entry: Entry, sale: Sale) -> bool:
    sold = update_shard(
        pool,
        number,
        [
            StockItem.sold.set(StockItem.sold + entry.quantity),
            _entry(order_id)["s"].set("sold"),
            *counting(sale, entry.quantity),
        ],
        (_entry(order_id)["s"] == "held") & (_entry(order_id)["n"] == entry.quantity),
    )
    if sold:
        return True
    shard = read_shard(pool, number)
    return shard is not None and order_id in shard.entries and shard.entries[order_id].state == "sold"


def sold_to(pool: Pool, order_id: str) -> dict[int, int]:
    """The tickets sold to an order by shard, whatever else it may hold: a hold that came late is not its own."""
    entries = {shard.number: shard.entries[order_id] for shard in read_shards(pool) if order_id in shard.entries}
    return {number: entry.quantity for number, entry in entries.items() if entry.state == "sold"}


def forget_sold(pool: Pool, order_id: str, quantity: int) -> None:
    """Removes the sold entries of an order that is COMPLETED (read consistently, or written by the caller)."""
    for number, _ in _entries_of(pool, order_id, quantity, states=("sold",)):
        update_shard(pool, number, [_entry(order_id).remove()], _entry(order_id)["s"] == "sold")


def retake(pool: Pool, order_id: str, quantity: int, sale: Sale, mark: Callable[[TransactWrite], None]) -> bool:
    """Takes stock again for money that came after its hold was released; False when too little is left.

    `mark` adds to the transaction the write that says so on the payment: both happen or neither, so that two
    finalizers cannot both take stock for one payment. The tickets become sold at once. What the order holds by now came
    too late and is not counted: whoever brought it, or the sweep, puts it back.
    """
    sequence = shard_sequence(order_id, pool.shards)
    shards = sorted(read_shards(pool), key=lambda shard: sequence.index(shard.number))
    own = {shard.number: shard.entries[order_id] for shard in shards if order_id in shard.entries}
    late = {number for number, entry in own.items() if entry.state == "held"}
    missing = quantity - sum(entry.quantity for number, entry in own.items() if number not in late)
    plan: list[tuple[Shard, int]] = []
    for shard in shards:
        tickets = 0 if shard.closed or shard.number in late else min(missing, shard.available)
        if tickets:
            plan.append((shard, tickets))
            missing -= tickets
    if missing or not plan:
        return False

    def commit() -> None:
        with transaction() as write:
            for shard, tickets in plan:
                actions, condition = _retaking(order_id, own.get(shard.number), tickets)
                actions += counting(sale, tickets)
                write.update(StockItem(stock_key(pool.event_id, pool.name, shard.number), "STOCK"), actions, condition)
            mark(write)

    transact(commit)
    return True


def _retaking(order_id: str, entry: Entry | None, tickets: int) -> tuple[list[Action], Condition]:
    actions: list[Action] = [
        StockItem.available.set(StockItem.available - tickets),
        StockItem.sold.set(StockItem.sold + tickets),
    ]
    enough = (StockItem.available >= tickets) & StockItem.closed.does_not_exist()
    if entry is None:
        actions.append(_entry(order_id).set({"s": "sold", "n": tickets, "u": 0}))
        return actions, enough & _entry(order_id).does_not_exist()
    actions.append(_entry(order_id)["n"].set(entry.quantity + tickets))
    return actions, enough & (_entry(order_id)["s"] == "sold") & (_entry(order_id)["n"] == entry.quantity)


# --- Giving back -----------------------------------------------------------------------------------------------------


def release(pool: Pool, order_id: str) -> int:
    """Puts an order's held tickets back; the number put back by this call.

    The caller knows that the order's payment has left PENDING by a conditional write and is not PAID, or that it
    holds nothing by right (a hold that came too late, or was cut short).
    """
    released = 0
    for shard in read_shards(pool):
        entry = shard.entries.get(order_id)
        if entry and entry.state == "held" and _put_back(pool, shard.number, order_id, entry):
            released += entry.quantity
    return released


def _put_back(pool: Pool, number: int, order_id: str, entry: Entry) -> bool:
    return update_shard(
        pool,
        number,
        [StockItem.available.set(StockItem.available + entry.quantity), _entry(order_id).remove()],
        (_entry(order_id)["s"] == "held") & (_entry(order_id)["n"] == entry.quantity),
    )


def unsell(pool: Pool, order_id: str, sale: Sale) -> int:
    """Puts back what was sold to an order that is `refund_pending`, by a conditional write: its money goes back."""
    returned = 0
    for shard in read_shards(pool):
        entry = shard.entries.get(order_id)
        if entry and entry.state == "sold":
            actions: list[Action] = [
                StockItem.available.set(StockItem.available + entry.quantity),
                StockItem.sold.set(StockItem.sold - entry.quantity),
                _entry(order_id).remove(),
                *counting(sale, -entry.quantity),
            ]
            still_so = (_entry(order_id)["s"] == "sold") & (_entry(order_id)["n"] == entry.quantity)
            returned += entry.quantity if update_shard(pool, shard.number, actions, still_so) else 0
    return returned


# --- What the organizer changes --------------------------------------------------------------------------------------


def figures(event_id: str, pools: Mapping[str, PoolSize]) -> dict[str, PoolFigures]:
    """By pool, read consistently from its shards: one read unit for each."""
    return {name: figures_of(read_shards(Pool(event_id, name, size["shards"]))) for name, size in pools.items()}


def close(event_id: str, pools: Mapping[str, PoolSize]) -> bool:
    """Closes all stock to buyers, provided nothing is sold or held; otherwise False, and all is open again."""
    for name, size in pools.items():
        pool = Pool(event_id, name, size["shards"])
        for shard in read_shards(pool):
            untouched = StockItem.available == StockItem.capacity
            if not update_shard(pool, shard.number, [StockItem.closed.set(True)], untouched):
                reopen(event_id, pools)
                return False
    return True


def stop(event_id: str, pools: Mapping[str, PoolSize]) -> None:
    """Closes all stock to buyers. What is held or sold goes its way."""
    for name, size in pools.items():
        pool = Pool(event_id, name, size["shards"])
        for shard in read_shards(pool):
            if not shard.closed:
                update_shard(pool, shard.number, [StockItem.closed.set(True)], StockItem.pk.exists())


def reopen(event_id: str, pools: Mapping[str, PoolSize]) -> None:
    for name, size in pools.items():
        pool = Pool(event_id, name, size["shards"])
        for shard in read_shards(pool):
            if shard.closed:
                update_shard(pool, shard.number, [StockItem.closed.remove()], StockItem.closed == True)  # noqa: E712


def delete_shards(event_id: str, pools: Mapping[str, PoolSize]) -> None:
    """Deletes stock that `close` has closed."""
    for name, size in pools.items():
        for number in range(size["shards"]):
            try:
                StockItem(stock_key(event_id, name, number), "STOCK").delete(
                    condition=StockItem.pk.does_not_exist() | (StockItem.closed == True)  # noqa: E712
                )
            except DeleteError as error:
                if not condition_failed(error):
                    raise
