"""Numbers that M-PESA hands out."""

import secrets
import string
import uuid
from datetime import datetime

_ALPHANUMERICS = string.digits + string.ascii_uppercase
_DAYS = string.digits[1:] + string.ascii_uppercase


def checkout_request_id(moment: datetime, phone: str) -> str:
    """The shape seen since 2024: ws_CO_, DDMMYYYYHHmmss in Nairobi, up to three digits, the payer's last nine.

    It contains the payer's number: keep it out of logs.
    """
    return f"ws_CO_{moment:%d%m%Y%H%M%S}{secrets.randbelow(900) + 100}{phone[-9:]}"


def merchant_request_id() -> str:
    text = secrets.token_hex(14)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}{secrets.randbelow(10_000):04}"


def conversation_id(moment: datetime) -> str:
    return f"AG_{moment:%Y%m%d}_{secrets.token_hex(10)}"


def originator_conversation_id() -> str:
    return f"{secrets.randbelow(90_000) + 10_000}-{secrets.randbelow(90_000_000) + 10_000_000}-1"


def receipt_number(moment: datetime) -> str:
    """Ten characters; the first three tell year (A is 2006), month (A is January) and day (1-9, then A is 10)."""
    year = string.ascii_uppercase[(moment.year - 2006) % 26]
    month = string.ascii_uppercase[moment.month - 1]
    return year + month + _DAYS[moment.day - 1] + "".join(secrets.choice(_ALPHANUMERICS) for _ in range(7))


def access_token() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(28))


def request_id() -> str:
    return str(uuid.uuid4())
