"""Daraja's calls of an API operator: reversal, B2C payment, Transaction Status. Each is taken at once and ends later.

The three end at a ResultURL; a QueueTimeOutURL that is called says only that nobody knows.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import requests

from tiketi.payments.daraja import Answer, Daraja, NoToken, is_request_id, never_sent
from tiketi.settings import Settings, secret

DUPLICATE = "500.002.1001"
"""B2C knows this OriginatorConversationID: the request is there already."""


@dataclass(frozen=True)
class Taken:
    """M-PESA will say at the ResultURL how it ended. The ids are empty when it had taken this very request before."""

    conversation_id: str
    originator_conversation_id: str


@dataclass(frozen=True)
class NotTaken:
    """Certainly nothing was begun. `again`: it may be tried later; else our configuration is at fault."""

    detail: str
    again: bool


@dataclass(frozen=True)
class Unanswered:
    """M-PESA may have begun it. Never a reason to send it again before it was asked about."""

    detail: str


Acknowledgement = Taken | NotTaken | Unanswered


@dataclass(frozen=True)
class Addresses:
    result: str
    timeout: str


def originator_id(refund_id: str, generation: int) -> str:
    """The same for the same request, so that M-PESA refuses to pay it out twice."""
    return hashlib.sha256(f"{refund_id} {generation}".encode()).hexdigest()[:32]


def security_credential(password: str, certificate: str) -> str:
    """The operator's password, encrypted for Safaricom: RSA, PKCS#1 v1.5. `certificate` is PEM, or base64 of DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if "-----BEGIN" in certificate:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    else:
        key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("MPESA_CERTIFICATE has no RSA key")
    return base64.b64encode(key.encrypt(password.encode(), PKCS1v15())).decode()


def classify(answer: Answer) -> Acknowledgement:
    """The error code is looked at first: error bodies come with HTTP 200 as well."""
    code, message = answer.error_code, answer.message.lower()
    if code == DUPLICATE:
        return Taken("", "")
    busy = answer.http_status == 429 or code in {"500.003.02", "500.003.03"}
    if busy or ("fault" in answer.body and ("spike" in message or "quota" in message)):
        return NotTaken(answer.detail, again=True)
    if code.startswith("5") or (not code and (answer.http_status >= 500 or answer.http_status == 408)):
        return Unanswered(answer.detail)
    if code or answer.http_status >= 400:
        return NotTaken(answer.detail, again=False)
    response_code = str(answer.body.get("ResponseCode", ""))
    ids = [answer.body.get(name) for name in ("ConversationID", "OriginatorConversationID")]
    if response_code == "0" and all(is_request_id(each) for each in ids):
        return Taken(str(ids[0]), str(ids[1]))
    if response_code not in ("", "0"):
        return NotTaken(answer.detail, again=False)
    return Unanswered(answer.detail)


class Initiator:
    """Raises LookupError where the operator's password or Safaricom's certificate is not configured."""

    def __init__(self, daraja: Daraja, config: Settings) -> None:
        self._daraja = daraja
        self._config = config

    def reverse(self, receipt: str, amount: int, to: Addresses) -> Acknowledgement:
        """All of a payment, by its receipt. `RecieverIdentifierType` is Safaricom's spelling, 11 a reversal's own."""
        return self._send(
            "/mpesa/reversal/v1/request",
            {
                "Initiator": self._config.mpesa_initiator_name,
                "CommandID": "TransactionReversal",
                "TransactionID": receipt,
                "Amount": str(amount),
                "ReceiverParty": self._config.mpesa_business_short_code,
                "RecieverIdentifierType": "11",
                "Remarks": "Refund of event tickets",
                "Occasion": "Refund",
            },
            to,
        )

    def pay_out(self, phone_number: str, amount: int, originator: str, to: Addresses) -> Acknowledgement:
        """Part of a payment, to a phone, from the short code for disbursements. `Occassion` is Safaricom's spelling."""
        return self._send(
            "/mpesa/b2c/v3/paymentrequest",
            {
                "OriginatorConversationID": originator,
                "InitiatorName": self._config.mpesa_initiator_name,
                "CommandID": "BusinessPayment",
                "Amount": str(amount),
                "PartyA": self._config.mpesa_b2c_short_code,
                "PartyB": phone_number,
                "Remarks": "Refund of event tickets",
                "Occassion": "Refund",
            },
            to,
        )

    def ask(self, to: Addresses, *, conversation: str = "", receipt: str = "") -> Acknowledgement:
        """Has M-PESA say what became of a request, by the id of its conversation, or of a payment, by its receipt."""
        which = {"OriginalConversationID": conversation} if conversation else {"TransactionID": receipt}
        return self._send(
            "/mpesa/transactionstatus/v1/query",
            {
                "Initiator": self._config.mpesa_initiator_name,
                "CommandID": "TransactionStatusQuery",
                **which,
                "PartyA": self._config.mpesa_business_short_code,
                "IdentifierType": "4",
                "Remarks": "Refund of event tickets",
                "Occasion": "Refund",
            },
            to,
        )

    def _send(self, path: str, body: dict[str, Any], to: Addresses) -> Acknowledgement:
        credential = security_credential(secret("MPESA_INITIATOR_PASSWORD"), secret("MPESA_CERTIFICATE"))
        body = {**body, "SecurityCredential": credential, "ResultURL": to.result, "QueueTimeOutURL": to.timeout}
        try:
            return classify(self._daraja.post(path, body))
        except NoToken as error:
            return NotTaken(str(error), again=not error.alert)
        except requests.RequestException as error:
            if never_sent(error):
                return NotTaken(type(error).__name__, again=True)
            return Unanswered(type(error).__name__)
