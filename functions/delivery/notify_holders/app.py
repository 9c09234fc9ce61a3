"""Goes through the holders of an event's tickets: a message of the queue is a stretch of them."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.delivery.fan_out import continue_with, fan_out_of, notify_stretch
from tiketi.logs import logger

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def notify_record(record: SQSRecord) -> None:
    message = record.json_body
    logger.set_correlation_id(message.get("correlation_id"))
    try:
        left = notify_stretch(fan_out_of(message))
        if left:
            continue_with(left)
    except Exception:
        logger.exception("could not go through the holders", extra={"event_id": message.get("event_id")})
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, notify_record, processor, context)
