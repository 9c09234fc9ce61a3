"""Any history: many customers, few tickets, and whatever may go wrong, in any order, keeps the invariants.

Shards with seeds of their own play PROOF_STEPS steps together, always the same ones. PROOF_SECONDS=3600 plays new
ones for an hour instead. What a history breaks is shrunk to a short one, and told as a story.
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    get_state_machine_test,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.proof import histories
from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, FREE, POOL_OF, STUDENT, VIP, open_fair
from tests.proof.histories import HABITS, LIES, PURCHASES, TROUBLE, Trouble
from tests.proof.phones import Habit
from tests.proof.scenarios import NIGHTS, SECONDS_TO_THE_END
from tests.proof.truth import Books, end_true, hold_true
from tests.proof.world import Purchase, World

PROOF_SECONDS = int(os.environ.get("PROOF_SECONDS", "0"))
PROOF_STEPS = int(os.environ.get("PROOF_STEPS", "10000"))
SHARDS = 8
PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
PROFILE = settings(
    max_examples=15,
    stateful_step_count=45,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


class Sales(RuleBasedStateMachine):
    """`done` counts, over all histories, what was done in them."""

    cloud: ClassVar[Cloud]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        open_fair(self.cloud)
        self.world = World(self.cloud)

    @initialize(sells_the_rest=st.sampled_from((False, False, False, True)))
    def begin(self, sells_the_rest: bool) -> None:
        self.sells_the_rest = sells_the_rest

    def _troubled(self, trouble: Trouble | None, action: Any) -> None:
        self.cloud.plan.clear()
        if trouble:
            self.cloud.plan[len(self.cloud.points) + trouble.call] = trouble.disturbance(self.world)
        struck = len(self.cloud.struck)
        action()
        self.done["steps disturbed"] += len(self.cloud.struck) > struck
        self.cloud.plan.clear()

    @rule(purchase=PURCHASES, habit=HABITS, trouble=TROUBLE)
    def somebody_buys(self, purchase: Purchase, habit: Habit, trouble: Trouble | None) -> None:
        self._troubled(trouble, lambda: self.world.buy(purchase, habit))

    @precondition(lambda self: self.world.purchases)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def somebody_asks_again(self, which: int, trouble: Trouble | None) -> None:
        purchases = list(self.world.purchases.values())
        self._troubled(trouble, lambda: self.world.buy(purchases[which % len(purchases)]))

    @precondition(lambda self: bool(histories.ringing(self.world)))
    @rule(which=st.integers(0, 20), deed=st.sampled_from(("pay", "pay", "pay", "cancel", "ignore", "wrong_pin")))
    def somebody_answers_his_phone(self, which: int, deed: Any) -> None:
        prompts = histories.ringing(self.world)
        self.world.act(prompts[which % len(prompts)], deed)

    @precondition(lambda self: any(prompt.deed for prompt in self.world.phones.prompts))
    @rule(which=st.integers(0, 20), lie=LIES, trouble=TROUBLE)
    def a_callback_comes(self, which: int, lie: str | None, trouble: Trouble | None) -> None:
        prompts = [prompt for prompt in self.world.phones.prompts if prompt.deed]
        prompt = prompts[which % len(prompts)]
        told = histories.lies(self.world, prompt, lie)
        self._troubled(trouble, lambda: self.world.call_back(prompt, **told))

    @precondition(lambda self: any(prompt.charged for prompt in self.world.phones.prompts))
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def a_confirmation_comes(self, which: int, trouble: Trouble | None) -> None:
        prompts = [prompt for prompt in self.world.phones.prompts if prompt.charged]
        self._troubled(trouble, lambda: self.world.confirm(prompts[which % len(prompts)]))

    @precondition(lambda self: self.world.records)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def the_stream_brings_a_change(self, which: int, trouble: Trouble | None) -> None:
        records = histories.oldest_records(self.world)
        self._troubled(trouble, lambda: self.world.deliver(records[which % len(records)]))

    @precondition(lambda self: self.world.past)
    @rule(trouble=TROUBLE)
    def the_stream_repeats_itself(self, trouble: Trouble | None) -> None:
        self._troubled(trouble, self.world.replay)

    @precondition(lambda self: self.world.messages)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def a_timer_rings(self, which: int, trouble: Trouble | None) -> None:
        """Early or late: the queue promises neither."""
        message = self.world.messages[which % len(self.world.messages)]
        self._troubled(trouble, lambda: self.world.receive(message))

    @precondition(lambda self: self.world.messages)
    @rule(which=st.integers(0, 60))
    def a_timer_is_lost(self, which: int) -> None:
        if which < len(self.world.messages):
            self.world.lose(self.world.messages[which])

    @precondition(lambda self: self.world.messages)
    @rule(fate=st.sampled_from(("lost", "twice", "timed out", "poor")))
    def m_pesa_is_not_itself(self, fate: Any) -> None:
        """At the next refund."""
        self.world.mpesa.fates.append(fate)

    @precondition(lambda self: bool(self.world.purchases))
    @rule(trouble=TROUBLE)
    def the_sweep_comes(self, trouble: Trouble | None) -> None:
        self._troubled(trouble, self.world.sweep)

    @precondition(lambda self: bool(self.world.purchases))
    @rule(seconds=st.sampled_from((1, 10, 36, 60, 170, 190, 900)))
    def time_passes(self, seconds: int) -> None:
        histories.pass_time(self.world, seconds)

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
        self.world.run(SECONDS_TO_THE_END)
        books = end_true(self.world, clean=False)
        self.done.update(f"orders {each['order_status']}" for each in books.payments.values())
        self.done["orders given stock again"] += sum("retaken" in each for each in books.payments.values())
        self.done["prompts"] += len(self.world.phones.prompts)
        if self.sells_the_rest:
            self._sell_the_rest(books)
        note("\n".join(self.world.story))

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


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_happens_the_invariants_hold(
    cloud: Cloud, shard: int, record_property: Callable[[str, object], None]
) -> None:
    Sales.cloud = cloud
    Sales.done.clear()
    end = time.monotonic() + PROOF_SECONDS * PROCESSES / SHARDS
    batch = 0
    while time.monotonic() < end if PROOF_SECONDS else Sales.done["steps"] < PROOF_STEPS / SHARDS:
        batch += 1
        _play(secrets.randbits(64) if PROOF_SECONDS else shard + SHARDS * batch)
    for what in ("steps", "histories", "steps disturbed"):
        record_property(what, Sales.done[what])


def _play(number: int) -> None:
    try:
        seed(number)(get_state_machine_test(Sales, settings=PROFILE))()
    except BaseException as error:
        error.add_note(f"The seed of these histories: {number}")
        raise
