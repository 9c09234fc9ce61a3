"""Settles what the stream brings (the template's filter): payments that are decided, and what M-PESA said of them."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.payments.confirmations import bring_confirmation
from tiketi.payments.items import order_of_callback
from tiketi.payments.receive_callback import read_again
from tiketi.sales.finalize import settle

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def settle_record(record: DynamoDBRecord) -> None:
    image = (record.dynamodb and record.dynamodb.new_image) or {}
    logger.set_correlation_id(image.get("correlation_id"))
    try:
        match image.get("type"):
            case "payment":
                settle(str(image["order_id"]), clock.epoch_now())
            case "callback":
                order_id = order_of_callback(str(image["PK"]), str(image["SK"]))
                read_again(order_id, str(image["body"]), str(image["received_at"]))
            case "confirmation":
                bring_confirmation(str(image["PK"]), str(image["receipt"]))
            case other:
                logger.warning("a record that says nothing about an order", extra={"type": other})
    except Exception:
        logger.exception("could not settle an order", extra={"keys": {"PK": image.get("PK"), "SK": image.get("SK")}})
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    result = process_partial_response(event, settle_record, processor, context)
    flush_metrics()
    return result
