"""STK push and query: the prompt on the phone, its end, and telling it."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

from local.daraja import answers, c2b, identifiers, msisdn, nairobi, text_messages
from local.daraja.answers import Answer, Refused
from local.daraja.callbacks import Outcome, callback_body
from local.daraja.ledger import Entry
from local.daraja.locations import with_forged_token
from local.daraja.payments import Delivery, Payment
from local.daraja.plans import Behaviour, CallbackPlan, Plan
from local.daraja.push_answers import push_answer, reaches_the_phone, seconds_before_answer
from local.daraja.push_rules import Push, check_password, check_push
from local.daraja.queries import query_answer
from local.daraja.results import CANCELLED, INSUFFICIENT_FUNDS, NO_ANSWER, PAID, RULE_LIMITED, WRONG_PIN, Result, result
from local.daraja.text_messages import TextMessage
from local.daraja.world import World

logger = logging.getLogger(__name__)

SECONDS_UNTIL_AN_AUTOMATIC_ANSWER = 0.2
REPEAT_LIMIT = timedelta(minutes=2)

_ENDS: dict[Behaviour, Result] = {
    "approve": PAID,
    "cancel": CANCELLED,
    "wrong_pin": WRONG_PIN,
    "insufficient_funds": INSUFFICIENT_FUNDS,
}


async def push(world: World, body: Mapping[str, object]) -> Answer:
    """Raises Refused where Daraja does."""
    checked = check_push(body, world.credentials, nairobi.now())
    if world.payments.open_on(checked.phone) is not None:
        raise Refused(answers.SUBSCRIBER_LOCKED)
    plan, fault = world.chaos.bend(world.phones.take_plan(checked.phone))
    if plan.push.answer == "token_rejected":
        world.tokens.revoke_all()
    if not reaches_the_phone(plan.push):
        logger.info(
            "push KES %d from %s refused by plan: %s", checked.amount, msisdn.mask(checked.phone), plan.push.answer
        )
        return push_answer(plan.push, "", "")
    payment = _begin(world, checked, body, plan, fault)
    if plan.callback.before_answer:
        await payment.told.wait()
    await asyncio.sleep(seconds_before_answer(plan.push))
    return push_answer(plan.push, payment.merchant_request_id, payment.checkout_request_id)


def query(world: World, body: Mapping[str, object]) -> Answer:
    """Raises Refused where Daraja does."""
    moment = nairobi.now()
    if world.query_limit is not None and not world.query_limit.allows(moment):
        return answers.too_many_requests(world.options.queries_per_minute or 0)
    check_password(body, world.credentials, moment)
    checkout_request_id = body.get("CheckoutRequestID")
    if not isinstance(checkout_request_id, str) or not checkout_request_id:
        raise Refused(answers.invalid("CheckoutRequestID"))
    payment = world.payments.get(checkout_request_id)
    if payment is None:
        raise Refused(answers.DOES_NOT_EXIST)
    payment.queries += 1
    if payment.plan.query.shape == "token_rejected":
        world.tokens.revoke_all()
    world.changes.announce()
    return query_answer(payment, payment.plan.query)


def enter_pin(world: World, payment: Payment, pin: str) -> bool:
    """False when the prompt is gone."""
    return payment.decide(PAID if pin == world.options.pin else WRONG_PIN)


def cancel(payment: Payment) -> bool:
    return payment.decide(CANCELLED)


def _begin(world: World, checked: Push, body: Mapping[str, object], plan: Plan, fault: str | None) -> Payment:
    moment = nairobi.now()
    payment = Payment(
        merchant_request_id=identifiers.merchant_request_id(),
        checkout_request_id=_unused_checkout_request_id(world, checked.phone),
        push=checked,
        body={key: value for key, value in body.items() if key != "Password"},
        created=moment,
        deadline=moment + timedelta(seconds=world.options.prompt_seconds),
        plan=plan,
        fault=fault,
        decision=asyncio.get_running_loop().create_future(),
        pushed_as=plan.push.answer,
    )
    world.phones.get(checked.phone)
    world.payments.add(payment)
    logger.info(
        "push KES %d for account %s to %s accepted as %s",
        checked.amount,
        checked.account_reference,
        msisdn.mask(checked.phone),
        payment.merchant_request_id,
    )
    world.changes.announce()
    world.spawn(_follow(world, payment))
    return payment


def _unused_checkout_request_id(world: World, phone: str) -> str:
    """Three random digits in a second are few when one phone is pushed in a loop."""
    while True:
        checkout_request_id = identifiers.checkout_request_id(nairobi.now(), phone)
        if world.payments.get(checkout_request_id) is None:
            return checkout_request_id


async def _follow(world: World, payment: Payment) -> None:
    try:
        _settle(world, payment, await _decision(world, payment))
        await _tell(world, payment)
    finally:
        payment.told.set()


async def _decision(world: World, payment: Payment) -> Result:
    planned, seconds = _planned_end(world, payment)
    try:
        return await asyncio.wait_for(asyncio.shield(payment.decision), seconds)
    except TimeoutError:
        payment.decide(planned)
        return payment.decision.result()


def _planned_end(world: World, payment: Payment) -> tuple[Result, float]:
    """What ends the prompt when no person does, and after how many seconds."""
    plan, delay = payment.plan, payment.plan.delay_seconds
    automatic = SECONDS_UNTIL_AN_AUTOMATIC_ANSWER if delay is None else delay
    last = world.payments.last_paid(payment.push.phone, payment.push.amount)
    if world.options.limit_repeats and last is not None and payment.created - last < REPEAT_LIMIT:
        return RULE_LIMITED, automatic
    if plan.behaviour == "result":
        return result(plan.result_code or "", plan.result_desc), automatic
    if plan.behaviour in ("manual", "no_answer"):
        wanted = delay if plan.behaviour == "no_answer" else None
        return NO_ANSWER, world.options.prompt_seconds if wanted is None else wanted
    return _ENDS[plan.behaviour], automatic


def _settle(world: World, payment: Payment, decided: Result) -> None:
    moment, pushed = nairobi.now(), payment.push
    receipt = (payment.plan.callback.receipt or identifiers.receipt_number(moment)) if decided.is_paid else None
    world.payments.settle(payment, decided, moment, receipt)
    phone, business = world.phones.get(pushed.phone), world.options.business_name
    if receipt is not None:
        if world.ledger.get(receipt) is None:
            world.ledger.add(Entry(receipt, "payment", pushed.amount, pushed.phone, pushed.account_reference, moment))
        balance = phone.pay(pushed.amount)
        text = text_messages.paid(receipt, pushed.amount, business, pushed.account_reference, moment, balance)
    else:
        text = text_messages.not_paid(decided, pushed.amount, business)
    if text is not None:
        phone.messages.appendleft(TextMessage(moment, text))
    logger.info("payment %s ended with %s", payment.merchant_request_id, decided.code)
    world.changes.announce()


async def _tell(world: World, payment: Payment) -> None:
    """The callback and, where a confirmation URL is registered, C2B's confirmation: unordered on purpose."""
    order = payment.plan.callback.confirmation
    if order == "before":
        await c2b.confirm_stk_payment(world, payment)
    await send_callback(world, payment, payment.plan.callback)
    payment.told.set()
    if order == "after":
        await c2b.confirm_stk_payment(world, payment)


