"""The simulator as one aiohttp application."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from local.daraja import control_routes, daraja_routes, page_routes
from local.daraja.control import explain_misuse
from local.daraja.delivery import Postman
from local.daraja.exchange import WORLD, refuse_like_daraja
from local.daraja.settings import Credentials, Options
from local.daraja.world import World

LARGEST_BODY = 64 * 1024


def application(credentials: Credentials, options: Options) -> web.Application:
    app = web.Application(middlewares=[refuse_like_daraja, explain_misuse], client_max_size=LARGEST_BODY)

    async def with_world(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            world = World(credentials, options, Postman(session))
            app[WORLD] = world
            yield
            world.cancel_tasks()

    app.cleanup_ctx.append(with_world)
    app.add_routes(daraja_routes.ROUTES)
    app.add_routes(control_routes.ROUTES)
    app.add_routes(page_routes.ROUTES)
    return app
