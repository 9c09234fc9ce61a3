"""The queue of payments to ask Daraja about: the timer that every order has from before its first risk."""

import json
from functools import cache
from typing import TYPE_CHECKING

import boto3

from tiketi.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_DELAY_SECONDS = 900
"""SQS delays a message no longer."""


class CheckQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, order_id: str, attempt: int, delay_seconds: int) -> None:
        """Has a payment checked after `delay_seconds`, and again until it is settled; `attempt` counts its checks."""
        self._send({"order_id": order_id, "attempt": attempt}, delay_seconds)

    def ask_once(self, order_id: str) -> None:
        """Has a payment checked now, beside its own timer: however often somebody asks, timers do not multiply."""
        self._send({"order_id": order_id, "attempt": 0, "once": True}, 0)

    def _send(self, message: dict[str, object], delay_seconds: int) -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(message),
            DelaySeconds=max(0, min(delay_seconds, MOST_DELAY_SECONDS)),
        )


@cache
def check_queue() -> CheckQueue:
    return CheckQueue(boto3.client("sqs"), settings().check_queue_url)
