"""Posts results over real HTTP, once each, and keeps what was answered."""

import logging
import time
from collections.abc import Mapping

import aiohttp

from local.daraja.locations import without_token
from local.daraja.payments import Delivery

logger = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 10.0
ANSWER_KEPT = 500
CONTENT_TYPE = "application/json;charset=UTF-8"


class Postman:
    """Posts without retry: whoever answers 500, or nothing, is not asked again."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, delivery: Delivery, headers: Mapping[str, str] | None = None) -> None:
        started = time.monotonic()
        try:
            async with self._session.post(
                delivery.url,
                data=delivery.body.encode(),
                headers={"Content-Type": CONTENT_TYPE, **(headers or {})},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=SECONDS_TO_ANSWER),
            ) as response:
                answer = await response.text(errors="replace")
                delivery.answer = answer[:ANSWER_KEPT]
                delivery.status = response.status
        except TimeoutError:
            delivery.problem = f"no answer within {SECONDS_TO_ANSWER:g} s"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            delivery.problem = _without_url(error)
        delivery.milliseconds = round((time.monotonic() - started) * 1000)
        outcome = delivery.status if delivery.status is not None else delivery.problem
        logger.info("%s POST %s: %s, %d ms", delivery.kind, without_token(delivery.url), outcome, delivery.milliseconds)


def _without_url(error: Exception) -> str:
    """An error's own words may contain the URL, and so the token."""
    return "connection refused" if isinstance(error, aiohttp.ClientConnectorError) else type(error).__name__
