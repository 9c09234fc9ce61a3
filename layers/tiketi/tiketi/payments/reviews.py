"""What a person does about payments in doubt: sees them, says that he has looked, or that the money is there."""

from collections.abc import Iterator

from tiketi.logs import logger
from tiketi.payments.callback import Paid, is_receipt
from tiketi.payments.items import REVIEWS, PaymentItem, ReviewItem, find_payment
from tiketi.payments.outcomes import change, list_review, register_receipt
from tiketi.payments.receive_callback import tell


def in_review() -> Iterator[PaymentItem]:
    """The oldest order first; one read unit for each, and half of one for each 4 KB of their list."""
    for listed in ReviewItem.query(REVIEWS, consistent_read=True):
        payment = find_payment(listed.sk)
        if payment and payment.review:
            yield payment


def clear(order_id: str) -> list[str] | None:
    """A person has looked at all doubts about a payment: what they were; None when one came in that moment.

    The same doubts are not noted again.
    """
    payment = find_payment(order_id)
    if payment is None or not payment.review:
        return []
    doubts = list(payment.review)
    cleared = change(
        order_id,
        [
            PaymentItem.review.remove(),
            PaymentItem.disputed.remove(),
            PaymentItem.reviewed.set((PaymentItem.reviewed | []).append(doubts)),
        ],
        PaymentItem.review == doubts,
    )
    if cleared is None:
        return None
    ReviewItem(REVIEWS, order_id).delete()
    present = find_payment(order_id)
    if present and present.review:
        # Another doubt was noted meanwhile, after its place in the list.
        list_review(order_id)
    logger.info("review cleared", extra={"order_id": order_id, "doubts": doubts})
    return doubts


def accept(order_id: str, receipt: str) -> str:
    """A person has seen in M-PESA's portal that all of an order was paid by a receipt: why it is not taken, or nothing.

    The finalizer then issues the tickets, or sends the money back where nothing is left.
    """
    payment = find_payment(order_id)
    if payment is None:
        return "there is no such order"
    if not is_receipt(receipt):
        return f"{receipt!r} is no receipt"
    if payment.receipt and payment.receipt != receipt:
        return f"the order was paid by {payment.receipt} before: send this money back in the portal"
    if not register_receipt(receipt, order_id, int(payment.amount)):
        return f"{receipt} counts for another order, or another amount, already"
    tell(payment, Paid(receipt), "0")
    return ""
