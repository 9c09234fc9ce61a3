"""The customers' phones: what each was told to do, its messages, its money."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from local.daraja.plans import Plan, changed
from local.daraja.text_messages import TextMessage

FIRST_BALANCE = 100_000
MESSAGES_KEPT = 50


@dataclass
class _Limited:
    """A plan, and for how many pushes more it holds; None is for ever."""

    plan: Plan
    left: int | None

    @classmethod
    def of(cls, plan: Plan) -> "_Limited":
        return cls(plan, plan.times)

    def use(self) -> bool:
        """True while there is something left."""
        if self.left is not None:
            self.left -= 1
        return self.left is None or self.left > 0


@dataclass
class Phone:
    number: str
    balance: int = FIRST_BALANCE
    messages: deque[TextMessage] = field(default_factory=lambda: deque[TextMessage](maxlen=MESSAGES_KEPT))

    def pay(self, amount: int) -> int:
        """The balance after it. A phone that runs dry is topped up: only a plan says that there is no money."""
        if self.balance < amount:
            self.balance += FIRST_BALANCE + amount
        self.balance -= amount
        return self.balance

    def receive(self, amount: int) -> int:
        self.balance += amount
        return self.balance


class Phones:
    def __init__(self, defaults: Plan) -> None:
        self._built_in = defaults
        self._defaults = _Limited.of(defaults)
        self._plans: dict[str, _Limited] = {}
        self._phones: dict[str, Phone] = {}

    def get(self, number: str) -> Phone:
        return self._phones.setdefault(number, Phone(number))

    def known(self) -> list[Phone]:
        return list(self._phones.values())

    @property
    def defaults(self) -> Plan:
        return self._defaults.plan

    def plan_of(self, number: str) -> Plan:
        own = self._plans.get(number)
        return own.plan if own else self.defaults

    def change_defaults(self, body: Mapping[str, object]) -> Plan:
        self._defaults = _Limited.of(changed(self._built_in, body))
        return self.defaults

    def set_plan(self, number: str, body: Mapping[str, object]) -> Plan:
        """Replaces what the phone was told before; what the body leaves out is as in the defaults."""
        plan = changed(self.defaults.model_copy(update={"times": None}), body)
        self._plans[number] = _Limited.of(plan)
        return plan

    def forget_plan(self, number: str) -> None:
        self._plans.pop(number, None)

    def take_plan(self, number: str) -> Plan:
        """The plan for a push that comes in now; counts it."""
        own = self._plans.get(number)
        if own is not None:
            if not own.use():
                del self._plans[number]
            return own.plan
        plan = self._defaults.plan
        if not self._defaults.use():
            self._defaults = _Limited.of(self._built_in)
        return plan
