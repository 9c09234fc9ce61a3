"""Sends one notice: looks up whom and what about, words it, claims it, and only then gives it to the providers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from tiketi.delivery.attachments import attachment_of
from tiketi.delivery.claims import Channel, Claim, Lost, State, Wait, claim, write_back
from tiketi.delivery.matters import Matter, find_matter
from tiketi.delivery.notices import Notice
from tiketi.delivery.outcomes import Failed, Outcome, Refused, Sent, Unknown
from tiketi.delivery.providers import Providers
from tiketi.delivery.recipients import Recipient, find_recipient
from tiketi.delivery.wording import Letter, letter, sms_text
from tiketi.logs import logger, metrics

PAUSES_SECONDS = (30, 120, 300, 900, 1800, 3600)
"""After the first failure, the second, and so on; the last one repeats until the queue gives up."""

_STATES: dict[type[Outcome], State] = {Sent: "sent", Failed: "failed", Refused: "refused", Unknown: "unknown"}


def send_notice(notice: Notice, providers: Providers, now: datetime, *, message_id: str, receives: int) -> int | None:
    """Seconds until the message that brought the notice shall come again, or None when all is done that can be.

    `receives` counts how often it has come. Everything that may fail for reasons of ours happens before the claim.
    """
    recipient = find_recipient(notice)
    matter = find_matter(notice, now) if recipient else None
    if recipient is None or matter is None:
        logger.info("nothing left to tell", extra=_about(notice))
        return None
    channels = _channels(recipient, providers)
    if not channels:
        logger.warning("no way to reach a recipient", extra=_about(notice))
        return None
    texts = _worded(notice, recipient, matter)
    claimed = claim(notice, channels, message_id, int(now.timestamp()))
    match claimed:
        case Claim():
            return _give(notice, recipient, texts, providers, claimed, receives)
        case Wait():
            return claimed.seconds
        case Lost():
            metrics.add_metric("DeliveriesUnknown", MetricUnit.Count, 1)
            logger.error("may have been sent or not", extra={**_about(notice), "channels": sorted(claimed.channels)})
            return None
        case _:
            logger.info("taken care of already", extra=_about(notice))
            return None


def _channels(recipient: Recipient, providers: Providers) -> frozenset[Channel]:
    ways: dict[Channel, bool] = {
        "sms": bool(recipient.phone_number and providers.sms),
        "email": bool(recipient.email and providers.email),
    }
    return frozenset(channel for channel, open_ in ways.items() if open_)


def _worded(notice: Notice, recipient: Recipient, matter: Matter) -> tuple[str, Letter]:
    kind, language = notice.kind, recipient.language
    facts = replace(matter.facts, name=recipient.name)
    attachment = attachment_of(kind, matter, language) if recipient.email else None
    return sms_text(kind, language, facts), replace(letter(kind, language, facts), attachment=attachment)


def _give(
    notice: Notice,
    recipient: Recipient,
    texts: tuple[str, Letter],
    providers: Providers,
    claimed: Claim,
    receives: int,
) -> int | None:
    outcomes: dict[Channel, Outcome] = {}
    if "sms" in claimed.channels and providers.sms:
        outcomes["sms"] = providers.sms.send(recipient.phone_number, texts[0])
    if "email" in claimed.channels and providers.email:
        outcomes["email"] = providers.email.send(recipient.email, texts[1])
    _report(notice, outcomes)
    if all(isinstance(outcome, Sent) for outcome in outcomes.values()):
        return None
    write_back(claimed.item, {channel: _STATES[type(outcome)] for channel, outcome in outcomes.items()})
    if any(isinstance(outcome, Failed) for outcome in outcomes.values()):
        return PAUSES_SECONDS[min(receives, len(PAUSES_SECONDS)) - 1]
    return None


def _report(notice: Notice, outcomes: Mapping[Channel, Outcome]) -> None:
    for channel, outcome in outcomes.items():
        about = {**_about(notice), "channel": channel}
        match outcome:
            case Sent():
                metrics.add_metric("SmsSent" if channel == "sms" else "EmailsSent", MetricUnit.Count, 1)
                logger.info("sent", extra={**about, "reference": outcome.reference})
            case Refused():
                logger.warning("an address takes no messages", extra={**about, "detail": outcome.detail})
            case Failed():
                logger.warning("could not send", extra={**about, "detail": outcome.detail})
            case Unknown():
                metrics.add_metric("DeliveriesUnknown", MetricUnit.Count, 1)
                logger.error("may have been sent or not", extra={**about, "detail": outcome.detail})


def _about(notice: Notice) -> dict[str, Any]:
    """What a log may say: ids, and no address."""
    ids = {name: value for name, value in notice.params.items() if name.endswith("_id")}
    return {"kind": notice.kind, "recipient": notice.recipient, **ids}
