"""Whether a payment of the caller's own is paid, asked by its CheckoutRequestID or its receipt."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.messages import Language
from tiketi.payments.items import PaymentItem
from tiketi.payments.order_status import order_status
from tiketi.payments.reasons import explain


class TransactionStatusInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    checkout_request_id: str = Field(min_length=1, max_length=128)


def transaction_status(user_id: str, wanted: str, language: Language) -> dict[str, Any]:
    """Reads the caller's own payments, about a read unit for each eight of them, and nobody else's.

    Raises Refusal `payment_not_found`.
    """
    payments = PaymentItem.query(f"USER#{user_id}", PaymentItem.sk.startswith("PAYMENT#"), consistent_read=True)
    payment = next((each for each in payments if wanted in (each.checkout_request_id, each.receipt)), None)
    if payment is None:
        raise Refusal("payment_not_found")
    paid = payment.status == "PAID"
    status = order_status(payment, clock.epoch_now())
    return {
        "status": "success" if paid else "failed",
        "message": _message(payment, status, language),
        "transaction_status": "paid" if paid else status,
        "order_id": payment.order_id,
    }


def _message(payment: PaymentItem, status: str, language: Language) -> str:
    swahili = language == "sw"
    if payment.status == "PAID":
        return "Malipo yamekamilika." if swahili else "The payment is complete."
    if status == "pending":
        return "Malipo bado yanasubiri." if swahili else "The payment is still pending."
    return explain(payment.reason or status, language) or ("Malipo hayakufaulu." if swahili else "The payment failed.")
