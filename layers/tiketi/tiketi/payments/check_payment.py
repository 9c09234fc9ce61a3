"""Asks Daraja about a payment whose callback has not come, and ends it at its deadline."""

from aws_lambda_powertools.metrics import MetricUnit

from tiketi import clock
from tiketi.logs import logger, metrics
from tiketi.payments.daraja import Daraja
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.payments.order_status import keeps_hold
from tiketi.payments.outcomes import expire, mark_failed, mark_paid, nudge, put_to_review
from tiketi.payments.results import Kind, result_of
from tiketi.settings import settings

LATE_CHECKS_SECONDS = (300, 900)
"""Money may arrive after the deadline: so long after it, an unpaid payment is asked about once more each."""


def check_payment(order_id: str, attempt: int, daraja: Daraja, now: int) -> int | None:
    """One check; seconds until the next one, or None when the payment is settled."""
    payment = find_payment(order_id)
    if payment is None:
        logger.warning("no such payment to check", extra={"order_id": order_id})
        return None
    logger.append_keys(order_correlation_id=payment.correlation_id, order_id=order_id)
    if payment.status != "PAID" and payment.checkout_request_id:
        _ask(payment, payment.checkout_request_id, daraja, now)
    expire(order_id, now)
    payment = find_payment(order_id) or payment
    if attempt > 0 and payment.status != "PENDING" and not keeps_hold(payment, now):
        nudge(order_id, now)
    return next_check(payment, attempt, now)


def _ask(payment: PaymentItem, checkout_request_id: str, daraja: Daraja, now: int) -> None:
    answer = daraja.query(checkout_request_id, clock.utc_now())
    if answer is None:
        return
    code, description = answer
    result = result_of(code)
    logger.info("STK query", extra={"order_id": payment.order_id, "code": code, "says": description})
    if result.kind is Kind.PAID and payment.review:
        logger.error("paid by the query, but in review: a person decides", extra={"order_id": payment.order_id})
    elif result.kind is Kind.PAID:
        metrics.add_metric("PaidWithoutReceipt", MetricUnit.Count, 1)
        mark_paid(payment.order_id, None)
    elif result.kind in (Kind.FINAL, Kind.SOFT):
        mark_failed(payment.order_id, result.reason)
    elif result.kind is Kind.UNKNOWN and now >= int(payment.expires_at):
        put_to_review(payment.order_id, f"result code {code[:40]} is in no list")


def next_check(payment: PaymentItem, attempt: int, now: int) -> int | None:
    """Seconds until the next check; None when there is nothing left to find out. Pure."""
    expires_at = int(payment.expires_at)
    if payment.status == "PAID" and payment.order_status != "pending":
        return None
    if payment.status == "PENDING" or payment.order_status == "pending":
        delays = settings().check_delays_seconds
        pause = delays[min(attempt + 1, len(delays) - 1)]
        return max(1, min(pause, expires_at - now)) if now < expires_at else pause
    if not payment.checkout_request_id or payment.reason not in ("", "no_answer"):
        return None
    later = [expires_at + seconds - now for seconds in LATE_CHECKS_SECONDS if expires_at + seconds > now]
    return later[0] if later else None
