"""Every five minutes: brings back stock whose hold has lapsed, for all events on sale."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.sales.sweep import sweep


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    released = sweep(clock.epoch_now())
    flush_metrics()
    return {"released": released}
