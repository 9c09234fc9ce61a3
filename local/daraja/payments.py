"""The payments that pushes began, from the prompt on the phone to the last callback."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.daraja.plans import Plan
from local.daraja.push_rules import Push
from local.daraja.results import Result


@dataclass
class Delivery:
    """One attempt to tell a result. `status` is None while it is under way, and when nobody answered."""

    kind: str
    url: str
    at: datetime
    body: str
    status: int | None = None
    problem: str | None = None
    answer: str = ""
    milliseconds: int | None = None


@dataclass
class Payment:
    merchant_request_id: str
    checkout_request_id: str
    push: Push
    body: Mapping[str, object]
    """The push as it was received, without its Password."""
    created: datetime
    deadline: datetime
    plan: Plan
    fault: str | None
    decision: asyncio.Future[Result]
    pushed_as: str = "accepted"
    result: Result | None = None
    settled: datetime | None = None
    receipt: str | None = None
    queries: int = 0
    callback_due: datetime | None = None
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once every callback that the plan asks for was attempted, or withheld."""

    @property
    def is_open(self) -> bool:
        return self.result is None

    @property
    def state(self) -> str:
        if self.result is None:
            return "pending"
        return "paid" if self.result.is_paid else "failed"

    def decide(self, result: Result) -> bool:
        """False when it was decided before: the first answer stands."""
        if self.decision.done():
            return False
        self.decision.set_result(result)
        return True


class Payments:
    """All payments since the start or the last reset, oldest first."""

    def __init__(self) -> None:
        self._by_checkout_id: dict[str, Payment] = {}
        self._open_by_phone: dict[str, Payment] = {}
        self._last_paid: dict[tuple[str, int], datetime] = {}

    def __len__(self) -> int:
        return len(self._by_checkout_id)

    def add(self, payment: Payment) -> None:
        self._by_checkout_id[payment.checkout_request_id] = payment
        self._open_by_phone[payment.push.phone] = payment

    def get(self, checkout_request_id: str) -> Payment | None:
        return self._by_checkout_id.get(checkout_request_id)

    def open_on(self, phone: str) -> Payment | None:
        """The one prompt that a phone can show at a time."""
        return self._open_by_phone.get(phone)

    def settle(self, payment: Payment, result: Result, moment: datetime, receipt: str | None) -> None:
        payment.result, payment.settled, payment.receipt = result, moment, receipt
        if self._open_by_phone.get(payment.push.phone) is payment:
            del self._open_by_phone[payment.push.phone]
        if result.is_paid:
            self._last_paid[payment.push.phone, payment.push.amount] = moment

    def last_paid(self, phone: str, amount: int) -> datetime | None:
        return self._last_paid.get((phone, amount))

    def newest(self, limit: int) -> list[Payment]:
        newest: list[Payment] = []
        for payment in reversed(self._by_checkout_id.values()):
            if len(newest) == limit:
                break
            newest.append(payment)
        return newest
