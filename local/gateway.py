"""python -m local.gateway: the API at an address of its own, with the documentation beside it.

A reverse proxy before MiniStack's API Gateway. It changes nothing on the way, but lets only a few requests through at
once, since each of them takes a Python process of its own, and refuses bodies above API Gateway's 10 MB.
"""

import argparse
import asyncio
import json
import logging
import signal
import socket
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web
from multidict import CIMultiDict
from yarl import URL

from local.gateway_responses import gateway_response
from local.pages import add_pages

MAX_BODY_BYTES = 10 * 1024 * 1024
# API Gateway waits 29 s. Here a burst shares one machine with the processes it starts, which is no fault of the
# functions; their own timeouts, which the template keeps below 29 s, hold as they are.
INTEGRATION_SECONDS = 120
HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade", "host", "content-length", "x-forwarded-for",
}  # fmt: skip
SENT_BY_ITSELF = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


@dataclass(frozen=True)
class Upstream:
    """An API of MiniStack: `url` is that of its stage, which clients reach under `prefix`."""

    url: str
    prefix: str = "/v1"
    max_in_flight: int = 8
    responses: Mapping[str, Any] | None = None
    """Gateway responses by type, as in an OpenAPI body."""
    seconds: float = INTEGRATION_SECONDS


class Gateway:
    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._places = asyncio.Semaphore(upstream.max_in_flight)
        self._session: ClientSession | None = None

    async def run(self, app: web.Application) -> AsyncGenerator[None]:
        """aiohttp's cleanup context: the client lives as long as the server."""
        async with ClientSession(
            connector=TCPConnector(limit=0),
            timeout=ClientTimeout(total=self._upstream.seconds),
            auto_decompress=False,
            skip_auto_headers=SENT_BY_ITSELF,
        ) as self._session:
            yield

    async def forward(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(request, "REQUEST_TOO_LARGE", 413, "Request Too Long")
        try:
            async with self._places:
                return await self._exchange(request, body)
        except TimeoutError:
            return self._refuse(request, "INTEGRATION_TIMEOUT", 504, "Endpoint request timed out")
        except ClientError as error:
            logging.warning("the embedded AWS does not answer: %s", error)
            return self._refuse(request, "INTEGRATION_FAILURE", 504, "Internal server error")

    async def _exchange(self, request: web.Request, body: bytes) -> web.StreamResponse:
        assert self._session is not None, "the server runs only within run()"
        target = URL(self._upstream.url + request.raw_path.removeprefix(self._upstream.prefix), encoded=True)
        async with self._session.request(
            request.method, target, headers=_forwarded(request), data=body, allow_redirects=False
        ) as answer:
            content = await answer.read()
            if answer.status >= 500 and _made_by_gateway(content):
                logging.warning("%s %s: %s", request.method, request.path, content.decode(errors="replace"))
                return self._refuse(request, "INTEGRATION_FAILURE", answer.status, "Internal server error")
            headers = CIMultiDict(item for item in answer.headers.items() if item[0].lower() not in HOP_BY_HOP)
            return web.Response(status=answer.status, headers=headers, body=content)

    def _refuse(self, request: web.Request, response_type: str, status: int, message: str) -> web.Response:
        refusal = gateway_response(
            self._upstream.responses or {},
            response_type,
            status,
            message,
            request_id=str(uuid.uuid4()),
            request_headers=request.headers,
        )
        return web.Response(status=refusal.status, headers=refusal.headers, text=refusal.body)


def _forwarded(request: web.Request) -> CIMultiDict[str]:
    headers = CIMultiDict(item for item in request.headers.items() if item[0].lower() not in HOP_BY_HOP)
    headers["Host"] = request.host
    # MiniStack takes its first entry for the caller's address, which on AWS no caller can choose.
    headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
    # API Gateway treats an answer to a client that names no media type as binary where */* is; MiniStack does not.
    headers.setdefault("Accept", "*/*")
    return headers


def _made_by_gateway(content: bytes) -> bool:
    """Whether the gateway wrote this error, not a function: MiniStack gives it no gateway response."""
    try:
        return set(json.loads(content)) == {"message"}
    except (ValueError, TypeError):
        return False


def application(upstream: Upstream, stack_file: Path | None = None) -> web.Application:
    gateway = Gateway(upstream)
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.cleanup_ctx.append(gateway.run)
    app.router.add_route("*", upstream.prefix, gateway.forward)
    # Any path, escaped line breaks too, which a dot would not match.
    app.router.add_route("*", upstream.prefix + r"/{path:[\s\S]*}", gateway.forward)
    add_pages(app, upstream.prefix, stack_file)
    return app


async def serve(app: web.Application, listening: socket.socket) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, listening, backlog=1024).start()
    print("gateway ready", flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.gateway", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a bound socket")
    parser.add_argument("--upstream", required=True, help="the stage's address at MiniStack")
    parser.add_argument("--max-in-flight", type=int, default=8)
    parser.add_argument("--gateway-responses", type=Path, required=True, help="JSON, by response type")
    parser.add_argument("--stack-file", type=Path, required=True)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    upstream = Upstream(
        url=given.upstream,
        max_in_flight=given.max_in_flight,
        responses=json.loads(given.gateway_responses.read_text()),
    )
    asyncio.run(serve(application(upstream, given.stack_file), socket.socket(fileno=given.socket)))


if __name__ == "__main__":
    main()
