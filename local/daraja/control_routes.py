"""/simulator: how tests and the page drive the phones."""

from typing import cast, get_args

from aiohttp import web

from local.daraja import stk, views
from local.daraja.chaos import Chaos, ChaosRequest
from local.daraja.control import Misuse, found_payment, object_body, open_prompt, phone_number
from local.daraja.exchange import WORLD
from local.daraja.initiator_plans import Operation
from local.daraja.payments import Payment
from local.daraja.plans import changed
from local.daraja.results import result

PAYMENTS_LISTED = 200


async def health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "payments": len(request.app[WORLD].payments)})


async def reset(request: web.Request) -> web.Response:
    request.app[WORLD].forget_everything()
    return web.Response(status=204)


async def set_phone(request: web.Request) -> web.Response:
    world, number = request.app[WORLD], phone_number(request)
    world.phones.get(number)
    plan = world.phones.set_plan(number, await object_body(request))
    world.changes.announce()
    return web.json_response(plan.model_dump(mode="json"))


async def get_phone(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response(views.phone_view(world, world.phones.get(phone_number(request))))


async def forget_phone(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    world.phones.forget_plan(phone_number(request))
    world.changes.announce()
    return web.Response(status=204)


async def set_defaults(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    plan = world.phones.change_defaults(await object_body(request))
    world.changes.announce()
    return web.json_response(plan.model_dump(mode="json"))


async def enter_pin(request: web.Request) -> web.Response:
    payment, body = open_prompt(request), await object_body(request)
    pin = body.get("pin")
    if not (isinstance(pin, str) and len(pin) == 4 and pin.isascii() and pin.isdigit()):
        raise Misuse(422, "An M-PESA PIN has four digits.")
    return _answered(payment, stk.enter_pin(request.app[WORLD], payment, pin))


async def cancel(request: web.Request) -> web.Response:
    payment = open_prompt(request)
    return _answered(payment, stk.cancel(payment))


async def end_prompt(request: web.Request) -> web.Response:
    """With any result code, as if the network had ended it."""
    payment, body = open_prompt(request), await object_body(request)
    code, text = body.get("result_code"), body.get("result_desc")
    if not isinstance(code, str) or not code:
        raise Misuse(422, "result_code must be a string.")
    return _answered(payment, payment.decide(result(code, text if isinstance(text, str) else None)))


async def list_payments(request: web.Request) -> web.Response:
    try:
        limit = int(request.query.get("limit", PAYMENTS_LISTED))
    except ValueError:
        raise Misuse(422, "limit must be a number.") from None
    newest = request.app[WORLD].payments.newest(limit)
    return web.json_response({"payments": [views.payment_for_tests(payment) for payment in newest]})


async def get_payment(request: web.Request) -> web.Response:
    return web.json_response(views.payment_for_tests(found_payment(request)))


async def change_payment(request: web.Request) -> web.Response:
    """Callback and query of a payment that is under way; how it ends is asked for with a PIN, or a result."""
    payment, body = found_payment(request), await object_body(request)
    if set(body) - {"callback", "query"}:
        raise Misuse(422, "Only callback and query can be changed once a push was taken.")
    payment.plan = changed(payment.plan, body)
    request.app[WORLD].changes.announce()
    return web.json_response(views.payment_for_tests(payment))


async def send_callback(request: web.Request) -> web.Response:
    """Again, with what the body changes; a callback that was lost before is sent now."""
    world, payment = request.app[WORLD], found_payment(request)
    if payment.is_open:
        raise Misuse(409, "The payment has no result yet: there is nothing to call back with.")
    plan = changed(
        changed(payment.plan, {"callback": {"lost": False, "delay_seconds": 0, "copies": 1}}),
        {"callback": dict(await object_body(request))},
    ).callback
    if plan.delay_seconds:
        world.spawn(stk.send_callback(world, payment, plan))
        return web.json_response(views.payment_for_tests(payment), status=202)
    await stk.send_callback(world, payment, plan)
    return web.json_response(views.payment_for_tests(payment))


async def set_chaos(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    chaos = ChaosRequest.model_validate(await object_body(request))
    world.chaos = Chaos(chaos)
    world.changes.announce()
    return web.json_response(chaos.model_dump(mode="json"))


async def revoke_tokens(request: web.Request) -> web.Response:
    """Every token handed out so far is refused from now on."""
    request.app[WORLD].tokens.revoke_all()
    return web.Response(status=204)


async def certificate(request: web.Request) -> web.Response:
    key = request.app[WORLD].credential_key
    if key is None:
        raise Misuse(404, "There is a certificate with --check-security-credential only.")
    return web.Response(text=key.certificate(), content_type="application/x-pem-file")


async def set_oauth(request: web.Request) -> web.Response:
    plan = request.app[WORLD].oauth_plans.set_plan(await object_body(request))
    return web.json_response(plan.model_dump(mode="json"))


async def set_initiator(request: web.Request) -> web.Response:
    """For the next reversals, b2c payments or transaction_status questions."""
    operation = request.match_info["operation"]
    if operation not in get_args(Operation):
        raise Misuse(404, f"There are {', '.join(get_args(Operation))}.")
    plan = request.app[WORLD].initiator_plans.set_plan(cast(Operation, operation), await object_body(request))
    return web.json_response(plan.model_dump(mode="json"))


async def list_results(request: web.Request) -> web.Response:
    """Results and confirmations that were posted for anything but an STK push, newest first."""
    results = request.app[WORLD].results[::-1][:PAYMENTS_LISTED]
    return web.json_response({"results": [views.delivery_for_tests(delivery) for delivery in results]})


def _answered(payment: Payment, was_open: bool) -> web.Response:
    if not was_open:
        raise Misuse(409, "This prompt was answered a moment ago.")
    return web.json_response({"checkout_request_id": payment.checkout_request_id})


ROUTES = (
    web.get("/simulator/health", health),
    web.post("/simulator/reset", reset),
    web.put("/simulator/defaults", set_defaults),
    web.post("/simulator/chaos", set_chaos),
    web.delete("/simulator/tokens", revoke_tokens),
    web.get("/simulator/certificate", certificate),
    web.put("/simulator/oauth", set_oauth),
    web.put("/simulator/initiator/{operation}", set_initiator),
    web.get("/simulator/results", list_results),
    web.put("/simulator/phones/{number}", set_phone),
    web.get("/simulator/phones/{number}", get_phone),
    web.delete("/simulator/phones/{number}", forget_phone),
    web.post("/simulator/phones/{number}/pin", enter_pin),
    web.post("/simulator/phones/{number}/cancel", cancel),
    web.post("/simulator/phones/{number}/result", end_prompt),
    web.post("/simulator/prompts/{checkout_request_id}/pin", enter_pin),
    web.post("/simulator/prompts/{checkout_request_id}/cancel", cancel),
    web.post("/simulator/prompts/{checkout_request_id}/result", end_prompt),
    web.get("/simulator/payments", list_payments),
    web.get("/simulator/payments/{checkout_request_id}", get_payment),
    web.patch("/simulator/payments/{checkout_request_id}", change_payment),
    web.post("/simulator/payments/{checkout_request_id}/callback", send_callback),
)
