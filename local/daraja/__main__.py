"""python -m local.daraja"""

import argparse
import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from typing import get_args

from aiohttp import web

from local.daraja.application import application
from local.daraja.plans import Behaviour
from local.daraja.settings import Credentials, Options

SECONDS_TO_FINISH = 0.2
SANDBOX_QUERIES_PER_MINUTE = 5.0


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.daraja", description="A stand-in for Safaricom's Daraja.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8089, help="0 takes a free one")
    parser.add_argument("--prompt-seconds", type=float, default=60.0, help="life of a prompt; then the result is 1037")
    parser.add_argument("--default-behaviour", choices=get_args(Behaviour)[:-1], default="manual")
    parser.add_argument("--business-name", default="TIKETI TAMASHA", help="as the prompt and the SMS name it")
    parser.add_argument("--pin", default="1234", help="the right PIN of every phone")
    parser.add_argument(
        "--query-rate-limit",
        type=float,
        nargs="?",
        const=SANDBOX_QUERIES_PER_MINUTE,
        metavar="PER_MINUTE",
        help="limit STK queries as the sandbox does; off when left out",
    )
    parser.add_argument("--limit-repeats", action="store_true", help="result 17 for the same amount within two minutes")
    parser.add_argument(
        "--check-security-credential",
        action="store_true",
        help="SecurityCredential must hold the initiator's password, encrypted for /simulator/certificate",
    )
    parser.add_argument("--quiet", action="store_true", help="log warnings only")
    return parser.parse_args(given)


async def serve(host: str, port: int, options: Options) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = application(Credentials.from_environment(os.environ), options)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    bound_port = runner.addresses[0][1]
    print(f"daraja simulator ready on http://{host}:{bound_port}", flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    given = arguments()
    logging.basicConfig(level=logging.WARNING if given.quiet else logging.INFO, format="%(asctime)s daraja %(message)s")
    options = Options(
        prompt_seconds=given.prompt_seconds,
        default_behaviour=given.default_behaviour,
        business_name=given.business_name,
        pin=given.pin,
        queries_per_minute=given.query_rate_limit,
        limit_repeats=given.limit_repeats,
        check_security_credential=given.check_security_credential,
    )
    asyncio.run(serve(given.host, given.port, options))


if __name__ == "__main__":
    main()
