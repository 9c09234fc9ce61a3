"""How a push is answered, and whether its prompt reaches the phone whatever the answer was."""

from dataclasses import dataclass

from local.daraja import answers
from local.daraja.answers import Answer, Refusal, as_json
from local.daraja.plans import PushAnswer, PushPlan

LATE_ANSWER_SECONDS = 60.0
"""What "timeout" waits before it answers, unless the plan says how long: longer than any client should."""


@dataclass(frozen=True)
class _Fault:
    answer: Answer | Refusal
    reaches_the_phone: bool = False


_FAULTS: dict[PushAnswer, _Fault] = {
    "lost": _Fault(answers.DROPPED, reaches_the_phone=True),
    "500.003.01": _Fault(answers.INTERNAL_SERVER_ERROR, reaches_the_phone=True),
    "garbage": _Fault(answers.GARBAGE, reaches_the_phone=True),
    "500.003.02": _Fault(answers.SYSTEM_BUSY),
    "500.003.03": _Fault(answers.QUOTA_VIOLATION),
    "spike_arrest": _Fault(answers.SPIKE_ARREST),
    "429": _Fault(answers.too_many_requests()),
    "html_403": _Fault(answers.INCAPSULA_403),
    "empty_400": _Fault(answers.EMPTY_400),
    "token_rejected": _Fault(answers.INVALID_ACCESS_TOKEN),
    "locked": _Fault(answers.SUBSCRIBER_LOCKED),
    "wrong_credentials": _Fault(answers.WRONG_CREDENTIALS),
    "merchant_does_not_exist": _Fault(answers.MERCHANT_DOES_NOT_EXIST),
    "error_with_200": _Fault(Refusal(200, "500.001.1001", "")),
    "response_code_1": _Fault(
        as_json({"ResponseCode": "1", "ResponseDescription": "Rejected", "CustomerMessage": "Rejected"})
    ),
}


def reaches_the_phone(plan: PushPlan) -> bool:
    if plan.accepted is not None:
        return plan.accepted
    fault = _FAULTS.get(plan.answer)
    return fault is None or fault.reaches_the_phone


def seconds_before_answer(plan: PushPlan) -> float:
    return plan.delay_seconds or (LATE_ANSWER_SECONDS if plan.answer == "timeout" else 0.0)


def push_answer(plan: PushPlan, merchant_request_id: str, checkout_request_id: str) -> Answer:
    fault = _FAULTS.get(plan.answer)
    if fault is not None:
        return fault.answer if isinstance(fault.answer, Answer) else fault.answer.answer
    body = {
        "MerchantRequestID": merchant_request_id,
        "CheckoutRequestID": checkout_request_id,
        "ResponseCode": "0",
        "ResponseDescription": "Success. Request accepted for processing",
        "CustomerMessage": "Success. Request accepted for processing",
    }
    if plan.answer == "no_customer_message":
        del body["CustomerMessage"]
    return as_json(body)
