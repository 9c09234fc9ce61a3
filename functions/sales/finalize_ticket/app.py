"""Settles each payment that the stream brings: decided, and not settled yet (the template's filter)."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.sales.finalize import settle

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def settle_record(record: DynamoDBRecord) -> None:
    image = (record.dynamodb and record.dynamodb.new_image) or {}
    logger.set_correlation_id(image.get("correlation_id"))
    try:
        settle(str(image["order_id"]), clock.epoch_now())
    except Exception:
        logger.exception("could not settle an order", extra={"order_id": image.get("order_id")})
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    result = process_partial_response(event, settle_record, processor, context)
    flush_metrics()
    return result
