"""Money that is paid by hand, and what operators do by hand."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof import by_hand
from tests.proof.histories import TROUBLE, Trouble
from tests.proof.machine import Machine
from tests.proof.people import orders
from tiketi.sales.purchase import account_reference

WHICH = st.integers(0, 20)


class Operating(Machine):
    @precondition(lambda self: bool(self.world.purchases) and len(self.world.hand_payments) < 3)
    @rule(which=WHICH, amount=st.sampled_from((0, 0, 0, 70)), known=st.sampled_from((True, True, True, False)))
    def somebody_pays_by_hand(self, which: int, amount: int, known: bool) -> None:
        """What an order costs, or another amount; with its reference, or with one that is nobody's."""
        found = orders(self.world)
        order = found[which % len(found)] if known and found else ""
        asked = int(self.world.payment(order)["amount"]["N"]) if order else 0
        by_hand.pay(self.world, account_reference(order) if order else "MAMA MBOGA", order, amount or asked or 100)

    @precondition(lambda self: bool(self.world.hand_payments))
    @rule(which=WHICH, trouble=TROUBLE)
    def money_by_hand_is_confirmed(self, which: int, trouble: Trouble | None) -> None:
        """At once or late, and perhaps once more."""
        paid = self.world.hand_payments[which % len(self.world.hand_payments)]
        self.troubled(trouble, lambda: by_hand.confirm(self.world, paid))

    @precondition(lambda self: bool(by_hand.tasks(self.world, retry=False)))
    @rule(which=WHICH, retry=st.booleans(), trouble=TROUBLE)
    def an_operator_sees_to_something(self, which: int, retry: bool, trouble: Trouble | None) -> None:
        """A refund that waits for him, a doubt, money that the portal shows, or what lies in the failure queue."""
        tasks = by_hand.tasks(self.world, retry=retry)
        self.troubled(trouble, tasks[which % len(tasks)])
