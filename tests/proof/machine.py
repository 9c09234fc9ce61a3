"""What every history stands on: an event on sale, a world around it, and trouble at any call."""

from collections import Counter
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.proof import by_hand, people
from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, FREE, POOL_OF, STUDENT, VIP, open_fair
from tests.proof.histories import USERS, Trouble
from tests.proof.phones import Habit
from tests.proof.scenarios import NIGHTS, SECONDS_TO_THE_END
from tests.proof.truth import Books, end_true, hold_true
from tests.proof.world import Purchase, World

STRETCHED_SECONDS = 15_000
"""So long the way through a cancelled event's orders goes on at most."""


class Machine(RuleBasedStateMachine):
    """`done` counts, over all histories, what was done in them."""

    cloud: ClassVar[Cloud]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        open_fair(self.cloud, people=USERS)
        self.world = World(self.cloud)

    @initialize(sells_the_rest=st.sampled_from((False, False, False, True)), is_attended=st.booleans())
    def begin(self, sells_the_rest: bool, is_attended: bool) -> None:
        """`is_attended`: at the end an operator sees to what is left to him."""
        self.sells_the_rest = sells_the_rest
        self.is_attended = is_attended

    def troubled(self, trouble: Trouble | None, action: Any) -> None:
        self.cloud.plan.clear()
        if trouble:
            self.cloud.plan[len(self.cloud.points) + trouble.call] = trouble.disturbance(self.world)
        struck = len(self.cloud.struck)
        action()
        self.done["steps disturbed"] += len(self.cloud.struck) > struck
        self.cloud.plan.clear()

    @invariant()
    def the_invariants_hold(self) -> None:
        self.done["steps"] += bool(self.world.purchases)
        hold_true(self.world)

    def teardown(self) -> None:
        """All that is on its way arrives, all timers run out; then, now and then, what is left is sold to the last."""
        self.done.update(["histories"], invocations=self.world.invocations)
        self.cloud.plan.clear()
        for moment in (300, 600, 900, 1200, 1500, 5000, 9000):
            self.world.at(moment, self.world.sweep)
        for moment in NIGHTS:
            self.world.at(moment, self.world.reconcile)
        self._come_back()
        self.world.run(SECONDS_TO_THE_END)
        if people.is_cancelled(self.world):
            self.world.redrive()
            self.world.run(STRETCHED_SECONDS)
        end_true(self.world, clean=False)
        if self.is_attended:
            by_hand.do_the_rounds(self.world)
            self.world.run(SECONDS_TO_THE_END)
            self.world.sweep()
        books = end_true(self.world, clean=False, attended=self.is_attended)
        self.done.update(f"orders {each['order_status']}" for each in books.payments.values())
        self.done["orders given stock again"] += sum("retaken" in each for each in books.payments.values())
        self.done.update({name: len(found) for name, found in self.world.deeds.items()})
        self.done["prompts"] += len(self.world.phones.prompts)
        if self.sells_the_rest and not people.is_cancelled(self.world):
            self._sell_the_rest(books)
        note("\n".join(self.world.story))

    def _come_back(self) -> None:
        """Whoever has to, because no machine can: the organizer to a change that was cut off, the operator."""
        people.finish_change(self.world)
        self.world.redrive()

    def _sell_the_rest(self, books: Books) -> None:
        """All that is left of each pool, to one customer; then one more is told that there is nothing."""
        for number, tier in enumerate((VIP, STUDENT, FREE)):
            pool = books.of_pool(POOL_OF[tier])
            left, capacity = (sum(shard[what] for shard in pool) for what in ("available", "capacity"))
            answers = [self._buys_at_the_end(tier, number, wanted) for wanted in (left, 1) if wanted]
            assert answers[-1].sold_out, f"{tier}: {left} were left, then one more was sold"
            rest = end_true(self.world, clean=False)
            sold = sum(shard["sold"] for shard in rest.of_pool(POOL_OF[tier]))
            assert sold == capacity, f"{tier}: {sold} of {capacity} could be sold"

    def _buys_at_the_end(self, tier: str, number: int, quantity: int) -> Purchase:
        self.done["purchases at the end"] += 1
        key = f"rest of {tier}: {len(self.world.purchases)}"
        purchase = Purchase(f"01{'B' * 24}", key, EVENT_ID, tier, quantity, f"25411234567{number}")
        self.world.buy(purchase, Habit(after=1, callbacks=(1,)))
        self.world.run(5)
        return purchase
