"""What the gateway serves beside the API: a page that says where everything is, and the API reference."""

import importlib.resources
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from local.options import ROOT

OPENAPI = ROOT / "docs/openapi.json"
REFERENCE = ROOT / "local/openapi/page.html"
# Swagger UI comes with a package that is installed anyway, so the page works without a network.
SWAGGER = importlib.resources.files("aws_lambda_powertools") / "event_handler/openapi/swagger_ui"

HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)

INDEX = (
    HEAD
    + """<title>Tiketi Tamasha, local</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>
<h1>Tiketi Tamasha</h1><p>The local stack is running. The API is under <code>%(prefix)s</code>.</p>
<ul>%(links)s</ul></html>"""
)

NO_REFERENCE = (
    HEAD
    + """<title>Tiketi Tamasha API</title>
<p>There is no docs/openapi.json in this checkout yet. <a href="/">Back</a></html>"""
)


def add_pages(app: web.Application, prefix: str, stack_file: Path | None) -> None:
    def stack() -> dict[str, str]:
        """Empty until the stack is complete."""
        return json.loads(stack_file.read_text()) if stack_file and stack_file.exists() else {}

    async def index(request: web.Request) -> web.Response:
        links = {"API reference": "/docs", "stack.json": "/stack.json"}
        if "phone_url" in stack():
            links["Handset: the M-PESA prompts and the PIN"] = stack()["phone_url"]
        if "outbox_url" in stack():
            links["Outbox: the SMS and e-mails that were sent"] = stack()["outbox_url"]
        items = "".join(f'<li><a href="{url}">{text}</a></li>' for text, url in links.items())
        return _html(INDEX % {"prefix": prefix, "links": items})

    async def stack_json(request: web.Request) -> web.Response:
        return web.json_response(stack())

    async def reference(request: web.Request) -> web.Response:
        return _html(REFERENCE.read_text() if OPENAPI.exists() else NO_REFERENCE)

    async def openapi(request: web.Request) -> web.Response:
        if not OPENAPI.exists():
            raise web.HTTPNotFound
        document: dict[str, Any] = json.loads(OPENAPI.read_text())
        return web.json_response({**document, "servers": [{"url": prefix, "description": "this local stack"}]})

    async def asset(request: web.Request) -> web.Response:
        content_type = {"js": "text/javascript", "css": "text/css"}[request.match_info["kind"]]
        file = SWAGGER / f"{request.match_info['name']}.{request.match_info['kind']}"
        if not file.is_file():
            raise web.HTTPNotFound
        return web.Response(body=file.read_bytes(), content_type=content_type, charset="utf-8")

    app.router.add_get("/", index)
    app.router.add_get("/stack.json", stack_json)
    app.router.add_get("/docs", reference)
    app.router.add_get("/docs/openapi.json", openapi)
    app.router.add_get(r"/docs/{name:swagger-ui[a-z.-]*}.{kind:js|css}", asset)


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")
