"""Sells tickets: the order is written first, its timer is set, stock is held, and only then M-PESA is asked.

The order of the steps is the protocol: a crash between any two of them leaves nothing that the timer, the stream
or the next buyer does not finish.
"""

from typing import NoReturn

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.exceptions import PutError
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.ids import new_order_id, repeatable_order_id
from tiketi.logs import logger, metrics
from tiketi.messages import REFUSALS
from tiketi.payments.breaker import CLOSED, Breaker, demand_closed, note, step_back
from tiketi.payments.callback_token import CallbackToken, new_token
from tiketi.payments.check_queue import CheckQueue
from tiketi.payments.daraja import Accepted, Daraja, Refused, Unknown
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.payments.outcomes import change, mark_failed, mark_free, put_to_review
from tiketi.sales import allowance, stock
from tiketi.sales.deadline import WORKING_SECONDS, latest, left_for_mpesa, with_a_prompt
from tiketi.sales.finalize import end_unpaid, pool_of
from tiketi.sales.phone_guard import guard_phone
from tiketi.sales.purchase import Purchase, new_payment
from tiketi.sales.reclaim import reclaim
from tiketi.settings import settings
from tiketi.table import condition_failed

PUSH_MARGIN_SECONDS = 20
"""No prompt is sent to a phone so late that the hold would lapse before it could be answered."""
LEAST_PUSH_SECONDS = 5
"""With less time than that left, M-PESA is not asked at all: it would nearly always end in not knowing."""
MOST_ATTEMPTS = 10
"""Orders for one Idempotency-Key, each made because the one before was refused."""
LASTING_REFUSALS = {"mpesa_refused"}
"""What the same request would be told again."""


class BuyTicket:
    """The verb, with what it needs from outside. Without Daraja it takes only what costs nothing."""

    def __init__(self, daraja: Daraja | None, queue: CheckQueue) -> None:
        self._daraja = daraja
        self._queue = queue

    def __call__(self, purchase: Purchase) -> PaymentItem:
        """The payment as it stands when the customer's phone has been asked, or needs not be.

        Raises Refusal for all that ends a purchase here. With the same Idempotency-Key a purchase that may have
        reached the phone is never made again; one that was refused before is, for the customer to have another try.
        """
        if not purchase.idempotency_key:
            return self._start(purchase, new_order_id(purchase.user_id))
        for attempt in range(MOST_ATTEMPTS):
            order_id = repeatable_order_id(purchase.user_id, purchase.idempotency_key, attempt)
            payment = find_payment(order_id)
            if payment is None:
                return self._start(purchase, order_id)
            if payment.request_hash != purchase.wanted.hash:
                raise Refusal("idempotency_key_reused")
            if not _came_to_nothing(payment):
                return self._resume(purchase, payment)
        raise Refusal("too_many_attempts")

    def _start(self, purchase: Purchase, order_id: str) -> PaymentItem:
        payment, token = new_payment(purchase, order_id)
        breaker = demand_closed(clock.epoch_now()) if int(payment.amount) else CLOSED
        try:
            payment.save(PaymentItem.pk.does_not_exist())
        except PutError as error:
            if not condition_failed(error):
                raise
            present = find_payment(order_id)
            if present is None or present.token_hash != token.hash:
                raise Refusal("request_in_progress", retry_after=2) from error
            # The token is ours: the SDK repeated this very write because its answer was lost.
        return self._carry_out(purchase, payment, token, breaker)

    def _resume(self, purchase: Purchase, payment: PaymentItem) -> PaymentItem:
        """A repeat of a request: its answer again, or, when the first one crashed, on from what it left."""
        now = clock.epoch_now()
        if payment.status == "FAILED" and payment.reason in REFUSALS and not payment.checkout_request_id:
            raise _refusal(payment.reason, payment)
        if payment.status != "PENDING" or not payment.working_until:
            return payment
        if now < int(payment.working_until):
            raise Refusal("request_in_progress", retry_after=2)
        deadline = with_a_prompt(payment, now)
        if now >= int(payment.expires_at) or deadline < now + WORKING_SECONDS:
            return payment
        if int(payment.amount) and stock.taken_by(pool_of(payment), payment.order_id):
            # It crashed with stock in hand: a prompt may have gone out, and a second one might charge twice.
            return payment
        breaker = demand_closed(now) if int(payment.amount) else CLOSED
        token = new_token(payment.order_id)
        claimed = change(
            payment.order_id,
            [
                PaymentItem.working_until.set(now + WORKING_SECONDS),
                PaymentItem.token_hash.set(token.hash),
                PaymentItem.expires_at.set(deadline),
            ],
            (PaymentItem.status == "PENDING") & (PaymentItem.working_until == int(payment.working_until)),
        )
        if claimed is None:
            raise Refusal("request_in_progress", retry_after=2)
        return self._carry_out(purchase, claimed, token, breaker)

    def _carry_out(
        self, purchase: Purchase, payment: PaymentItem, token: CallbackToken, breaker: Breaker
    ) -> PaymentItem:
        logger.append_keys(order_id=payment.order_id)
        self._queue.ask(payment.order_id, attempt=0, delay_seconds=settings().check_delays_seconds[0])
        now = clock.epoch_now()
        if int(payment.amount) and not guard_phone(payment.phone_number, payment.order_id, latest(payment), now):
            self._give_up(payment, "payment_in_progress", breaker)
        try:
            if payment.max_per_customer and not allowance.take(payment, now, end_unpaid):
                self._give_up(payment, "customer_limit", breaker)
            held = _hold(payment, now)
        except (stock.StockMoving, allowance.AllowanceMoving):
            self._give_up(payment, "stock_moving", breaker)
        except stock.SalesStopped:
            self._give_up(payment, "sales_stopped", breaker)
        if not held:
            metrics.add_metric("SoldOut", MetricUnit.Count, 1)
            self._give_up(payment, "sold_out" if int(payment.quantity) == 1 else "too_few_left", breaker)
        if not int(payment.amount):
            mark_free(payment.order_id)
            return find_payment(payment.order_id) or payment
        return self._push(purchase, payment, token, breaker)

    def _give_up(self, payment: PaymentItem, reason: str, breaker: Breaker) -> NoReturn:
        mark_failed(payment.order_id, reason)
        step_back(breaker, clock.epoch_now())
        raise _refusal(reason, payment)

    def _push(self, purchase: Purchase, payment: PaymentItem, token: CallbackToken, breaker: Breaker) -> PaymentItem:
        if self._daraja is None:
            raise RuntimeError("nobody is asked for money here")
        now = clock.epoch_now()
        seconds = min(left_for_mpesa(payment, now), settings().mpesa_timeout_seconds)
        if seconds < LEAST_PUSH_SECONDS or now + PUSH_MARGIN_SECONDS >= int(payment.expires_at):
            self._give_up(payment, "took_too_long", breaker)
        outcome = self._daraja.push(
            phone_number=payment.phone_number,
            amount=int(payment.amount),
            account_reference=payment.account_reference,
            callback_url=f"{purchase.callback_base}/payments/{token}/result",
            now=clock.utc_now(),
            seconds=seconds,
        )
        try:
            return self._record(payment, outcome, breaker)
        finally:
            failed = isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and outcome.down)
            note(breaker, failed, clock.epoch_now())

    def _record(self, payment: PaymentItem, outcome: Accepted | Refused | Unknown, breaker: Breaker) -> PaymentItem:
        match outcome:
            case Accepted():
                return _record_accepted(payment, outcome)
            case Refused(reason, detail, alert):
                log = logger.error if alert else logger.warning
                log("STK push refused", extra={"detail": detail})
                if alert:
                    metrics.add_metric("ConfigurationRefused", MetricUnit.Count, 1)
                self._give_up(payment, reason, breaker)
            case Unknown(detail):
                logger.error("STK push with an unknown outcome", extra={"detail": detail})
                metrics.add_metric("PushesUnknown", MetricUnit.Count, 1)
        return change(payment.order_id, [PaymentItem.working_until.set(0)], PaymentItem.pk.exists()) or payment


