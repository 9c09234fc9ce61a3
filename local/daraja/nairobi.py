"""Nairobi time: UTC+3 all year. Daraja writes every moment as fourteen digits of it."""

from datetime import UTC, datetime, timedelta, timezone

EAST_AFRICA_TIME = timezone(timedelta(hours=3), "EAT")
FOURTEEN_DIGITS = "%Y%m%d%H%M%S"


def now() -> datetime:
    return datetime.now(EAST_AFRICA_TIME)


def fourteen_digits(moment: datetime) -> str:
    return moment.astimezone(EAST_AFRICA_TIME).strftime(FOURTEEN_DIGITS)


def read_fourteen_digits(text: str) -> datetime:
    """Raises ValueError for anything else."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        raise ValueError("not YYYYMMDDHHmmss")
    return datetime.strptime(text, FOURTEEN_DIGITS).replace(tzinfo=EAST_AFRICA_TIME)


def iso_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
