"""Asks Daraja about payments whose callback has not come, as fast as it may be asked, and ends each at its deadline."""

from typing import NamedTuple

from aws_lambda_powertools.metrics import MetricUnit

from tiketi import clock
from tiketi.logs import logger, metrics
from tiketi.payments.booking import book_receipt
from tiketi.payments.callback import unlisted
from tiketi.payments.check_queue import Check
from tiketi.payments.confirmations import bring_confirmed
from tiketi.payments.daraja import Daraja
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.payments.order_status import keeps_hold
from tiketi.payments.outcomes import expire, mark_failed, mark_paid_by_query, nudge, put_to_review
from tiketi.payments.receive_callback import read_kept
from tiketi.payments.results import Kind, result_of
from tiketi.payments.waiting_line import WaitingLine
from tiketi.settings import settings

LATE_CHECKS_SECONDS = (300, 900)
"""Money may arrive after the deadline: so long after it, an unpaid payment is asked about once more each."""
MOST_TRIES = 3
"""Questions about a payment past its deadline that came to no answer at all, before its timer is relied on again."""


class Next(NamedTuple):
    check: Check
    delay_seconds: int


def check_payment(check: Check, daraja: Daraja, line: WaitingLine, millis: int) -> Next | None:
    """One check, and the one that shall follow it, or None when the payment is settled. `millis`: the time.

    What needs no question goes on without one: the deadline, and what is decided and not settled.
    """
    now = millis // 1000
    payment = find_payment(check.order_id)
    if payment is None:
        logger.warning("no such payment to check", extra={"order_id": check.order_id})
        return None
    logger.append_keys(order_correlation_id=payment.correlation_id, order_id=check.order_id)
    book_receipt(payment)
    if (check.attempt == 0 or _wants_receipt(payment)) and bring_confirmed(payment):
        payment = find_payment(check.order_id) or payment
    waits = needs_question(payment) and _stands_in_line(check, payment, line)
    if check.once and not waits and not check.waiting:
        return None
    if waits or check.waiting:
        # Whose own question was spared still has the moment he was given: it serves whoever's turn it is.
        ask_in_turn(daraja, line, millis)
    expire(check.order_id, now)
    payment = find_payment(check.order_id) or payment
    if payment.status == "EXPIRED":
        read_kept(payment)
    if check.attempt > 0 and payment.status != "PENDING" and not keeps_hold(payment, now):
        nudge(check.order_id, now)
    if waits and needs_question(payment) and line.has(payment):
        return Next(check._replace(attempt=check.attempt + 1, waiting=True), line.next_wake(payment, millis))
    delay = next_check(payment, check.attempt, now)
    return None if delay is None or check.once else Next(Check(check.order_id, check.attempt + 1), delay)


def _stands_in_line(check: Check, payment: PaymentItem, line: WaitingLine) -> bool:
    """A timer that died after it had joined finds its place kept; a hint that finds one adds no timer beside it."""
    if check.waiting:
        return line.has(payment)
    return line.join(payment) or not check.once


def _wants_receipt(payment: PaymentItem) -> bool:
    return payment.status != "PAID" or bool(payment.unreceipted and not payment.receipt)


def needs_question(payment: PaymentItem) -> bool:
    """Whether Daraja's answer could tell something new: a callback that came has spared it."""
    if payment.status == "PAID" or not payment.checkout_request_id:
        return False
    return payment.status == "PENDING" or payment.reason in ("", "no_answer")


def ask_in_turn(daraja: Daraja, line: WaitingLine, millis: int) -> None:
    """If a question may leave at this moment, asks about the payment whose turn it is, whosever timer it was."""
    bucket = line.look()
    if not line.may_ask(bucket, millis):
        return
    now = millis // 1000
    for waiting in line.in_turn(bucket, now):
        payment = find_payment(waiting.order_id)
        if payment is None or not needs_question(payment):
            line.leave(waiting)
            continue
        if line.take(bucket, millis):
            answered = _ask(payment, daraja, now)
            lost = not answered and now >= int(payment.expires_at) and int(waiting.tries) + 1 < MOST_TRIES
            (line.try_again if lost else line.leave)(waiting)
        return


def _ask(payment: PaymentItem, daraja: Daraja, now: int) -> bool:
    """False when Daraja gave no answer, or none that says anything."""
    metrics.add_metric("QuestionsAsked", MetricUnit.Count, 1)
    answer = daraja.query(str(payment.checkout_request_id), clock.utc_now())
    if answer is None:
        return False
    code, description = answer
    result = result_of(code)
    logger.info("STK query", extra={"order_id": payment.order_id, "code": code, "says": description})
    if result.kind is Kind.PAID and payment.disputed:
        put_to_review(payment.order_id, "an STK query says that it was paid")
    elif result.kind is Kind.PAID:
        mark_paid_by_query(payment.order_id)
    elif result.kind in (Kind.FINAL, Kind.SOFT):
        mark_failed(payment.order_id, result.reason)
    elif result.kind is Kind.UNKNOWN and now >= int(payment.expires_at):
        put_to_review(payment.order_id, unlisted(code), disputed=False)
    return True


def next_check(payment: PaymentItem, attempt: int, now: int) -> int | None:
    """Seconds until the next check; None when there is nothing left to find out. Pure."""
    expires_at = int(payment.expires_at)
    if payment.status == "PAID" and payment.order_status != "pending" and not _wants_receipt(payment):
        return None
    if payment.status == "PENDING" or payment.order_status == "pending":
        delays = settings().check_delays_seconds
        pause = delays[min(attempt + 1, len(delays) - 1)]
        return max(1, min(pause, expires_at - now)) if now < expires_at else pause
    if payment.status != "PAID" and payment.reason not in ("", "no_answer"):
        return None
    later = [expires_at + seconds - now for seconds in LATE_CHECKS_SECONDS if expires_at + seconds > now]
    return later[0] if later else None
