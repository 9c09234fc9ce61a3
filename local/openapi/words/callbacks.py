from typing import Any

from pydantic import BaseModel

from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "Called by Safaricom"

SENT = {"paid": examples.PAID_CALLBACK, "cancelled on the phone": examples.CANCELLED_CALLBACK}
ANSWERED = "Taken in. It says nothing about what came of it."
ACCEPTED = {"accepted": {"ResultCode": 0, "ResultDesc": "Accepted"}}
TRUSTED = (
    "The token in the path is what makes the callback believed: it is random, belongs to one payment, and only "
    "Safaricom is told it. Amount and request ids must agree with the payment, or a person looks at it."
)


def _told(
    summary: str, description: str, operation_id: str, body: type[BaseModel], requests: dict[str, Any]
) -> Described:
    return Described(
        TAG,
        summary,
        answers.CallbackAccepted,
        ANSWERED,
        ACCEPTED,
        requests=requests,
        description=description,
        body=body,
        operation_id=operation_id,
        language=False,
    )


def _callback(summary: str, description: str, operation_id: str) -> Described:
    return _told(summary, description, operation_id, answers.Callback, SENT)


def _refund(summary: str, description: str, operation_id: str) -> Described:
    return _told(summary, description, operation_id, answers.RefundResult, {"sent back": examples.REFUND_RESULT})


def _confirmation(summary: str, description: str, operation_id: str) -> Described:
    return _told(summary, description, operation_id, answers.Confirmation, {"paid": examples.CONFIRMATION})


ROUTES = {
    "POST /confirmations/{token}": _confirmation(
        "Confirm money that reached the short code",
        "C2B's ConfirmationURL, for money that came by a prompt or by hand. `BillRefNumber` leads to the order. The "
        "token in the path is one for the whole system: `make register-confirmations` tells it to Safaricom.",
        "confirmation",
    ),
    "POST /confirmations/{token}/validation": _confirmation(
        "Ask whether money may come",
        "C2B's ValidationURL, if Safaricom was asked to validate: it always may, and nothing is kept of it.",
        "confirmation_validation",
    ),
    "POST /refunds/{token}/result": _refund(
        "Tell the result of a refund", "The ResultURL of a reversal, a B2C payment or a question.", "refund_result"
    ),
    "POST /refunds/{token}/timeout": _refund(
        "Tell that a refund timed out",
        "The QueueTimeOutURL: nobody knows how it ended, so M-PESA is asked, and nothing is sent again before.",
        "refund_timeout",
    ),
    "POST /payments/{token}/result": _callback(
        "Tell the result of a payment", f"The address sent with each prompt. {TRUSTED}", "mpesa_callback"
    ),
    "POST /mpesa_callback/{token}": _callback(
        "Tell the result of a payment, at another address",
        "The same as `/payments/{token}/result`, which is used because Safaricom rejects addresses with `mpesa` in "
        f"them. {TRUSTED}",
        "mpesa_callback_by_name",
    ),
    "POST /mpesa_callback": _callback(
        "Hint at the result of a payment",
        "Without a token nothing is believed: the callback only makes the system ask M-PESA about that payment now.",
        "mpesa_callback_hint",
    ),
}
