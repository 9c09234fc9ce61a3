"""The table's stream, records of events, their stock and their figures, and of tickets that changed."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.admission.changes import Changes, ticket_of
from tiketi.catalogue.stream import Batch, change_of
from tiketi.logs import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    batch = Batch(change_of(_keys(DynamoDBRecord(record))) for record in event["Records"])

    changes = Changes(ticket_of(_keys(DynamoDBRecord(record))["SK"]) for record in event["Records"])

    def refresh(record: DynamoDBRecord) -> None:
        try:
            if ticket_of(_keys(record)["SK"]):
                changes.write()
            else:
                batch.handle(change_of(_keys(record)))
        except Exception:
            logger.exception("a change could not be followed", extra={"keys": _keys(record)})
            raise

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event, refresh, processor, context)


def _keys(record: DynamoDBRecord) -> dict[str, Any]:
    return dict(record.dynamodb.keys or {}) if record.dynamodb else {}
