"""Every quarter of an hour: takes events that are over off the listings."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.catalogue.closing import close_ended_events
from tiketi.logs import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    outcome = close_ended_events()
    logger.info("ended events closed", extra=outcome)
    return outcome
