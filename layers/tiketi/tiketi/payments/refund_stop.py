"""The stop: while M-PESA does not accept our operator, nothing is sent in his name, or he would be locked."""

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.logs import logger, metrics
from tiketi.table import Item

STOPPED_SECONDS = 900
"""How long a refund waits before it looks whether it may go on."""
_KEY = ("REFUNDS", "STOP")


class StopItem(Item, discriminator="refund_stop"):
    """`REFUNDS` / `STOP`: there while no refund is sent; `make resume-refunds` takes it away."""

    why = UnicodeAttribute()
    since = UnicodeAttribute()


def find_stop() -> StopItem | None:
    """Read consistently, for one read unit."""
    try:
        return StopItem.get(*_KEY, consistent_read=True)
    except DoesNotExist:
        return None


def is_stopped() -> bool:
    return find_stop() is not None


def stop_refunds(why: str) -> None:
    logger.error("refunds are stopped", extra={"why": why})
    metrics.add_metric("ConfigurationRefused", MetricUnit.Count, 1)
    StopItem(*_KEY, why=why, since=clock.rfc3339(clock.utc_now())).save()


def resume_refunds() -> bool:
    """False when they were not stopped."""
    stop = find_stop()
    if stop:
        stop.delete()
    return stop is not None
