"""Moves refunds on: a message of the queue is one refund."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.logs import flush_metrics, logger
from tiketi.payments.advance_refund import advance_refund
from tiketi.payments.daraja import daraja
from tiketi.payments.initiator import Initiator
from tiketi.payments.refund_queue import refund_queue
from tiketi.settings import settings

processor = BatchProcessor(event_type=EventType.SQS)


def advance_record(record: SQSRecord) -> None:
    message = record.json_body
    logger.append_keys(refund_id=message.get("refund_id"))
    try:
        initiator = Initiator(daraja(), settings())
        delay = advance_refund(message["refund_id"], initiator, settings().mpesa_callback_url.rstrip("/"))
        if delay is not None and not message.get("once"):
            refund_queue().advance(message["refund_id"], delay)
    except Exception:
        logger.exception("could not move a refund on")
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    result = process_partial_response(event, advance_record, processor, context)
    flush_metrics()
    return result
