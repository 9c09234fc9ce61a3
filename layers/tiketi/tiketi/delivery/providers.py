"""Which providers this deployment sends by. Each is one method that never raises for what its service does."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import boto3

from tiketi.delivery.africas_talking import AfricasTalking
from tiketi.delivery.aws_calls import ONCE
from tiketi.delivery.outcomes import Outcome
from tiketi.delivery.ses import Ses
from tiketi.delivery.sns import Sns
from tiketi.delivery.wording import Letter
from tiketi.settings import secret, settings


class SmsProvider(Protocol):
    def send(self, phone_number: str, text: str, /) -> Outcome:
        """`phone_number` is `254…`, `text` is GSM 7-bit."""
        ...


class EmailProvider(Protocol):
    def send(self, address: str, letter: Letter, /) -> Outcome: ...


@dataclass(frozen=True)
class Providers:
    """None where this deployment sends nothing that way."""

    sms: SmsProvider | None
    email: EmailProvider | None


@cache
def providers() -> Providers:
    return Providers(_sms(), _email())


def _sms() -> SmsProvider | None:
    chosen = settings()
    if chosen.sms_provider == "sns":
        endpoint = f"{chosen.outbox_url}/sns" if chosen.outbox_url else None
        return Sns(boto3.client("sns", config=ONCE, endpoint_url=endpoint), chosen.sms_sender_id)
    if chosen.sms_provider == "africas_talking":
        return AfricasTalking(
            chosen.outbox_url or chosen.africas_talking_base_url,
            chosen.africas_talking_username,
            secret("AFRICAS_TALKING_API_KEY"),
            chosen.sms_sender_id,
        )
    return None


def _email() -> EmailProvider | None:
    chosen = settings()
    if not chosen.email_sender:
        return None
    endpoint = f"{chosen.outbox_url}/ses" if chosen.outbox_url else None
    return Ses(boto3.client("sesv2", config=ONCE, endpoint_url=endpoint), chosen.email_sender)
