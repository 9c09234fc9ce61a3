"""A customer with tickets, providers that do as told, and a queue that brings a message as often as a test likes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.accounts.items import PROFILE, UserItem, user_key
from tiketi.delivery.notices import Notice, message_of
from tiketi.delivery.outcomes import Outcome, Sent
from tiketi.delivery.providers import Providers
from tiketi.delivery.wording import Letter
from tiketi.ids import new_id
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import mark_paid

QUEUE_ARN = "arn:aws:sqs:af-south-1:123456789012:delivery"


@dataclass
class FakeProvider:
    """Takes what it is given, unless `outcomes` say otherwise; remembers whatever may have reached somebody."""

    outcomes: list[Outcome | BaseException] = field(default_factory=list[Outcome | BaseException])
    asked: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    meanwhile: Callable[[], None] | None = None

    def send(self, address: str, content: Any, /) -> Outcome:
        self.asked.append((address, content))
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        outcome = self.outcomes.pop(0) if self.outcomes else Sent(f"message-{len(self.asked)}")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class Postbox:
    def __init__(self, shop: Shop, outgoing: Outgoing) -> None:
        self.shop, self.outgoing = shop, outgoing
        self.sms, self.email = FakeProvider(), FakeProvider()
        self.receives: dict[str, int] = {}

    def customer(self, **about: str) -> str:
        user_id = new_id()
        known: dict[str, Any] = {
            "email": f"{user_id.lower()}@example.com",
            "phone_number": "254712345678",
            "name": "Asha",
            "role": "customer",
            "password_hash": "",
            "created_at": "2026-01-01T00:00:00Z",
            **about,
        }
        UserItem(user_key(user_id), PROFILE, user_id=user_id, **known).save()
        return user_id

    def buys(self, user_id: str, quantity: int = 1) -> str:
        """A completed order."""
        payment: PaymentItem = self.shop.buy(quantity, user_id=user_id)
        mark_paid(payment.order_id, f"R{new_id()[-9:]}")
        assert self.shop.settle(payment).order_status == "completed"
        return payment.order_id

    def receive(self, notice: Notice, message_id: str = "message-1") -> bool:
        """The queue hands a message over; whether it is done with."""
        self.receives[message_id] = self.receives.get(message_id, 0) + 1
        function = load_function("delivery/send_notice")
        function.__dict__["providers"] = lambda: Providers(self.sms, self.email)
        record = {
            "messageId": message_id,
            "receiptHandle": f"receipt of {message_id}",
            "body": json.dumps(message_of(notice)),
            "attributes": {"ApproximateReceiveCount": str(self.receives[message_id])},
            "eventSource": "aws:sqs",
            "eventSourceARN": QUEUE_ARN,
        }
        answer = function.handler({"Records": [record]}, LAMBDA_CONTEXT)
        return not answer["batchItemFailures"]

    def counts(self) -> tuple[int, int]:
        """How often an SMS and an e-mail may have reached somebody."""
        return len(self.sms.asked), len(self.email.asked)

    def text(self) -> str:
        return self.sms.asked[-1][1]

    def letter(self) -> Letter:
        return self.email.asked[-1][1]


class Clock:
    """Time that only the test moves."""

    def __init__(self, patch: Any) -> None:
        self.now = clock.epoch_now()
        patch.setattr(clock, "epoch_now", lambda: self.now)

    def passes(self, seconds: int) -> None:
        self.now += seconds
