"""What lies in a failure queue is brought back to work, and stays there when its work fails again."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from operations.redrive import Clients, redrive

STREAM = "arn:aws:dynamodb:af-south-1:123456789012:table/tiketi/stream/2026-01-01T00:00:00.000"
BATCH = {"streamArn": STREAM, "shardId": "shard-1", "startSequenceNumber": "100", "endSequenceNumber": "102"}


class Stream:
    """Records 100 to 103; `trimmed` when their day is over."""

    trimmed = False

    def get_shard_iterator(self, **asked: Any) -> dict[str, str]:
        if self.trimmed:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException", "Message": "gone"}}, "GetShardIterator")
        return {"ShardIterator": asked["SequenceNumber"]}

    def get_records(self, ShardIterator: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        first = int(ShardIterator)
        records = [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(first, min(first + 2, 104))]
        return {"Records": records, "NextShardIterator": str(first + 2)}


class Functions:
    def __init__(self, queue_arn: str) -> None:
        self.queue_arn = queue_arn
        self.answer: dict[str, Any] = {"batchItemFailures": []}
        self.given: list[Any] = []

    def list_event_source_mappings(self, **asked: Any) -> dict[str, Any]:
        assert asked == {"EventSourceArn": STREAM}
        other = {"FunctionArn": "refresh_listings", "DestinationConfig": {"OnFailure": {"Destination": "another"}}}
        ours = {"FunctionArn": "finalize", "DestinationConfig": {"OnFailure": {"Destination": self.queue_arn}}}
        return {"EventSourceMappings": [other, ours]}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert asked["FunctionName"] == "finalize"
        self.given.append([each["dynamodb"]["SequenceNumber"] for each in json.loads(asked["Payload"])["Records"]])
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())}


class Desk:
    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs")
        self.failures = self.sqs.create_queue(QueueName="failures")["QueueUrl"]
        self.arn = self._arn(self.failures)
        policy = json.dumps({"deadLetterTargetArn": self.arn, "maxReceiveCount": 5})
        self.work = self.sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": policy})["QueueUrl"]
        self.stream, self.functions = Stream(), Functions(self.arn)
        self.clients = Clients(self.sqs, self.stream, self.functions)

    def _arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def fail(self, **content: Any) -> None:
        self.sqs.send_message(QueueUrl=self.failures, MessageBody=json.dumps(content))

    def waiting(self, url: str) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        hidden = int(attributes["ApproximateNumberOfMessagesNotVisible"])
        return int(attributes["ApproximateNumberOfMessages"]) + hidden


@pytest.fixture
def desk() -> Iterator[Desk]:
    with mock_aws():
        yield Desk()


def test_messages_go_back_to_the_queue_they_came_from(desk: Desk) -> None:
    for number in range(25):
        desk.fail(order_id=str(number), attempt=1)
    done = redrive(desk.clients, "failures")
    assert (done.back, done.kept) == (25, 0)
    assert (desk.waiting(desk.failures), desk.waiting(desk.work)) == (0, 25)


def test_an_empty_queue_is_nothing_to_do(desk: Desk) -> None:
    assert redrive(desk.clients, desk.failures).back == 0


def test_the_records_of_a_failed_batch_are_run_again_and_no_other(desk: Desk) -> None:
    desk.fail(DDBStreamBatchInfo=BATCH)
    assert redrive(desk.clients, "failures").back == 1
    assert desk.functions.given == [["100", "101", "102"]]
    assert desk.waiting(desk.failures) == 0


def test_what_fails_again_stays(desk: Desk) -> None:
    desk.functions.answer = {"batchItemFailures": [{"itemIdentifier": "101"}]}
    desk.fail(DDBStreamBatchInfo=BATCH)
    done = redrive(desk.clients, "failures")
    assert (done.back, done.kept) == (0, 1)
    assert desk.waiting(desk.failures) == 1


def test_records_that_the_stream_has_forgotten_stay_named(desk: Desk) -> None:
    desk.stream.trimmed = True
    desk.fail(DDBStreamBatchInfo=BATCH)
    assert redrive(desk.clients, "failures").kept == 1
    assert desk.functions.given == []


def test_a_queue_that_nothing_leads_into_is_told(desk: Desk) -> None:
    lonely = desk.sqs.create_queue(QueueName="lonely")["QueueUrl"]
    desk.sqs.send_message(QueueUrl=lonely, MessageBody="{}")
    with pytest.raises(LookupError):
        redrive(desk.clients, lonely)
