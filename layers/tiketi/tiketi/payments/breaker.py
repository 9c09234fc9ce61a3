"""Spares customers the wait for an M-PESA that is down: after failures in a row no phone is asked for a while.

The state is one item that all functions share. A purchase reads it; only failures write it, and the success after them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi.errors import Refusal
from tiketi.logs import logger, metrics
from tiketi.table import SCHEMA_VERSION, Item, update_if

FAILURES = 5
"""So many in a row, over all functions, and it opens."""
OPEN_SECONDS = 30
"""Then one purchase tries; it has so long before another one may."""
MPESA, BREAKER = "MPESA", "BREAKER"


class BreakerItem(Item, discriminator="breaker"):
    """`MPESA` / `BREAKER`. `failures` in a row; no phone is asked until the second `open_until`."""

    failures = NumberAttribute(default=0)
    open_until = NumberAttribute(default=0)


_AT_FIRST = (
    BreakerItem.type.set(BreakerItem),
    BreakerItem.schema_version.set(SCHEMA_VERSION),
    BreakerItem.open_until.set(BreakerItem.open_until | 0),
)
"""The first failure makes the item, with all that an item has."""


class Breaker(NamedTuple):
    failures: int
    open_until: int


CLOSED = Breaker(0, 0)


def demand_closed(now: int) -> Breaker:
    """What it was at the moment, for `note`. Raises Refusal `mpesa_unavailable` while M-PESA is not to be asked.

    When it has been open for long enough, one purchase goes on and tells how it is.
    """
    breaker = _read()
    if now < breaker.open_until:
        raise Refusal("mpesa_unavailable", retry_after=breaker.open_until - now)
    if breaker.failures < FAILURES:
        return breaker
    if not _may_probe(breaker, now):
        raise Refusal("mpesa_unavailable", retry_after=OPEN_SECONDS)
    return Breaker(breaker.failures, now + OPEN_SECONDS)


def step_back(breaker: Breaker, now: int) -> None:
    """Whoever was to try, and ended before he could ask M-PESA, lets the next purchase try at once."""
    if breaker.failures < FAILURES:
        return
    try:
        _write([BreakerItem.open_until.set(now)], BreakerItem.open_until == breaker.open_until)
    except PynamoDBException:
        logger.exception("could not let another purchase try M-PESA")


def note(breaker: Breaker, failed: bool, now: int) -> None:
    """How the push went: a write after a failure, or after the success that follows one, and else none.

    The order is written by then, and what it came to does not depend on this.
    """
    try:
        if failed:
            _fail(now)
        elif breaker.failures:
            _write([BreakerItem.failures.set(0), BreakerItem.open_until.set(0)])
    except PynamoDBException:
        logger.exception("could not note how a push went", extra={"failed": failed})


def _fail(now: int) -> None:
    counted = _write([*_AT_FIRST, BreakerItem.failures.set((BreakerItem.failures | 0) + 1)])
    if counted and int(counted.failures) >= FAILURES:
        _write([BreakerItem.open_until.set(now + OPEN_SECONDS)])
        metrics.add_metric("BreakerOpened", MetricUnit.Count, 1)
        logger.error("M-PESA is down: no phone is asked for a while", extra={"failures": int(counted.failures)})


def _may_probe(breaker: Breaker, now: int) -> bool:
    probing = [BreakerItem.open_until.set(now + OPEN_SECONDS)]
    return _write(probing, BreakerItem.open_until == breaker.open_until) is not None


def _read() -> Breaker:
    try:
        item = BreakerItem.get(MPESA, BREAKER)
    except DoesNotExist:
        return CLOSED
    return Breaker(int(item.failures), int(item.open_until))


def _write(actions: Sequence[Action], condition: Condition | None = None) -> BreakerItem | None:
    """None when the condition did not hold."""
    item = BreakerItem(MPESA, BREAKER)
    return item if update_if(item, actions, condition) else None
