"""Faults at random, the same ones again for the same seed and order of pushes."""

import random
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from local.daraja.plans import Plan, changed

LATE_SECONDS = 5.0

_FAULTS: Mapping[str, Mapping[str, object]] = {
    "callback_lost": {"callback": {"lost": True}},
    "callback_doubled": {"callback": {"copies": 2}},
    "callback_late": {"callback": {"delay_seconds": LATE_SECONDS}},
    "callback_before_answer": {"callback": {"before_answer": True}},
    "confirmation_first": {"callback": {"confirmation": "before"}},
    "masked_phone": {"callback": {"masked_phone": True}},
    "string_result_code": {"callback": {"string_result_code": True}},
    "no_balance": {"callback": {"balance": "absent"}},
    "wrong_amount": {"callback": {"amount": "249999"}},
    "wrong_checkout_request_id": {"callback": {"checkout_request_id": "ws_CO_DMZ_1_01012020000000000"}},
    "forged_token": {"callback": {"forged_token": True}},
    "answer_lost": {"push": {"answer": "lost"}},
    "internal_server_error": {"push": {"answer": "500.003.01"}},
    "system_busy": {"push": {"answer": "500.003.02"}},
    "too_many_requests": {"push": {"answer": "429"}},
    "incapsula": {"push": {"answer": "html_403"}},
    "token_rejected": {"push": {"answer": "token_rejected"}},
    "query_500": {"query": {"shape": "500.001.1001"}},
    "query_empty_error": {"query": {"shape": "200_empty_error"}},
    "query_too_early": {"query": {"shape": "400_too_early"}},
    "query_flaps": {"query": {"shape": "flap"}},
    "query_contradicts": {"query": {"shape": "contradict"}},
}
_OTHER_ENDS: Mapping[str, Mapping[str, object]] = {
    "cancelled": {"behaviour": "cancel"},
    "wrong_pin": {"behaviour": "wrong_pin"},
    "insufficient_funds": {"behaviour": "insufficient_funds"},
    "expired": {"behaviour": "result", "result_code": "1019"},
    "rule_limited": {"behaviour": "result", "result_code": "17"},
    "bad_debt": {"behaviour": "result", "result_code": "E3008"},
}
FAULT_NAMES = (*_FAULTS, *_OTHER_ENDS)


class ChaosRequest(BaseModel):
    """Of all pushes, `rate` (0 to 1) meet a fault; `faults` limits which."""

    model_config = ConfigDict(extra="forbid")

    rate: float = Field(ge=0, le=1)
    seed: int = 0
    faults: tuple[str, ...] = ()

    def model_post_init(self, _context: object) -> None:
        unknown = sorted(set(self.faults) - set(FAULT_NAMES))
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(unknown)}; there are {', '.join(FAULT_NAMES)}")


class Chaos:
    def __init__(self, request: ChaosRequest | None = None) -> None:
        self.request = request or ChaosRequest(rate=0)
        self._pushes = 0

    def bend(self, plan: Plan) -> tuple[Plan, str | None]:
        """The plan of the next push and the name of its fault, if it meets one.

        How the payment ends is bent only where the phone would approve by itself: a person, or a test that
        asked for something else, keeps the say.
        """
        self._pushes += 1
        dice = random.Random(f"{self.request.seed}:{self._pushes}")
        if dice.random() >= self.request.rate:
            return plan, None
        fault = dice.choice(self.request.faults or FAULT_NAMES)
        if fault in _FAULTS:
            return changed(plan, _FAULTS[fault]), fault
        if plan.behaviour != "approve":
            return plan, None
        return changed(plan, _OTHER_ENDS[fault]), fault
