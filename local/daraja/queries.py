"""What an STK query answers: four shapes of "not yet", the result, and the ways it misleads."""

from local.daraja import answers
from local.daraja.answers import Answer, as_json
from local.daraja.payments import Payment
from local.daraja.plans import QueryPlan, QueryShape
from local.daraja.results import CANCELLED, PAID, Result, result

_STILL_PROCESSING = result("4999", "The transaction is still under processing")

_PENDING: dict[QueryShape, Answer | answers.Refusal] = {
    "500.001.1001": answers.BEING_PROCESSED,
    "200_empty_error": answers.EMPTY_ERROR_WITH_STATUS_200,
    "400_too_early": answers.invalid("CheckoutRequestID"),
    "does_not_exist": answers.DOES_NOT_EXIST,
}
_WHATEVER_THE_STATE: dict[QueryShape, Answer | answers.Refusal] = {
    "429": answers.too_many_requests(),
    "500.003.02": answers.SYSTEM_BUSY,
    "html_403": answers.INCAPSULA_403,
    "token_rejected": answers.INVALID_ACCESS_TOKEN,
    "lost": answers.DROPPED,
}


def query_answer(payment: Payment, plan: QueryPlan) -> Answer:
    """The answer to this payment's `payment.queries`-th query, counted from 1.

    A flapping query answers 500.001.1001 to every odd one, although the payment is known and finished.
    """
    if plan.shape in _WHATEVER_THE_STATE:
        return _sent(_WHATEVER_THE_STATE[plan.shape])
    if payment.result is None or plan.always:
        pending = _PENDING.get(plan.shape)
        return _finished(payment, _STILL_PROCESSING) if pending is None else _sent(pending)
    if plan.shape == "flap" and payment.queries % 2 == 1:
        return answers.BEING_PROCESSED.answer
    return _finished(payment, _told(payment.result, plan))


def _told(truth: Result, plan: QueryPlan) -> Result:
    if plan.result_code is not None:
        return result(plan.result_code)
    if plan.shape == "contradict":
        return CANCELLED if truth.is_paid else PAID
    return truth


def _sent(answer: Answer | answers.Refusal) -> Answer:
    return answer if isinstance(answer, Answer) else answer.answer


def _finished(payment: Payment, told: Result) -> Answer:
    """No receipt, no amount, no phone: the query does not tell them."""
    return as_json(
        {
            "ResponseCode": "0",
            "ResponseDescription": "The service request has been accepted successsfully",
            "MerchantRequestID": payment.merchant_request_id,
            "CheckoutRequestID": payment.checkout_request_id,
            "ResultCode": told.code,
            "ResultDesc": told.query_text,
        }
    )
