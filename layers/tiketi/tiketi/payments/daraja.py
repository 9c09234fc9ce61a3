"""Daraja, Safaricom's M-PESA API: OAuth, STK push and STK query.

An STK push takes no idempotency key: sent twice, it may charge twice. So a push is sent once, and every answer is
one of three: it was accepted, it was refused before anything reached the phone, or nobody knows.
"""

import base64
import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError

from tiketi.clock import NAIROBI
from tiketi.logs import logger
from tiketi.payments.exchange import Exchange, new_session, within
from tiketi.settings import Settings, secret, settings

CONNECT_TIMEOUT_SECONDS = 3
QUERY_SECONDS = 10
"""A question can be asked again; the function that asks has little more time than that."""
TOKEN_REJECTED = {"404.001.03", "404.001.04", "401.002.01", "400.003.01", "401.003.01", "401.001"}
"""Every code with which a product API says that the token is not good; only one of them comes with HTTP 401."""
MERCHANT_ERRORS = {"500.001.1001", "500.001.001"}
"""One code with four meanings, printed in two spellings; its message tells them apart."""
TRANSACTION_DESC = "Event tickets"


@dataclass(frozen=True)
class Accepted:
    """The prompt is on its way to the phone. Nothing is paid yet."""

    merchant_request_id: str
    checkout_request_id: str


@dataclass(frozen=True)
class Refused:
    """Nothing was sent to the phone. `reason` is a refusal code of `messages.py`."""

    reason: str
    detail: str
    alert: bool = False
    """Our configuration is at fault: somebody has to act."""
    down: bool = False
    """Daraja could not be reached, or gave no token: the next push would fare no better."""


@dataclass(frozen=True)
class Unknown:
    """The prompt may or may not be on the phone. Never a reason to push again."""

    detail: str


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of Daraja, whatever it was made of: JSON, HTML of a firewall, or nothing."""

    http_status: int
    body: dict[str, Any]

    @property
    def error_code(self) -> str:
        return str(self.body.get("errorCode") or "")

    @property
    def message(self) -> str:
        fault: Any = self.body.get("fault")
        described = cast(dict[str, Any], fault).get("faultstring") if isinstance(fault, dict) else None
        return str(described or self.body.get("errorMessage") or self.body.get("ResponseDescription") or "")

    @property
    def token_rejected(self) -> bool:
        return self.http_status == 401 or self.error_code in TOKEN_REJECTED

    @property
    def detail(self) -> str:
        return f"HTTP {self.http_status} {self.error_code} {self.message}".strip()


class NoToken(Exception):
    """OAuth did not give a token; `alert` when our credentials are refused."""

    def __init__(self, detail: str, alert: bool) -> None:
        super().__init__(detail)
        self.alert = alert


def parse(response: requests.Response) -> Answer:
    try:
        body = json.loads(response.text, parse_float=Decimal)
    except (ValueError, RecursionError):
        body = {}
    return Answer(response.status_code, cast(dict[str, Any], body) if isinstance(body, dict) else {})


def timestamp(now: datetime) -> str:
    """Nairobi time as YYYYMMDDHHmmss. One timestamp goes into both the password and the body."""
    return now.astimezone(NAIROBI).strftime("%Y%m%d%H%M%S")


def password(short_code: str, passkey: str, stamp: str) -> str:
    return base64.b64encode(f"{short_code}{passkey}{stamp}".encode()).decode()


def is_request_id(value: object) -> bool:
    """Whether it can be stored and compared as one of Daraja's ids: they are opaque, but printable and short."""
    return isinstance(value, str) and 0 < len(value) <= 128 and value.isascii() and value.isprintable()


def classify_push(answer: Answer) -> Accepted | Refused | Unknown:
    """Daraja's answer to a push. The error code is looked at first: error bodies come with HTTP 200 as well."""
    code, message = answer.error_code, answer.message.lower()
    if code in MERCHANT_ERRORS:
        if "unable to lock subscriber" in message or "already in process" in message:
            return Refused("mpesa_subscriber_busy", answer.detail)
        if "merchant does not exist" in message or "wrong credentials" in message:
            return Refused("mpesa_unavailable", answer.detail, alert=True)
        return Unknown(answer.detail)
    limited = "fault" in answer.body and ("spike" in message or "quota" in message)
    if answer.http_status == 429 or limited or code in {"500.003.02", "500.003.03"}:
        return Refused("mpesa_busy", answer.detail, alert=code == "500.003.03")
    if code == "400.002.02" and ("phonenumber" in message or "partya" in message):
        return Refused("mpesa_refused", answer.detail)
    if code.startswith("5") or (not code and (answer.http_status >= 500 or answer.http_status == 408)):
        return Unknown(answer.detail)
    if code or answer.http_status >= 400:
        return Refused("mpesa_unavailable", answer.detail, alert=True)
    response_code, checkout = str(answer.body.get("ResponseCode", "")), answer.body.get("CheckoutRequestID")
    merchant = answer.body.get("MerchantRequestID", "")
    if response_code == "0" and is_request_id(checkout) and is_request_id(merchant):
        return Accepted(str(merchant), str(checkout))
    if response_code not in ("", "0"):
        return Refused("mpesa_unavailable", answer.detail, alert=True)
    return Unknown(answer.detail)


