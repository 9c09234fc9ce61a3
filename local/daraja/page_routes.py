"""The handset in the browser: its files, and the stream that keeps it up to date."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from local.daraja.exchange import WORLD
from local.daraja.views import page_state

FILES = Path(__file__).parent / "page"
SECONDS_BETWEEN_STATES = 0.1
SECONDS_BETWEEN_SIGNS_OF_LIFE = 15.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'",
}


async def index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(FILES / "index.html", headers=_HEADERS)


async def asset(request: web.Request) -> web.FileResponse:
    file = FILES / request.match_info["name"]
    if file.suffix not in (".css", ".js") or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_HEADERS)


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: the whole state, whenever it changed, at most ten times a second."""
    world = request.app[WORLD]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    changed = world.changes.listen()
    try:
        while True:
            try:
                await asyncio.wait_for(changed.wait(), SECONDS_BETWEEN_SIGNS_OF_LIFE)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            changed.clear()
            await response.write(f"event: state\ndata: {json.dumps(page_state(world))}\n\n".encode())
            await asyncio.sleep(SECONDS_BETWEEN_STATES)
    except ConnectionError:
        return response
    finally:
        world.changes.stop_listening(changed)


ROUTES = (
    web.get("/", index),
    web.get("/assets/{name}", asset),
    web.get("/simulator/events", events),
)
