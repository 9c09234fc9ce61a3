"""What may happen while tickets are sold, and their money comes."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof import histories
from tests.proof.histories import HABITS, LIES, PURCHASES, TROUBLE, Trouble
from tests.proof.machine import Machine
from tests.proof.phones import Habit
from tests.proof.world import Purchase


class Selling(Machine):
    @rule(purchase=PURCHASES, habit=HABITS, trouble=TROUBLE)
    def somebody_buys(self, purchase: Purchase, habit: Habit, trouble: Trouble | None) -> None:
        self.troubled(trouble, lambda: self.world.buy(purchase, habit))

    @rule(purchase=PURCHASES)
    def somebody_has_his_tickets_at_once(self, purchase: Purchase) -> None:
        """So that there is something to give back, to pass on and to call off."""
        self.world.buy(purchase, Habit(early=True))
        self.world.deliver_all()

    @precondition(lambda self: self.world.purchases)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def somebody_asks_again(self, which: int, trouble: Trouble | None) -> None:
        purchases = list(self.world.purchases.values())
        self.troubled(trouble, lambda: self.world.buy(purchases[which % len(purchases)]))

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
        self.troubled(trouble, lambda: self.world.call_back(prompt, **told))

    @precondition(lambda self: any(prompt.charged for prompt in self.world.phones.prompts))
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def a_confirmation_comes(self, which: int, trouble: Trouble | None) -> None:
        prompts = [prompt for prompt in self.world.phones.prompts if prompt.charged]
        self.troubled(trouble, lambda: self.world.confirm(prompts[which % len(prompts)]))

    @precondition(lambda self: self.world.records)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def the_stream_brings_a_change(self, which: int, trouble: Trouble | None) -> None:
        records = histories.oldest_records(self.world)
        self.troubled(trouble, lambda: self.world.deliver(records[which % len(records)]))

    @precondition(lambda self: self.world.past)
    @rule(trouble=TROUBLE)
    def the_stream_repeats_itself(self, trouble: Trouble | None) -> None:
        self.troubled(trouble, self.world.replay)

    @precondition(lambda self: self.world.messages)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def a_timer_rings(self, which: int, trouble: Trouble | None) -> None:
        """Early or late: the queue promises neither."""
        message = self.world.messages[which % len(self.world.messages)]
        self.troubled(trouble, lambda: self.world.receive(message))

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
        self.troubled(trouble, self.world.sweep)

    @precondition(lambda self: bool(self.world.purchases))
    @rule(seconds=st.sampled_from((1, 10, 36, 60, 170, 190, 900)))
    def time_passes(self, seconds: int) -> None:
        histories.pass_time(self.world, seconds)
