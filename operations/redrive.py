"""`make redrive QUEUE=<name or URL>`: brings what lies in a failure queue back to work, once its cause is gone.

A message that a function could not handle goes back to the queue it came from. What a stream's function could not
handle is only named by a failure queue, so its records are read from the stream again and handed to that function.
Every function is idempotent, so a message that is brought back twice does no harm; it is deleted only afterwards.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

MOST_IN_A_BATCH = 10


class Trimmed(Exception):
    """The stream keeps its records for a day, and these are gone."""


@dataclass(frozen=True)
class Clients:
    sqs: Any
    streams: Any
    functions: Any


@dataclass
class Redriven:
    back: int = 0
    kept: int = 0
    """Messages that still lie there: their function failed again, or their records are gone from the stream."""


def redrive(clients: Clients, queue: str) -> Redriven:
    """Raises LookupError when nothing leads into this queue."""
    url = queue if "://" in queue else clients.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    done = Redriven()
    for message in list(_messages(clients.sqs, url)):
        if _bring_back(clients, url, json.loads(message["Body"]), message["Body"]):
            clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            done.back += 1
        else:
            done.kept += 1
    return done


def _messages(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    while True:
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=MOST_IN_A_BATCH, VisibilityTimeout=300)
        fresh = [each for each in received.get("Messages", []) if each["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(each["MessageId"] for each in fresh)
        yield from fresh


def _bring_back(clients: Clients, url: str, content: Any, body: str) -> bool:
    batch = content.get("DDBStreamBatchInfo") if isinstance(content, dict) else None
    if batch is None:
        clients.sqs.send_message(QueueUrl=_source_of(clients.sqs, url), MessageBody=body)
        return True
    try:
        records = list(_records(clients.streams, batch))
    except Trimmed:
        return False
    return _run(clients.functions, _function_of(clients, url, batch["streamArn"]), records)


def _source_of(sqs: Any, url: str) -> str:
    sources = sqs.list_dead_letter_source_queues(QueueUrl=url).get("queueUrls", [])
    if not sources:
        raise LookupError(f"no queue has {url} for its dead letters")
    return str(sources[0])


def _function_of(clients: Clients, url: str, stream: str) -> str:
    arn = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for mapping in clients.functions.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]:
        if mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") == arn:
            return str(mapping["FunctionArn"])
    raise LookupError(f"no function of {stream} fails into {url}")


def _records(streams: Any, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Raises Trimmed."""
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "TrimmedDataAccessException":
            raise
        raise Trimmed from error
    last = Decimal(batch["endSequenceNumber"])
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            if Decimal(record["dynamodb"]["SequenceNumber"]) > last:
                return
            yield {**record, "eventSourceARN": batch["streamArn"]}
            if Decimal(record["dynamodb"]["SequenceNumber"]) == last:
                return
        iterator = page.get("NextShardIterator") if page["Records"] else None


def _run(functions: Any, function: str, records: list[dict[str, Any]]) -> bool:
    if not records:
        return False
    answer = functions.invoke(FunctionName=function, Payload=json.dumps({"Records": records}, default=_plain))
    if answer.get("FunctionError"):
        return False
    return not json.loads(answer["Payload"].read() or "{}").get("batchItemFailures")


def _plain(value: object) -> object:
    """As an event source mapping writes it: seconds for times, text for numbers."""
    return value.timestamp() if isinstance(value, datetime) else str(value)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make redrive", description=__doc__)
    arguments.add_argument("--queue", required=True, help="the failure queue's name or URL")
    queue = arguments.parse_args().queue
    clients = Clients(boto3.client("sqs"), boto3.client("dynamodbstreams"), boto3.client("lambda"))
    try:
        done = redrive(clients, queue)
    except (BotoCoreError, ClientError, LookupError) as error:
        raise SystemExit(f"nothing more was brought back: {error}") from error
    print(f"{done.back} brought back, {done.kept} still there")
    if done.kept:
        raise SystemExit("Those failed again, or are older than the stream's day: docs/operations.md says what to do.")


if __name__ == "__main__":
    main()
