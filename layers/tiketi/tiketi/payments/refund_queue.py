"""The queue of refunds under way: each message is one refund, seen again until its end."""

import json
from functools import cache
from typing import TYPE_CHECKING

import boto3

from tiketi.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_DELAY_SECONDS = 900
"""SQS delays a message no longer; a longer pause is waited for in pieces."""


class RefundQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def advance(self, refund_id: str, delay_seconds: int = 0) -> None:
        """Has a refund looked after, until it is at its end."""
        self._send({"refund_id": refund_id}, delay_seconds)

    def advance_once(self, refund_id: str) -> None:
        """Has a refund looked after beside its own timer, so that timers do not multiply."""
        self._send({"refund_id": refund_id, "once": True}, 0)

    def _send(self, message: dict[str, object], delay_seconds: int) -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(message),
            DelaySeconds=max(0, min(delay_seconds, MOST_DELAY_SECONDS)),
        )


@cache
def refund_queue() -> RefundQueue:
    return RefundQueue(boto3.client("sqs"), settings().refund_queue_url)
