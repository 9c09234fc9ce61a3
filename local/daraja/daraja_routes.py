"""Daraja's own endpoints."""

from aiohttp import web

from local.daraja import answers, nairobi, stk
from local.daraja.answers import Refused
from local.daraja.exchange import WORLD, check_bearer, daraja_body, send
from local.daraja.tokens import check_basic


async def generate_token(request: web.Request) -> web.Response:
    world = request.app[WORLD]
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


ROUTES = (
    web.get("/oauth/v1/generate", generate_token),
    web.post("/mpesa/stkpush/v1/processrequest", process_request),
    web.post("/mpesa/stkpushquery/v1/query", query),
)
