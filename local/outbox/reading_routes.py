"""What a person and a test ask the outbox: the page, the messages, and that the next ones go wrong."""

from pathlib import Path

from aiohttp import web

from local.outbox.mailbox import CHANNELS, FAULTS, Message
from local.outbox.provider_routes import MAILBOX

FILES = Path(__file__).parent / "page"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'",
}
_FOREIGN = {**_HEADERS, "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}
"""For what messages brought along: it may show itself, and do nothing."""


async def index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(FILES / "index.html", headers=_HEADERS)


async def asset(request: web.Request) -> web.FileResponse:
    file = FILES / request.match_info["name"]
    if file.suffix not in (".css", ".js") or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_HEADERS)


async def messages(request: web.Request) -> web.Response:
    """All messages, the oldest first; `?to=` only those of a phone number or an address."""
    found = request.app[MAILBOX].to(request.query.get("to", "").strip())
    return web.json_response({"messages": [message.view() for message in found]}, headers=_HEADERS)


async def html(request: web.Request) -> web.Response:
    return web.Response(text=_message(request).html, content_type="text/html", headers=_FOREIGN)


async def attachment(request: web.Request) -> web.Response:
    files, number = _message(request).attachments, int(request.match_info["number"])
    if number >= len(files):
        raise web.HTTPNotFound
    file = files[number]
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{file.name}"'}
    return web.Response(body=file.content, content_type=file.content_type, headers=headers)


async def faults(request: web.Request) -> web.Response:
    """PUT {"sms": ["busy", …], "email": […]}: how the next messages go wrong, one after the other."""
    wanted = await request.json()
    if not isinstance(wanted, dict) or not set(wanted) <= set(CHANNELS):
        raise web.HTTPBadRequest(text=f"say what goes wrong by channel: {CHANNELS}")
    if any(fault not in FAULTS for planned in wanted.values() for fault in planned):
        raise web.HTTPBadRequest(text=f"what can go wrong: {FAULTS}")
    for channel in CHANNELS:
        if channel in wanted:
            request.app[MAILBOX].plan(channel, wanted[channel])
    return web.json_response(wanted)


def _message(request: web.Request) -> Message:
    found = request.app[MAILBOX].find(request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound
    return found


ROUTES = (
    web.get("/", index),
    web.get("/assets/{name}", asset),
    web.get("/messages", messages),
    web.get("/messages/{id}/html", html),
    web.get(r"/messages/{id}/attachments/{number:\d+}", attachment),
    web.put("/faults", faults),
)
