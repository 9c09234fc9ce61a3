"""Daraja and the customers' phones: what really happened on them, whatever the system was told of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tests.proof.cloud import Cloud
from tiketi.payments.callback_token import read_token
from tiketi.payments.daraja import Accepted, Refused, Unknown
from tiketi.sales.purchase import account_reference

Deed = Literal["pay", "cancel", "ignore", "wrong_pin"]
RESULTS: dict[Deed, str] = {"pay": "0", "cancel": "1032", "ignore": "1037", "wrong_pin": "2001"}


@dataclass(frozen=True)
class Habit:
    """What the owner of a phone does with a prompt, and what becomes of Daraja's words about it. Times in seconds."""

    deed: Deed | None = "pay"
    after: int = 8
    callbacks: tuple[int, ...] = (2,)
    """When each callback comes, counted from the deed; none when it is lost."""
    answer: Literal["accepted", "lost", "refused"] = "accepted"
    confirmations: tuple[int, ...] = ()
    """When each C2B confirmation comes, counted as callbacks are; none where the address is not registered."""
    early: bool = False
    """He pays, and the callback comes, before the push is answered."""


@dataclass
class Prompt:
    """A push that reached a phone. `deed` is None while it rings."""

    number: int
    order_id: str
    token: str
    phone: str
    amount: int
    at: int
    habit: Habit
    deed: Deed | None = None
    answers: list[tuple[Deed | None, int | None]] = field(default_factory=list[tuple[Deed | None, int | None]])
    """What each callback told, and the status it was answered with; None for a crash."""
    confirmed: bool = False
    """Whether a C2B confirmation came through."""

    @property
    def checkout(self) -> str:
        return f"ws_CO_{self.number}"

    @property
    def merchant(self) -> str:
        return f"merchant-{self.number}"

    @property
    def receipt(self) -> str:
        return f"SFC{self.number:07d}"

    @property
    def charged(self) -> bool:
        return self.deed == "pay"

    @property
    def told(self) -> bool:
        """Whether a callback came through that told how it ended."""
        return (self.deed, 200) in self.answers

    def act(self, deed: Deed) -> bool:
        """False when it is too late: only a prompt that nobody answered may still be paid."""
        if self.deed is None or (self.deed == "ignore" and deed == "pay"):
            self.deed = deed
            return True
        return False

    def callback(self, **lies: Any) -> str:
        """The callback's body; `lies` replace what is true: `amount`, `receipt`, `checkout`, `merchant`, `code`."""
        assert self.deed
        code = str(lies.get("code", RESULTS[self.deed]))
        told: dict[str, Any] = {
            "MerchantRequestID": lies.get("merchant", self.merchant),
            "CheckoutRequestID": lies.get("checkout", self.checkout),
            "ResultCode": int(code),
            "ResultDesc": "-",
        }
        if code == "0":
            items = {
                "Amount": float(lies.get("amount", self.amount)),
                "MpesaReceiptNumber": lies.get("receipt", self.receipt),
            }
            told["CallbackMetadata"] = {"Item": [{"Name": name, "Value": value} for name, value in items.items()]}
        return json.dumps({"Body": {"stkCallback": told}})

    def confirmation(self) -> str:
        """The body of C2B's confirmation that it was paid."""
        told = {"TransID": self.receipt, "TransAmount": f"{self.amount}.00"}
        return json.dumps({**told, "BillRefNumber": account_reference(self.order_id)})


class Phones:
    """In the place of the Daraja client: rings phones, and answers what they did."""

    def __init__(self, cloud: Cloud, now: Callable[[], int]) -> None:
        self._cloud = cloud
        self._now = now
        self.habits: dict[str, Habit] = {}
        self.prompts: list[Prompt] = []
        self.queries = 0
        self.on_ring: Callable[[Prompt], None] = lambda prompt: None

    def push(
        self, phone_number: str, amount: int, account_reference: str, callback_url: str, now: datetime, seconds: float
    ) -> Accepted | Refused | Unknown:
        habit = self.habits.get(phone_number, Habit())

        def act() -> Accepted | Refused | Unknown:
            if habit.answer == "refused":
                return Refused("mpesa_subscriber_busy", "the phone is busy")
            prompt = self._ring(phone_number, amount, callback_url.split("/")[-2], habit)
            return Unknown("ReadTimeout") if habit.answer == "lost" else Accepted(prompt.merchant, prompt.checkout)

        return self._cloud.step("STK push", act, lambda: Unknown("disturbed"))

    def _ring(self, phone: str, amount: int, token: str, habit: Habit) -> Prompt:
        read = read_token(token)
        assert read, "a callback address that nobody can read"
        prompt = Prompt(len(self.prompts) + 1, read.order_id, token, phone, amount, self._now(), habit)
        self.prompts.append(prompt)
        self.on_ring(prompt)
        return prompt

    def query(self, checkout_request_id: str, now: datetime) -> tuple[str, str] | None:
        def act() -> tuple[str, str] | None:
            self.queries += 1
            prompt = next((each for each in self.prompts if each.checkout == checkout_request_id), None)
            return (RESULTS[prompt.deed], "-") if prompt and prompt.deed else None

        return self._cloud.step("STK query", act, lambda: None)
