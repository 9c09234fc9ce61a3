"""Sends what customers are told: a message of a delivery queue is one notice."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.delivery.notices import notice_of
from tiketi.delivery.providers import providers
from tiketi.delivery.queues import NotYet, queue_of
from tiketi.delivery.send import send_notice
from tiketi.logs import flush_metrics, logger

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def send_record(record: SQSRecord) -> None:
    message = record.json_body
    logger.set_correlation_id(message.get("correlation_id"))
    notice = notice_of(message)
    receives = int(record.attributes.approximate_receive_count or 1)
    try:
        pause = send_notice(notice, providers(), clock.utc_now(), message_id=record.message_id, receives=receives)
    except Exception:
        logger.exception("could not send a notice", extra={"kind": notice.kind, "recipient": notice.recipient})
        raise
    if pause is not None:
        queue_of(record.event_source_arn).hide(record.receipt_handle, pause)
        raise NotYet


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    result = process_partial_response(event, send_record, processor, context)
    flush_metrics()
    return result
