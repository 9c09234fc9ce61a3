"""Between aiohttp and the rules: tokens, JSON bodies, answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from aiohttp import web

from local.daraja import answers, nairobi
from local.daraja.answers import Answer, Refusal, Refused
from local.daraja.world import World

WORLD = web.AppKey("world", World)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def send(request: web.Request, answer: Answer) -> web.Response:
    """A dropped answer closes the connection: the client sees it reset, as when a network fails."""
    if answer.is_dropped and isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
    return web.Response(status=answer.status or 500, text=answer.text, content_type=answer.content_type)


def check_bearer(request: web.Request, refusal: Refusal = answers.INVALID_ACCESS_TOKEN) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(answers.INVALID_AUTHENTICATOR)
    if not request.app[WORLD].tokens.accepts(token, nairobi.now()):
        raise Refused(refusal)


async def daraja_body(request: web.Request) -> Mapping[str, object]:
    """Any other content type leaves Daraja without fields, and it names the first that it misses."""
    if request.content_type != "application/json":
        raise Refused(answers.invalid("BusinessShortCode"))
    body = await json_object(request)
    if body is None:
        raise Refused(answers.INVALID_PAYLOAD)
    return body


async def json_object(request: web.Request) -> Mapping[str, object] | None:
    """None when the body is not a JSON object."""
    try:
        body: object = json.loads(await request.text())
    except (ValueError, UnicodeDecodeError):
        return None
    return cast(Mapping[str, object], body) if isinstance(body, dict) else None


@web.middleware
async def refuse_like_daraja(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return send(request, refused.refusal.answer)
    except web.HTTPNotFound:
        return send(request, answers.RESOURCE_NOT_FOUND.answer)
    except web.HTTPMethodNotAllowed:
        return send(request, answers.METHOD_NOT_ALLOWED.answer)
