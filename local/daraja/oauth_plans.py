"""What a test asked of the next calls for a token."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from local.daraja import answers
from local.daraja.answers import Answer

OAuthAnswer = Literal["accepted", "empty_400", "html_403", "500.003.01", "429", "lost"]

_FAULTS: Mapping[OAuthAnswer, Answer] = {
    "empty_400": answers.EMPTY_400,
    "html_403": answers.INCAPSULA_403,
    "500.003.01": answers.INTERNAL_SERVER_ERROR.answer,
    "429": answers.too_many_requests(),
    "lost": answers.DROPPED,
}


class OAuthPlan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: OAuthAnswer = "accepted"
    times: int | None = Field(default=None, ge=1)


class OAuthPlans:
    def __init__(self) -> None:
        self.set_plan({})

    def set_plan(self, body: Mapping[str, object]) -> OAuthPlan:
        self._plan = OAuthPlan.model_validate(body)
        self._left = self._plan.times
        return self._plan

    def take(self) -> Answer | None:
        """None when the call is answered as it deserves."""
        fault = _FAULTS.get(self._plan.answer)
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.set_plan({})
        return fault
