"""python -m local.outbox"""

import argparse
import asyncio
import signal

from aiohttp import web

from local.outbox import provider_routes, reading_routes
from local.outbox.mailbox import Mailbox
from local.outbox.provider_routes import MAILBOX

LARGEST_BODY = 40 * 1024 * 1024
"""SES takes no larger e-mail."""


def application() -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY)
    app[MAILBOX] = Mailbox()
    app.add_routes(provider_routes.ROUTES)
    app.add_routes(reading_routes.ROUTES)
    return app


async def serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    print(f"outbox ready on http://{host}:{runner.addresses[0][1]}", flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.outbox", description="Takes and shows SMS and e-mail.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    given = parser.parse_args()
    asyncio.run(serve(given.host, given.port))


if __name__ == "__main__":
    main()
