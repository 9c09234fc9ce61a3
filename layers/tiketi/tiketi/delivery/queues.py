"""The queues of delivery: what happens to one person, what all holders of an event are told, and the way through them.

One person's notices have a queue of their own, so that who has just paid does not wait behind 50,000 reminders.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import boto3

from tiketi.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_IN_A_BATCH = 10
"""SQS takes no more messages in one call."""


class Undelivered(Exception):
    """SQS took a batch in part."""


class NotYet(Exception):
    """A message stays in its queue, and comes again when its pause is over."""


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, object]) -> None:
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message))

    def send_all(self, messages: Sequence[Mapping[str, object]]) -> None:
        """Raises Undelivered when one was not taken; the others then may have been."""
        for start in range(0, len(messages), MOST_IN_A_BATCH):
            batch = messages[start : start + MOST_IN_A_BATCH]
            entries = [{"Id": str(number), "MessageBody": json.dumps(each)} for number, each in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)  # pyright: ignore[reportArgumentType]
            if answer.get("Failed"):
                raise Undelivered(f"{len(answer['Failed'])} of {len(batch)} messages")

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Has a message that is being worked on come back after so many seconds."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


@cache
def delivery_queue() -> Queue:
    return Queue(boto3.client("sqs"), settings().delivery_queue_url)


@cache
def bulk_queue() -> Queue:
    return Queue(boto3.client("sqs"), settings().bulk_delivery_queue_url)


@cache
def fan_out_queue() -> Queue:
    return Queue(boto3.client("sqs"), settings().fan_out_queue_url)


def queue_of(arn: str) -> Queue:
    """The delivery queue that a message came from."""
    name = arn.rpartition(":")[2]
    return bulk_queue() if settings().bulk_delivery_queue_url.endswith(f"/{name}") else delivery_queue()
