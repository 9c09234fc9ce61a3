"""Takes a callback in: keeps it as it came, then lets it change the payment it belongs to, and nothing else."""

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.exceptions import PutError

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.logs import logger, metrics
from tiketi.payments.booking import book_receipt
from tiketi.payments.callback import Contradiction, Failed, Paid, Undecided, Unlisted, Verdict, judge, read_callback
from tiketi.payments.callback_token import read_token
from tiketi.payments.check_queue import CheckQueue
from tiketi.payments.items import CallbackItem, PaymentItem, find_payment
from tiketi.payments.open_refund import open_doubtful_refund, open_surplus_refund
from tiketi.payments.outcomes import (
    mark_failed,
    mark_paid,
    put_to_review,
    register_receipt,
    was_noted,
)
from tiketi.payments.refund_items import find_refund, refund_id_of
from tiketi.payments.refund_queue import refund_queue
from tiketi.settings import settings

SAFARICOM_ADDRESSES = frozenset(
    {
        *(f"196.201.212.{last}" for last in (69, 74, 127, 128, 129, 132, 136, 138)),
        *(f"196.201.213.{last}" for last in (44, 114)),
        *(f"196.201.214.{last}" for last in (200, 206, 207, 208)),
    }
)
"""The twelve of Safaricom's go-live page and the two that client libraries add."""


def receive_callback(token: str, body: str, source_ip: str) -> None:
    """Raises Refusal `not_found` for a token that is not a payment's, and nothing more about why.

    Raises Refusal `broken_json` or `not_a_callback` for a body that says nothing; it is kept all the same.
    """
    payment = _payment_of(token)
    _check_address(source_ip, payment.order_id)
    _keep(payment, body, source_ip)
    logger.append_keys(order_correlation_id=payment.correlation_id)
    callback = read_callback(body)
    logger.info(
        "callback", extra={"order_id": payment.order_id, "code": callback.result_code, "says": callback.description}
    )
    tell(payment, judge(payment, callback), callback.result_code)


def read_again(order_id: str, body: str, received_at: str) -> None:
    """A callback that was kept: finishes what the function that took it may have left undone when it died.

    Where it left nothing undone, as it nearly always did, this reads the payment and writes nothing. A failure that
    came before the money did not contradict it then, and does not now.
    """
    payment = find_payment(order_id)
    if payment is None:
        return
    try:
        callback = read_callback(body)
    except Refusal as refusal:
        logger.info("a kept callback says nothing", extra={"order_id": order_id, "code": refusal.code})
        return
    verdict = judge(payment, callback)
    book_receipt(payment)
    overtaken = callback.result_code != "0" and payment.status == "PAID" and received_at <= (payment.paid_at or "")
    if not overtaken and not was_told(payment, verdict):
        logger.warning("a callback was kept and not acted on", extra={"order_id": order_id})
        tell(payment, verdict, callback.result_code)


def read_kept(payment: PaymentItem) -> None:
    """All the callbacks that were kept of a payment that expired: what decided nothing until then goes to review.

    One read, and a second one of the payment for each callback.
    """
    prefix = f"CALLBACK#{_suffix(payment)}#"
    for kept in CallbackItem.query(payment.pk, CallbackItem.sk.startswith(prefix), consistent_read=True):
        read_again(payment.order_id, kept.body, kept.received_at)


def used_receipt(receipt: str) -> str:
    return f"receipt {receipt} counts for another order, or another amount, already"


def was_told(payment: PaymentItem, verdict: Verdict) -> bool:
    """Whether a verdict has left its mark already, so that nothing is left to do about it."""
    match verdict:
        case Paid(receipt):
            known = payment.receipt == receipt or was_noted(payment, used_receipt(receipt))
            return known or find_refund(refund_id_of(payment.order_id, receipt)) is not None
        case Failed():
            return payment.status != "PENDING"
        case Contradiction(why=why):
            return was_noted(payment, why)
        case Unlisted(why):
            return payment.status != "EXPIRED" or was_noted(payment, why)
        case _:
            return True


def tell(payment: PaymentItem, verdict: Verdict, code: str) -> None:
    """Lets a verdict change the payment; `code` is M-PESA's result code, for the log."""
    match verdict:
        case Paid(receipt):
            if register_receipt(receipt, payment.order_id, int(payment.amount)):
                _count(payment, receipt)
            else:
                put_to_review(payment.order_id, used_receipt(receipt))
        case Failed(reason, alert):
            if alert:
                logger.error("M-PESA refuses our account", extra={"code": code})
                metrics.add_metric("ConfigurationRefused", MetricUnit.Count, 1)
            mark_failed(payment.order_id, reason)
        case Contradiction(why, receipt, amount):
            if receipt and register_receipt(receipt, payment.order_id, amount):
                open_doubtful_refund(payment, receipt, amount, why)
            put_to_review(payment.order_id, why)
        case Unlisted(why) if payment.status == "EXPIRED":
            put_to_review(payment.order_id, why, disputed=False)
        case Unlisted(why) | Undecided(why):
            logger.warning("callback decides nothing", extra={"order_id": payment.order_id, "why": why})


def _count(payment: PaymentItem, receipt: str) -> None:
    paid = mark_paid(payment.order_id, receipt)
    if paid:
        book_receipt(paid)
    else:
        logger.error("paid twice", extra={"order_id": payment.order_id, "receipt": receipt})
        open_surplus_refund(payment, receipt, int(payment.amount), refund_queue())


def _payment_of(token: str) -> PaymentItem:
    read = read_token(token)
    payment = find_payment(read.order_id) if read else None
    if read is None or payment is None or not read.opens(payment.token_hash):
        raise Refusal("not_found")
    return payment


def _check_address(source_ip: str, order_id: str | None) -> None:
    """A second signal only: a callback dropped for its address is lost, since Safaricom may not send it again."""
    known = frozenset(settings().mpesa_callback_ips) or SAFARICOM_ADDRESSES
    if source_ip in known:
        return
    logger.warning("callback from an unlisted address", extra={"source_ip": source_ip, "order_id": order_id})
    if settings().mpesa_callback_ip_check == "enforce":
        raise Refusal("not_found")


def _suffix(payment: PaymentItem) -> str:
    return payment.sk.removeprefix("PAYMENT#")


def _keep(payment: PaymentItem, body: str, source_ip: str) -> None:
    item = CallbackItem(
        payment.pk,
        f"CALLBACK#{_suffix(payment)}#{new_id()}",
        body=body,
        source_ip=source_ip,
        received_at=clock.rfc3339(clock.utc_now()),
    )
    try:
        item.save()
    except PutError:
        logger.exception("could not keep a callback's body", extra={"order_id": payment.order_id})


def receive_hint(body: str, source_ip: str, queue: CheckQueue) -> None:
    """A callback without its token proves nothing: it only makes the payment it names be asked about now."""
    _check_address(source_ip, None)
    callback = read_callback(body)
    checkout = callback.checkout_request_id
    if not checkout or len(checkout) > 128:
        return
    for found in PaymentItem.by_checkout.query(f"CHECKOUT#{checkout}", limit=1):
        logger.info("callback without its token", extra={"order_id": found.gsi1_sk})
        queue.ask_once(found.gsi1_sk)
