"""What a test asked of the next reversals, B2C payments and status questions."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Operation = Literal["reversal", "b2c", "transaction_status"]
InitiatorAnswer = Literal["accepted", "lost", "500.003.01", "500.003.02", "429", "html_403", "token_rejected"]


class InitiatorPlan(BaseModel):
    """`queue_timeout`: QueueTimeOutURL is called first, and the Result comes all the same unless it is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: InitiatorAnswer = "accepted"
    result_code: str | None = None
    result_desc: str | None = None
    delay_seconds: float = Field(default=0.2, ge=0)
    queue_timeout: bool = False
    lost: bool = False
    copies: int = Field(default=1, ge=1, le=50)
    single_parameter: bool = False
    times: int | None = Field(default=None, ge=1)


class InitiatorPlans:
    def __init__(self) -> None:
        self._plans: dict[Operation, tuple[InitiatorPlan, int | None]] = {}

    def set_plan(self, operation: Operation, body: Mapping[str, object]) -> InitiatorPlan:
        plan = InitiatorPlan.model_validate(body)
        self._plans[operation] = plan, plan.times
        return plan

    def take(self, operation: Operation) -> InitiatorPlan:
        plan, left = self._plans.get(operation, (InitiatorPlan(), None))
        if left is not None and left > 1:
            self._plans[operation] = plan, left - 1
        elif left is not None:
            del self._plans[operation]
        return plan
