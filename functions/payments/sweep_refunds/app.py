"""Every five minutes: counts the refunds that are not at their end, and looks after those that were forgotten."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.payments.refund_queue import refund_queue
from tiketi.payments.refund_sweep import sweep_refunds


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    counts = sweep_refunds(refund_queue(), clock.epoch_now())
    flush_metrics()
    return counts
