"""Writes what became of a payment. Every write is conditional: `PAID` is absorbing, and nothing else wins over it.

Legal: PENDING → PAID | FAILED | EXPIRED, FAILED → PAID, EXPIRED → PAID. The stream brings each
change before the finalizer.
"""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.logs import logger, metrics
from tiketi.payments.items import (
    REVIEWS,
    PaymentItem,
    ReceiptItem,
    ReviewItem,
    find_payment,
    find_receipt,
    payment_key,
    receipt_key,
)
from tiketi.table import put_if, update_if


def change(order_id: str, actions: Sequence[Action], condition: Condition) -> PaymentItem | None:
    """One conditional write to a payment: the payment afterwards, or None when the condition did not hold."""
    payment = PaymentItem(*payment_key(order_id))
    return payment if update_if(payment, actions, condition) else None


def register_receipt(receipt: str, order_id: str, amount: int) -> bool:
    """Counts a receipt, once in the life of the system. `amount` is what was paid, whatever was asked.

    False when it counts for another order, or another amount, already.
    """
    item = ReceiptItem(*receipt_key(receipt), order_id=order_id, amount=amount, received_at=_now())
    if put_if(item, ReceiptItem.pk.does_not_exist()):
        return True
    present = find_receipt(receipt)
    return present is not None and (present.order_id, int(present.amount)) == (order_id, amount)


def _now() -> str:
    return clock.rfc3339(clock.utc_now())


def mark_paid(order_id: str, receipt: str) -> PaymentItem | None:
    """PAID, from whatever it was; the finalizer then issues the tickets or sends the money back.

    A receipt is counted before, so that a crash between the two leaves a receipt whose order the next callback or
    query still marks. None: it was paid with another receipt before, so this one is money to give back.
    """
    receipted = PaymentItem.receipt.set(receipt)
    paid = _become_paid(order_id, [receipted])
    if paid:
        logger.info("payment paid", extra={"order_id": order_id, "receipt": receipt})
        return paid
    ours = PaymentItem.receipt.does_not_exist() | (PaymentItem.receipt == receipt)
    return change(order_id, [receipted], (PaymentItem.status == "PAID") & ours)


def mark_paid_by_query(order_id: str) -> None:
    """PAID by the word of an STK query, which tells no receipt; the callback or a confirmation may bring it still."""
    if _become_paid(order_id, [PaymentItem.unreceipted.set(True)]):
        metrics.add_metric("PaidWithoutReceipt", MetricUnit.Count, 1)
        logger.warning("payment paid, its receipt is not known", extra={"order_id": order_id})


def mark_free(order_id: str) -> None:
    """PAID at once: it costs nothing."""
    _become_paid(order_id, [])


def _become_paid(order_id: str, more: Sequence[Action]) -> PaymentItem | None:
    actions: list[Action] = [
        PaymentItem.status.set("PAID"),
        PaymentItem.paid_at.set(_now()),
        PaymentItem.reason.set(""),
        PaymentItem.order_status.set("pending"),
        *more,
    ]
    paid = change(order_id, actions, PaymentItem.status.is_in("PENDING", "FAILED", "EXPIRED"))
    if paid:
        metrics.add_metric("PaymentsPaid", MetricUnit.Count, 1)
    return paid


def mark_failed(order_id: str, reason: str) -> bool:
    """FAILED, if it is still PENDING. `reason` is a key of `reasons.REASONS` or a refusal's code."""
    actions: list[Action] = [
        PaymentItem.status.set("FAILED"),
        PaymentItem.reason.set(reason),
        PaymentItem.working_until.set(0),
    ]
    if not change(order_id, actions, PaymentItem.status == "PENDING"):
        return False
    metrics.add_metric("PaymentsFailed", MetricUnit.Count, 1)
    logger.info("payment failed", extra={"order_id": order_id, "reason": reason})
    return True


def expire(order_id: str, now: int) -> bool:
    """EXPIRED, if it is still PENDING and its deadline is past."""
    expired = change(
        order_id,
        [PaymentItem.status.set("EXPIRED")],
        (PaymentItem.status == "PENDING") & (PaymentItem.expires_at <= now),
    )
    if expired:
        metrics.add_metric("PaymentsExpired", MetricUnit.Count, 1)
        logger.info("payment expired", extra={"order_id": order_id})
    return expired is not None


def nudge(order_id: str, now: int) -> None:
    """Brings a payment that is decided, and may not be at its end, before the finalizer again."""
    change(
        order_id,
        [PaymentItem.nudged_at.set(now)],
        PaymentItem.order_status.is_in("pending", "refund_pending", "cancelled") & (PaymentItem.status != "PENDING"),
    )


def was_noted(payment: PaymentItem, why: str) -> bool:
    """Whether a person has been asked about this before, and perhaps has answered."""
    return why in (payment.review or []) or why in (payment.reviewed or [])


def list_review(order_id: str) -> None:
    ReviewItem(REVIEWS, order_id, noted_at=_now()).save()


def put_to_review(order_id: str, why: str, *, disputed: bool = True) -> None:
    """Notes what a person must look at, once for each sentence, also when two notes come at the same moment.

    `disputed`: it speaks against the money, so that until he has looked no query's "paid" counts.

    The list of reviews learns of it first: after a crash between the two a person looks at a payment in vain.
    """
    payment = find_payment(order_id)
    if payment is None or was_noted(payment, why):
        return
    list_review(order_id)
    noted = change(
        order_id,
        [
            PaymentItem.review.set((PaymentItem.review | []).append([why])),
            *([PaymentItem.disputed.set(True)] if disputed else []),
        ],
        ~PaymentItem.review.contains(why) & ~PaymentItem.reviewed.contains(why),
    )
    if noted:
        metrics.add_metric("PaymentsToReview", MetricUnit.Count, 1)
        logger.error("payment needs review", extra={"order_id": order_id, "why": why})
