"""What an STK push must look like to be accepted."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from local.daraja import msisdn, nairobi
from local.daraja.answers import MERCHANT_DOES_NOT_EXIST, WRONG_CREDENTIALS, Refused, invalid
from local.daraja.settings import Credentials

MAXIMUM_AMOUNT = 250_000
CLOCK_TOLERANCE = timedelta(minutes=5)
FORBIDDEN_WORDS = ("m-pesa", "mpesa", "safaricom", "exec", "exe", "cmd", "sql", "query")
PAY_BILL = "CustomerPayBillOnline"
BUY_GOODS = "CustomerBuyGoodsOnline"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_SHORT_CODE = re.compile(r"[0-9]{5,7}")
_ACCOUNT_REFERENCE = re.compile(r"[A-Za-z0-9]{1,12}")


@dataclass(frozen=True)
class Push:
    """An STK push that passed every check. Amount in whole KES."""

    short_code: str
    transaction_type: str
    amount: int
    phone: str
    callback_url: str
    account_reference: str
    description: str


def check_push(body: Mapping[str, object], credentials: Credentials, moment: datetime) -> Push:
    """Raises Refused with what Daraja answers to the first thing that is wrong."""
    check_password(body, credentials, moment)
    transaction_type = _text(body, "TransactionType")
    if transaction_type not in (PAY_BILL, BUY_GOODS):
        raise Refused(invalid("TransactionType"))
    amount = check_amount(body.get("Amount"))
    for field in ("PartyA", "PhoneNumber"):
        if not msisdn.is_strict(_text(body, field)):
            raise Refused(invalid(field))
    check_receiver(body, credentials, transaction_type)
    return Push(
        short_code=credentials.short_code,
        transaction_type=transaction_type,
        amount=amount,
        phone=_text(body, "PhoneNumber"),
        callback_url=check_url(body.get("CallBackURL"), "CallBackURL"),
        account_reference=_account_reference(body),
        description=_description(body),
    )


def check_password(body: Mapping[str, object], credentials: Credentials, moment: datetime) -> None:
    """Short code, timestamp and password: the same for a push and for a query about it."""
    short_code = _text(body, "BusinessShortCode")
    if not _SHORT_CODE.fullmatch(short_code):
        raise Refused(invalid("BusinessShortCode"))
    timestamp = _text(body, "Timestamp")
    try:
        age = moment - nairobi.read_fourteen_digits(timestamp)
    except ValueError:
        raise Refused(invalid("Timestamp")) from None
    if abs(age) > CLOCK_TOLERANCE:
        raise Refused(invalid("Timestamp"))
    if short_code != credentials.short_code:
        raise Refused(MERCHANT_DOES_NOT_EXIST)
    plain = f"{credentials.short_code}{credentials.passkey}{timestamp}"
    if _text(body, "Password") != base64.b64encode(plain.encode()).decode():
        raise Refused(WRONG_CREDENTIALS)


def check_amount(value: object) -> int:
    """Whole KES, as a JSON integer or a string of digits; a decimal point is refused even before zeros."""
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if not _WHOLE_NUMBER.fullmatch(text) or not 1 <= int(text) <= MAXIMUM_AMOUNT:
        raise Refused(invalid("Amount"))
    return int(text)


def check_receiver(body: Mapping[str, object], credentials: Credentials, transaction_type: str) -> None:
    """A PayBill is paid on the short code itself; a till on its own number."""
    party_b = _text(body, "PartyB")
    if not _SHORT_CODE.fullmatch(party_b) or (transaction_type == PAY_BILL and party_b != credentials.short_code):
        raise Refused(invalid("PartyB"))


def check_url(value: object, field: str) -> str:
    """HTTPS with a lower-case host and none of Safaricom's forbidden words; plain HTTP on this machine only."""
    if not isinstance(value, str) or re.search(r"[\s<>\"]", value):
        raise Refused(invalid(field))
    try:
        parts = urlsplit(value)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        raise Refused(invalid(field)) from None
    host = parts.netloc.rpartition("@")[2]
    name = re.sub(r":[0-9]*$", "", host)
    secure = parts.scheme == "https" or (parts.scheme == "http" and name in LOOPBACK)
    lowered = value.lower()
    if not (secure and name and host == host.lower() and port_is_a_number):
        raise Refused(invalid(field))
    if any(word in lowered for word in FORBIDDEN_WORDS):
        raise Refused(invalid(field))
    return value


def _account_reference(body: Mapping[str, object]) -> str:
    """Left out or null, Daraja blames the Remarks."""
    if body.get("AccountReference") is None:
        raise Refused(invalid("Remarks"))
    reference = _text(body, "AccountReference")
    if not _ACCOUNT_REFERENCE.fullmatch(reference):
        raise Refused(invalid("AccountReference"))
    return reference


def _description(body: Mapping[str, object]) -> str:
    """Safaricom calls it optional, and answers Invalid Remarks when it is missing."""
    description = body.get("TransactionDesc")
    if not isinstance(description, str) or not 1 <= len(description) <= 13:
        raise Refused(invalid("Remarks"))
    return description


def _text(body: Mapping[str, object], field: str) -> str:
    """Numbers and digits in strings are taken alike, as Daraja's samples use both."""
    value = body.get(field)
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else ""
