"""The simulator's state as JSON: for tests, and for the page."""

from datetime import datetime

from local.daraja import nairobi
from local.daraja.locations import without_token
from local.daraja.payments import Delivery, Payment
from local.daraja.phones import Phone
from local.daraja.world import World

PAYMENTS_ON_THE_PAGE = 40


def delivery_view(delivery: Delivery) -> dict[str, object]:
    return {
        "kind": delivery.kind,
        "url": without_token(delivery.url),
        "at": nairobi.iso_utc(delivery.at),
        "status": delivery.status,
        "problem": delivery.problem,
        "answer": delivery.answer,
        "milliseconds": delivery.milliseconds,
    }


def payment_view(payment: Payment) -> dict[str, object]:
    """Amount in whole KES."""
    result = payment.result
    return {
        "checkout_request_id": payment.checkout_request_id,
        "merchant_request_id": payment.merchant_request_id,
        "phone_number": payment.push.phone,
        "amount": payment.push.amount,
        "account_reference": payment.push.account_reference,
        "description": payment.push.description,
        "callback_url": without_token(payment.push.callback_url),
        "state": payment.state,
        "result_code": result.code if result else None,
        "result_desc": result.callback_text if result else None,
        "receipt": payment.receipt,
        "created_at": nairobi.iso_utc(payment.created),
        "expires_at": nairobi.iso_utc(payment.deadline),
        "settled_at": _optional(payment.settled),
        "callback_due_at": _optional(payment.callback_due),
        "callback_done": payment.told.is_set(),
        "callback_plan": payment.plan.callback.model_dump(mode="json"),
        "push_answer": payment.pushed_as,
        "fault": payment.fault,
        "queries": payment.queries,
        "callbacks": [delivery_view(delivery) for delivery in payment.deliveries],
    }


def delivery_for_tests(delivery: Delivery) -> dict[str, object]:
    return {**delivery_view(delivery), "body": delivery.body}


def payment_for_tests(payment: Payment) -> dict[str, object]:
    """With the push as it came, callback URL and all, and the bodies that were posted."""
    bodies = [delivery_for_tests(delivery) for delivery in payment.deliveries]
    return {**payment_view(payment), "callbacks": bodies, "push": dict(payment.body)}


def phone_view(world: World, phone: Phone) -> dict[str, object]:
    prompt = world.payments.open_on(phone.number)
    return {
        "phone_number": phone.number,
        "behaviour": world.phones.plan_of(phone.number).behaviour,
        "prompt": prompt_view(world, prompt) if prompt else None,
        "messages": [
            {"at": nairobi.iso_utc(message.at), "sender": message.sender, "text": message.text}
            for message in phone.messages
        ],
    }


def prompt_view(world: World, payment: Payment) -> dict[str, object]:
    pushed = payment.push
    return {
        "checkout_request_id": payment.checkout_request_id,
        "amount": pushed.amount,
        "account_reference": pushed.account_reference,
        "text": f"Do you want to pay KES {pushed.amount:,} to {world.options.business_name} "
        f"({pushed.short_code}) Account no. {pushed.account_reference}?",
        "created_at": nairobi.iso_utc(payment.created),
        "expires_at": nairobi.iso_utc(payment.deadline),
    }


def page_state(world: World) -> dict[str, object]:
    recent = world.payments.newest(PAYMENTS_ON_THE_PAGE)
    numbers = dict.fromkeys(payment.push.phone for payment in recent)
    phones = [world.phones.get(number) for number in numbers]
    phones += [phone for phone in world.phones.known()[-PAYMENTS_ON_THE_PAGE:] if phone.number not in numbers]
    return {
        "now": nairobi.iso_utc(nairobi.now()),
        "pin": world.options.pin,
        "business_name": world.options.business_name,
        "default_behaviour": world.phones.defaults.behaviour,
        "chaos": world.chaos.request.model_dump(mode="json"),
        "payment_count": len(world.payments),
        "phones": [phone_view(world, phone) for phone in phones],
        "payments": [payment_view(payment) for payment in recent],
    }


def _optional(moment: datetime | None) -> str | None:
    return nairobi.iso_utc(moment) if moment else None
