"""Daraja's own endpoints."""

from aiohttp import web

from local.daraja import answers, c2b, initiator, nairobi, stk
from local.daraja.answers import Refused
from local.daraja.exchange import WORLD, check_bearer, daraja_body, send
from local.daraja.tokens import check_basic


async def generate_token(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    fault = world.oauth_plans.take()
    if fault is not None:
        return send(request, fault)
    refused = check_basic(request.headers.get("Authorization", ""), world.credentials)
    if refused is not None:
        return send(request, refused)
    if request.query.get("grant_type") != "client_credentials":
        raise Refused(answers.INVALID_GRANT_TYPE)
    return send(request, world.tokens.issue(nairobi.now()))


async def process_request(request: web.Request) -> web.Response:
    check_bearer(request)
    return send(request, await stk.push(request.app[WORLD], await daraja_body(request)))


async def query(request: web.Request) -> web.Response:
    check_bearer(request)
    return send(request, stk.query(request.app[WORLD], await daraja_body(request)))


async def reverse(request: web.Request) -> web.Response:
    check_bearer(request)
    return send(request, initiator.reverse(request.app[WORLD], await daraja_body(request)))


async def pay_out(request: web.Request) -> web.Response:
    check_bearer(request, answers.INVALID_ACCESS_TOKEN_B2C)
    return send(request, initiator.pay_out(request.app[WORLD], await daraja_body(request)))


async def ask_status(request: web.Request) -> web.Response:
    check_bearer(request)
    return send(request, initiator.ask_status(request.app[WORLD], await daraja_body(request)))


async def register_urls(request: web.Request) -> web.Response:
    check_bearer(request, answers.INVALID_ACCESS_TOKEN_C2B)
    return send(request, c2b.register(request.app[WORLD], await daraja_body(request)))


async def simulate_c2b(request: web.Request) -> web.Response:
    check_bearer(request, answers.INVALID_ACCESS_TOKEN_C2B)
    return send(request, c2b.simulate(request.app[WORLD], await daraja_body(request)))


ROUTES = (
    web.get("/oauth/v1/generate", generate_token),
    web.post("/mpesa/stkpush/v1/processrequest", process_request),
    web.post("/mpesa/stkpushquery/v1/query", query),
    web.post("/mpesa/reversal/v1/request", reverse),
    web.post("/mpesa/b2c/v3/paymentrequest", pay_out),
    web.post("/mpesa/transactionstatus/v1/query", ask_status),
    web.post("/mpesa/c2b/v2/registerurl", register_urls),
    web.post("/mpesa/c2b/v2/simulate", simulate_c2b),
)
