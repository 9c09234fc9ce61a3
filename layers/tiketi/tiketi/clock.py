"""Time: RFC 3339 in UTC for storage and answers, whole seconds since 1970 for deadlines."""

import time
from datetime import UTC, datetime, timedelta, timezone

NAIROBI = timezone(timedelta(hours=3), "EAT")
"""East Africa Time has no daylight saving, so a fixed offset is the whole truth (and needs no tz database)."""


def epoch_now() -> int:
    return int(time.time())


def epoch_millis() -> int:
    return int(time.time() * 1000)


def utc_now() -> datetime:
    return datetime.fromtimestamp(epoch_now(), UTC)


def as_utc(moment: datetime) -> datetime:
    """A time without a zone is Nairobi time: the web client sends what its user typed."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=NAIROBI)).astimezone(UTC)


def rfc3339(moment: datetime) -> str:
    """UTC, to the second, ending in Z: sorts as text and parses in JavaScript."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_epoch(seconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(seconds, UTC))


def parse(text: str) -> datetime:
    return as_utc(datetime.fromisoformat(text))
