"""What a test, or a person, asked a phone to do: the bodies of PUT /simulator/phones/{number} and the like."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Behaviour = Literal["manual", "approve", "cancel", "wrong_pin", "insufficient_funds", "no_answer", "result"]

PushAnswer = Literal[
    "accepted",
    "lost",
    "timeout",
    "500.003.01",
    "500.003.02",
    "500.003.03",
    "spike_arrest",
    "429",
    "html_403",
    "empty_400",
    "token_rejected",
    "locked",
    "wrong_credentials",
    "merchant_does_not_exist",
    "error_with_200",
    "response_code_1",
    "no_customer_message",
    "garbage",
]

QueryShape = Literal[
    "4999",
    "500.001.1001",
    "200_empty_error",
    "400_too_early",
    "flap",
    "contradict",
    "does_not_exist",
    "500.003.02",
    "429",
    "html_403",
    "token_rejected",
    "lost",
]


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallbackPlan(_Plan):
    """How the result is told. What is not given here is told as it is."""

    lost: bool = False
    copies: int = Field(default=1, ge=1, le=50)
    delay_seconds: float = Field(default=0.0, ge=0)
    spacing_seconds: float = Field(default=0.0, ge=0)
    before_answer: bool = False
    forged_token: bool = False
    amount: Decimal | None = None
    receipt: str | None = None
    checkout_request_id: str | None = None
    merchant_request_id: str | None = None
    result_code: str | None = None
    result_desc: str | None = None
    string_result_code: bool = False
    masked_phone: bool = False
    balance: Literal["without_value", "absent", "text"] = "without_value"
    date_as_text: bool = False
    shuffled: bool = False
    missing: tuple[str, ...] = ()
    confirmation: Literal["after", "before", "none"] = "after"


class PushPlan(_Plan):
    """How the push is answered. `accepted` says whether the prompt reaches the phone in spite of the answer."""

    answer: PushAnswer = "accepted"
    accepted: bool | None = None
    delay_seconds: float = Field(default=0.0, ge=0)


class QueryPlan(_Plan):
    """How a query is answered; with `always` the shape outlives the result."""

    shape: QueryShape = "4999"
    always: bool = False
    result_code: str | None = None


class Plan(_Plan):
    """What the next pushes to a phone meet. `times` limits it to so many pushes."""

    behaviour: Behaviour = "manual"
    result_code: str | None = None
    result_desc: str | None = None
    delay_seconds: float | None = Field(default=None, ge=0)
    callback: CallbackPlan = CallbackPlan()
    push: PushPlan = PushPlan()
    query: QueryPlan = QueryPlan()
    times: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def a_result_needs_its_code(self) -> "Plan":
        if self.behaviour == "result" and self.result_code is None:
            raise ValueError('behaviour "result" needs a result_code')
        return self


def changed(plan: Plan, body: Mapping[str, object]) -> Plan:
    """The plan with what the body says in place of what it said before; callback, push and query key by key.

    Raises pydantic's ValidationError.
    """
    asked: dict[str, object] = plan.model_dump()
    for key, value in body.items():
        before = asked.get(key)
        asked[key] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return Plan.model_validate(asked)
