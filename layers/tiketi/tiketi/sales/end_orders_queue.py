"""The queue of cancelled events whose orders are being ended: each message is a stretch of an event's tickets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from tiketi.ids import TICKET_CODE_ALPHABET
from tiketi.logs import logger
from tiketi.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Walk:
    """How far the way through an event's tickets has come: `after` is a sort key of the index's `partition`.

    The way is gone `turn` after `turn`: tickets may have been on their way while the one before passed by.
    """

    event_id: str
    turn: int = 1
    partition: str = TICKET_CODE_ALPHABET[0]
    after: str = ""


def walk_of(message: Mapping[str, Any]) -> Walk:
    """Raises KeyError or ValueError when the message is none."""
    return Walk(message["event_id"], int(message["turn"]), message["partition"], message["after"])


class EndOrdersQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, walk: Walk, delay_seconds: int = 0) -> None:
        message = {**asdict(walk), "correlation_id": logger.get_correlation_id() or ""}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message), DelaySeconds=delay_seconds)


@cache
def end_orders_queue() -> EndOrdersQueue:
    return EndOrdersQueue(boto3.client("sqs"), settings().end_orders_queue_url)