def _came_to_nothing(payment: PaymentItem) -> bool:
    """Refused here or by M-PESA before anything reached the phone: the same request may be made anew."""
    refused = payment.status == "FAILED" and payment.reason in REFUSALS and not payment.checkout_request_id
    return refused and payment.reason not in LASTING_REFUSALS


def _hold(payment: PaymentItem, now: int) -> bool:
    """A buyer who finds too little brings back the lapsed holds of others first: stock returns even without a sweep."""
    pool, quantity, until = pool_of(payment), int(payment.quantity), int(payment.expires_at)
    if stock.hold(pool, payment.order_id, quantity, until):
        return True
    return reclaim(pool, now) > 0 and stock.hold(pool, payment.order_id, quantity, until)


def _record_accepted(payment: PaymentItem, accepted: Accepted) -> PaymentItem:
    actions: list[Action] = [
        PaymentItem.working_until.set(0),
        PaymentItem.merchant_request_id.set(accepted.merchant_request_id),
        PaymentItem.checkout_request_id.set(accepted.checkout_request_id),
        PaymentItem.gsi1_pk.set(f"CHECKOUT#{accepted.checkout_request_id}"),
        PaymentItem.gsi1_sk.set(payment.order_id),
    ]
    deadline = with_a_prompt(payment, clock.epoch_now())
    if deadline > int(payment.expires_at):
        actions.append(PaymentItem.expires_at.set(deadline))
    checkout = PaymentItem.checkout_request_id
    # Its own id may be there already: the SDK repeats a write whose answer was lost.
    ours = checkout.does_not_exist() | (checkout == accepted.checkout_request_id)
    recorded = change(payment.order_id, actions, ours)
    if recorded is None:
        put_to_review(payment.order_id, "two pushes were accepted for one payment")
    logger.info("STK push accepted", extra={"checkout_request_id": accepted.checkout_request_id})
    return recorded or payment


def _refusal(reason: str, payment: PaymentItem) -> Refusal:
    words = REFUSALS[reason]
    retry_after = 3 if reason == "stock_moving" else 30 if words.status == 503 else None
    return Refusal(
        reason,
        retry_after=retry_after,
        ticket_type=payment.ticket_type,
        quantity=int(payment.quantity),
        most=int(payment.max_per_customer or 0),
    )
