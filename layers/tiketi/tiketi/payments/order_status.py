"""What an order's payment says about the order, for the customer. Pure."""

from typing import Literal

from tiketi.payments.items import PaymentItem

OrderStatus = Literal["pending", "completed", "cancelled", "failed", "expired", "refund_pending", "refunded"]

GRACE_SECONDS = 30
"""How long after its deadline an order still reads `pending`: the timer that expires it may be a little late."""


def order_status(payment: PaymentItem, now: int) -> OrderStatus:
    settled = payment.order_status
    if settled == "completed" or settled == "cancelled" or settled == "refund_pending" or settled == "refunded":
        return settled
    match payment.status:
        case "PAID":
            return "pending"
        case "PENDING":
            return "pending" if now < int(payment.expires_at) + GRACE_SECONDS else "expired"
        case "EXPIRED":
            return "expired"
        case _:
            return "cancelled" if payment.reason == "cancelled_by_customer" else "failed"


def keeps_hold(payment: PaymentItem, now: int) -> bool:
    """Nobody answered the prompt: money may still come, so the stock waits until the hold lapses by itself."""
    return payment.status == "FAILED" and payment.reason == "no_answer" and now < int(payment.expires_at)
