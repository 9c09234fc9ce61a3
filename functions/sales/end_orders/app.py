"""Ends the orders of a cancelled event: a message of the queue is a stretch of its tickets."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.logs import logger
from tiketi.sales.end_orders import end_stretch
from tiketi.sales.end_orders_queue import end_orders_queue, walk_of

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def end_record(record: SQSRecord) -> None:
    message = record.json_body
    logger.set_correlation_id(message.get("correlation_id"))
    try:
        following = end_stretch(walk_of(message))
        if following:
            end_orders_queue().send(following.walk, following.delay_seconds)
    except Exception:
        logger.exception("could not end the orders of an event", extra={"event_id": message.get("event_id")})
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, end_record, processor, context)