async def send_callback(world: World, payment: Payment, plan: CallbackPlan) -> None:
    if plan.lost:
        logger.info("callback of %s lost by plan", payment.merchant_request_id)
        return
    if plan.delay_seconds:
        payment.callback_due = nairobi.now() + timedelta(seconds=plan.delay_seconds)
        world.changes.announce()
        await asyncio.sleep(plan.delay_seconds)
        payment.callback_due = None
    for copy in range(plan.copies):
        if copy and plan.spacing_seconds:
            await asyncio.sleep(plan.spacing_seconds)
        await _post_callback(world, payment, plan)


async def _post_callback(world: World, payment: Payment, plan: CallbackPlan) -> None:
    assert payment.result is not None and payment.settled is not None, "only a finished payment has a callback"
    pushed = payment.push
    outcome = Outcome(
        merchant_request_id=payment.merchant_request_id,
        checkout_request_id=payment.checkout_request_id,
        result=payment.result,
        amount=pushed.amount,
        receipt=payment.receipt,
        phone=pushed.phone,
        settled=payment.settled,
    )
    url = with_forged_token(pushed.callback_url) if plan.forged_token else pushed.callback_url
    delivery = Delivery("callback", url, nairobi.now(), callback_body(outcome, plan))
    payment.deliveries.append(delivery)
    world.changes.announce()
    await world.postman.post(delivery, {"Businessshortcode": pushed.short_code})
    world.changes.announce()
