"""One function of the domain, called by itself, and what happens at the very moment before one of its writes."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from tests.proof.cloud import Ambush, Cloud, Disturbance, Invocation
from tests.proof.fair import EVENT_ID, VIP
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, Stage
from tests.proof.truth import Broken, hold_true
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales.stock import StockItem, stock_key
from tiketi.sales.stock_rules import Pool, shard_sequence

DIRECTLY = "directly"
FOREVER = 2**60
POOL = Pool(EVENT_ID, VIP, 2)
"""The fair's VIP tickets: two in one shard, one in the other."""


class Moment:
    """A sale in which one customer has ordered, and nobody has paid yet."""

    def __init__(self, cloud: Cloud, quantity: int = 1, capacity: int = 3) -> None:
        self.cloud = cloud
        self.stage = Stage(cloud, {VIP: capacity}, patient=False)
        self.world = self.stage.world
        self.order_id = self.stage.order(ASHA, Habit(None), quantity=quantity).order_id
        self.world.records.clear()

    @contextmanager
    def before(self, call: str, act: Callable[[], object], nth: int = 1) -> Generator[None]:
        """What is called within meets `act` just before its `nth` such call."""
        disturbance = Disturbance("pause", lambda: (act(), None)[1])
        self.cloud.ambushes.append(Ambush(DIRECTLY, call, disturbance, nth))
        self.cloud.running.append(Invocation(DIRECTLY, 0, FOREVER))
        try:
            yield
        finally:
            self.cloud.running.pop()
            self.cloud.ambushes.clear()
        require(bool(self.cloud.struck), f"{call} was never called")

    @property
    def payment(self) -> PaymentItem:
        found = find_payment(self.order_id)
        assert found
        return found

    def write_payment(self, **values: str) -> None:
        """By hand, whatever it was."""
        actions = [getattr(PaymentItem, name).set(value) for name, value in values.items()]
        PaymentItem(*payment_key(self.order_id)).update(actions=actions)
        self.world.breaches.clear()

    @property
    def shard(self) -> StockItem:
        """The one that this order tries first."""
        return StockItem.get(stock_key(EVENT_ID, VIP, self._number), "STOCK", consistent_read=True)

    def write_shard(self, state: str | None = None, quantity: int | None = None) -> None:
        """By hand: the order's entry becomes another, and the shard's figures agree with it."""
        shard = self.shard
        entry = shard.shard().entries[self.order_id]
        wanted, tickets = state or entry.state, quantity or entry.quantity
        sold = int(shard.sold) + tickets * (wanted == "sold") - entry.quantity * (entry.state == "sold")
        shard.update(
            actions=[
                StockItem.entries[self.order_id].set({"s": wanted, "n": tickets, "u": entry.until}),  # pyright: ignore
                StockItem.available.set(int(shard.available) + entry.quantity - tickets),
                StockItem.sold.set(sold),
            ]
        )

    @property
    def _number(self) -> int:
        return shard_sequence(self.order_id, POOL.shards)[0]

    def stock_adds_up(self) -> None:
        for item in (StockItem.get(stock_key(EVENT_ID, VIP, number), "STOCK") for number in range(POOL.shards)):
            shard = item.shard()
            figures = f"{shard.available} available, {shard.held} held, {shard.sold} sold of {shard.capacity}"
            sold = sum(entry.quantity for entry in shard.entries.values() if entry.state == "sold")
            require(shard.available + shard.held + shard.sold == shard.capacity, f"do not add up: {figures}")
            require(shard.sold == sold, f"{sold} in sold entries: {figures}")
            require(min(shard.available, shard.sold) >= 0, f"less than nothing: {figures}")

    def invariants_hold(self) -> None:
        hold_true(self.world)


def require(true: bool, else_told: str) -> None:
    if not true:
        raise Broken(else_told)
