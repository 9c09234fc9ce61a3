"""The queue of payments to ask Daraja about: the timer that every order has from before its first risk."""

import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import boto3

from tiketi.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_DELAY_SECONDS = 900
"""SQS delays a message no longer."""


class Check(NamedTuple):
    """A message of the queue. `attempt` counts the checks of a payment; `waiting`: it stood in the line to be asked
    about when the message was sent; `once`: somebody asked for it, beside the payment's own timer."""

    order_id: str
    attempt: int
    waiting: bool = False
    once: bool = False


class CheckQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, order_id: str, attempt: int, delay_seconds: int) -> None:
        """Has a payment checked after `delay_seconds`, and again until it is settled; `attempt` counts its checks."""
        self.send(Check(order_id, attempt), delay_seconds)

    def ask_once(self, order_id: str) -> None:
        """Has a payment checked now, beside its own timer: however often somebody asks, timers do not multiply."""
        self.send(Check(order_id, 0, once=True), 0)

    def send(self, check: Check, delay_seconds: int) -> None:
        marks = {name: True for name in ("waiting", "once") if getattr(check, name)}
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps({"order_id": check.order_id, "attempt": check.attempt, **marks}),
            DelaySeconds=max(0, min(delay_seconds, MOST_DELAY_SECONDS)),
        )


@cache
def check_queue() -> CheckQueue:
    return CheckQueue(boto3.client("sqs"), settings().check_queue_url)
