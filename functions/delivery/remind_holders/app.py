"""Each hour of the day: reminds the holders of events that start tomorrow."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.delivery.reminders import remind_holders
from tiketi.logs import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    return {"events": remind_holders(clock.utc_now())}