def never_sent(error: requests.RequestException) -> bool:
    """Whether the connection failed before a byte of the request left: only then is a push certainly not made."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause: object = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)


class Daraja:
    """One client per execution environment: keeps its connection and its token."""

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._session = new_session()
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def push(
        self, phone_number: str, amount: int, account_reference: str, callback_url: str, now: datetime, seconds: float
    ) -> Accepted | Refused | Unknown:
        """Sends the prompt to a phone, once, and waits `seconds` at most, a new token included.

        `amount` is whole KES; `account_reference` at most 12 alphanumerics.
        """
        config = self._config
        body = {
            **self._signature(now),
            "TransactionType": config.mpesa_transaction_type,
            "Amount": amount,
            "PartyA": phone_number,
            "PartyB": config.mpesa_party_b or config.mpesa_business_short_code,
            "PhoneNumber": phone_number,
            "CallBackURL": callback_url,
            "AccountReference": account_reference,
            "TransactionDesc": TRANSACTION_DESC,
        }
        try:
            return classify_push(self.post("/mpesa/stkpush/v1/processrequest", body, seconds))
        except NoToken as error:
            return Refused("mpesa_unavailable", str(error), alert=error.alert, down=True)
        except requests.RequestException as error:
            if never_sent(error):
                return Refused("mpesa_unavailable", type(error).__name__, down=True)
            return Unknown(type(error).__name__)

    def query(self, checkout_request_id: str, now: datetime) -> tuple[str, str] | None:
        """Asks how a push ended: `(result code, description)`, or None when there is no answer yet.

        Daraja says "not yet" in four shapes, and sometimes forgets a finished transaction for one answer, so only
        an answer that echoes our CheckoutRequestID and carries a result counts.
        """
        body = {**self._signature(now), "CheckoutRequestID": checkout_request_id}
        try:
            answer = self.post("/mpesa/stkpushquery/v1/query", body, QUERY_SECONDS)
        except (NoToken, requests.RequestException) as error:
            logger.warning("no answer to an STK query", extra={"detail": str(error) or type(error).__name__})
            return None
        settled = (
            answer.http_status == 200
            and not answer.error_code
            and str(answer.body.get("ResponseCode")) == "0"
            and answer.body.get("CheckoutRequestID") == checkout_request_id
            and str(answer.body.get("ResultCode", "")) not in ("", "4999")
        )
        if not settled:
            logger.info("STK query without a result", extra={"detail": answer.detail})
            return None
        return str(answer.body["ResultCode"]), str(answer.body.get("ResultDesc", ""))

    def _signature(self, now: datetime) -> dict[str, Any]:
        short_code, stamp = self._config.mpesa_business_short_code, timestamp(now)
        signed = password(short_code, secret("MPESA_PASSKEY"), stamp)
        return {"BusinessShortCode": short_code, "Password": signed, "Timestamp": stamp}

    def post(self, path: str, body: dict[str, Any], seconds: float | None = None) -> Answer:
        """Posts with the cached token; when the token is rejected, which happens before Daraja acts, once more.

        All of it takes `seconds` at most, or the setting's.
        """
        with within(seconds or self._config.mpesa_timeout_seconds) as exchange:
            token = self._access_token()
            answer = self._send(path, body, token, exchange)
            if answer.token_rejected:
                self._drop(token)
                answer = self._send(path, body, self._access_token(), exchange)
            return answer

    def _send(self, path: str, body: dict[str, Any], token: str, exchange: Exchange) -> Answer:
        response = self._session.post(
            f"{self._config.mpesa_base_url.rstrip('/')}{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=(CONNECT_TIMEOUT_SECONDS, exchange.left + 1),
            allow_redirects=False,
        )
        return parse(response)

    def _drop(self, token: str) -> None:
        with self._lock:
            if self._token == token:
                self._token = ""

    def _access_token(self) -> str:
        """Raises NoToken. A token is kept until a minute before it lapses, one hour after it was given."""
        with self._lock:
            if not self._token or time.monotonic() >= self._token_until:
                self._token, lifetime = self._new_token()
                self._token_until = time.monotonic() + max(lifetime - 60, 30)
            return self._token

    def _new_token(self) -> tuple[str, int]:
        try:
            response = self._session.get(
                f"{self._config.mpesa_base_url.rstrip('/')}/oauth/v1/generate",
                params={"grant_type": "client_credentials"},
                auth=(secret("MPESA_CONSUMER_KEY"), secret("MPESA_CONSUMER_SECRET")),
                timeout=(CONNECT_TIMEOUT_SECONDS, 5),
            )
        except requests.RequestException as error:
            raise NoToken(f"OAuth: {type(error).__name__}", alert=False) from error
        answer = parse(response)
        token = answer.body.get("access_token")
        if answer.http_status != 200 or not token:
            raise NoToken(f"OAuth: {answer.detail}", alert=answer.http_status in (400, 401, 403))
        try:
            lifetime = int(answer.body.get("expires_in", 3599))
        except (TypeError, ValueError):
            lifetime = 3599
        return str(token), lifetime


@cache
def daraja() -> Daraja:
    return Daraja(settings())
