"""What every /simulator endpoint needs: numbers, bodies and prompts found, and mistakes explained to people."""

from collections.abc import Mapping

from aiohttp import web
from pydantic import ValidationError

from local.daraja import msisdn
from local.daraja.exchange import WORLD, Handler, json_object
from local.daraja.payments import Payment


class Misuse(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@web.middleware
async def explain_misuse(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Misuse as misuse:
        return web.json_response({"message": str(misuse)}, status=misuse.status)
    except ValidationError as error:
        problems = [
            {"field": ".".join(str(step) for step in problem["loc"]), "message": problem["msg"]}
            for problem in error.errors()
        ]
        return web.json_response({"message": "The body is not valid.", "errors": problems}, status=422)


async def object_body(request: web.Request) -> Mapping[str, object]:
    """An absent body is an empty object."""
    if not request.can_read_body:
        return {}
    body = await json_object(request)
    if body is None:
        raise Misuse(400, "The body must be a JSON object.")
    return body


def phone_number(request: web.Request) -> str:
    try:
        return msisdn.normalise(request.match_info["number"])
    except ValueError as error:
        raise Misuse(422, f"That is {error}.") from None


def found_payment(request: web.Request) -> Payment:
    payment = request.app[WORLD].payments.get(request.match_info["checkout_request_id"])
    if payment is None:
        raise Misuse(404, "No payment has this CheckoutRequestID.")
    return payment


def open_prompt(request: web.Request) -> Payment:
    """By the payment in the path, or by the phone in it."""
    if "number" in request.match_info:
        payment = request.app[WORLD].payments.open_on(phone_number(request))
        if payment is None:
            raise Misuse(404, "This phone shows no prompt.")
        return payment
    payment = found_payment(request)
    if not payment.is_open:
        raise Misuse(409, "This prompt is gone: the payment has its result.")
    return payment
