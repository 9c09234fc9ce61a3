"""Opens a refund, once: what an order got back, a receipt that came too many, or money that is in doubt."""

from tiketi import clock
from tiketi.delivery.notices import enqueue, refund_due
from tiketi.logs import logger
from tiketi.payments import ledger
from tiketi.payments.event_refunds import EVENT_CANCELLED
from tiketi.payments.items import PaymentItem
from tiketi.payments.refund_items import (
    MANUAL,
    OF_ORDER,
    RefundItem,
    index_key,
    open_partition,
    refund_id_of,
    refund_key,
)
from tiketi.payments.refund_queue import RefundQueue
from tiketi.table import put_if


def open_refund(payment: PaymentItem, queue: RefundQueue) -> None:
    """The refund of an order that is `refund_pending`: all that was paid, or `refund_amount` of it."""
    paid = int(payment.amount)
    part = int(payment.refund_amount or paid)
    fresh = _open(payment, OF_ORDER, payment.receipt, part, paid, was_sold=bool(payment.completed_at))
    _begin(payment.order_id, OF_ORDER, part, queue, fresh)


def open_surplus_refund(payment: PaymentItem, receipt: str, amount: int, queue: RefundQueue) -> None:
    """The refund of a receipt that came after the one that paid the order: never a second ticket."""
    fresh = _open(payment, receipt, receipt, amount, amount)
    _begin(payment.order_id, receipt, amount, queue, fresh)


def open_doubtful_refund(payment: PaymentItem, receipt: str, amount: int, why: str) -> None:
    """Money that contradicts what was asked: it is due, and a person decides whether it goes back. Nobody is told."""
    _open(payment, receipt, receipt, amount, amount, doubt=why)


def _open(
    payment: PaymentItem,
    what: str,
    receipt: str | None,
    amount: int,
    paid: int,
    *,
    was_sold: bool = False,
    doubt: str = "",
) -> bool:
    """False when it was opened before."""
    refund_id, now = refund_id_of(payment.order_id, what), clock.epoch_now()
    ledger.post(payment.order_id, "refund_due", amount, what, was_sold=was_sold)
    refund = RefundItem(
        *refund_key(refund_id),
        refund_id=refund_id,
        order_id=payment.order_id,
        amount=amount,
        paid=paid,
        receipt=receipt,
        phone_number=payment.phone_number,
        was_sold=was_sold,
        cancelled_event=payment.event_id if what == OF_ORDER and payment.reason == EVENT_CANCELLED else None,
        opened_at=now,
        state="manual" if doubt else "due",
        detail=doubt,
        correlation_id=payment.correlation_id,
        gsi1_pk=MANUAL if doubt else open_partition(refund_id),
        gsi1_sk=index_key(now, refund_id),
    )
    if not put_if(refund, RefundItem.pk.does_not_exist()):
        return False
    log = logger.error if doubt else logger.info
    log("refund opened", extra={"refund_id": refund_id, "amount": amount, "why": doubt})
    return True


def _begin(order_id: str, what: str, amount: int, queue: RefundQueue, fresh: bool) -> None:
    """Again by a run that finds it open, as the one before may have died here; the customer is told once."""
    (queue.advance if fresh else queue.advance_once)(refund_id_of(order_id, what))
    enqueue(refund_due(order_id, amount, what))
