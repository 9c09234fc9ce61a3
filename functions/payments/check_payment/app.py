"""Asks Daraja about payments whose callback has not come: a message of the queue is one payment."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.payments.check_payment import check_payment
from tiketi.payments.check_queue import Check, check_queue
from tiketi.payments.daraja import daraja
from tiketi.payments.waiting_line import waiting_line

processor = BatchProcessor(event_type=EventType.SQS)


def check_record(record: SQSRecord) -> None:
    message = record.json_body
    check = Check(
        str(message["order_id"]), int(message["attempt"]), bool(message.get("waiting")), bool(message.get("once"))
    )
    try:
        following = check_payment(check, daraja(), waiting_line(), clock.epoch_millis())
        if following:
            check_queue().send(following.check, following.delay_seconds)
    except Exception:
        logger.exception("could not check a payment", extra={"order_id": check.order_id})
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    result = process_partial_response(event, check_record, processor, context)
    flush_metrics()
    return result
