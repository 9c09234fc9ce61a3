import base64
from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.daraja import initiator_rules
from local.daraja.answers import Refused
from local.daraja.ledger import Entry
from local.daraja.security_credential import CredentialKey
from local.daraja.settings import Credentials


@pytest.fixture
def reversal() -> dict[str, Any]:
    return {
        "Initiator": "testapi",
        "SecurityCredential": "c2VjcmV0",
        "CommandID": "TransactionReversal",
        "TransactionID": "ULO7RT61SV",
        "Amount": "500",
        "ReceiverParty": "174379",
        "RecieverIdentifierType": "11",
        "ResultURL": "https://api.example/v1/refunds/result",
        "QueueTimeOutURL": "https://api.example/v1/refunds/timeout",
        "Remarks": "Event cancelled",
    }


def payment(moment: datetime) -> Entry:
    return Entry("ULO7RT61SV", "payment", 500, "254708374149", "T9FKQ2M4XA", moment)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("CommandID", "Reversal"),
        ("RecieverIdentifierType", "4"),
        ("ReceiverParty", "600000"),
        ("TransactionID", ""),
        ("Amount", "499.50"),
        ("Remarks", "x"),
        ("ResultURL", "https://api.example/mpesa/result"),
        ("QueueTimeOutURL", None),
    ],
)
def test_a_reversal_names_the_field_that_is_wrong(
    field: str, value: object, reversal: dict[str, Any], credentials: Credentials
) -> None:
    reversal[field] = value
    with pytest.raises(Refused, match=f"Invalid {field}"):
        initiator_rules.check_reversal(reversal, credentials)


def test_a_right_reversal_is_taken_with_cents_or_without(reversal: dict[str, Any], credentials: Credentials) -> None:
    assert initiator_rules.check_reversal(reversal, credentials).amount == 500
    assert initiator_rules.check_reversal(reversal | {"Amount": "500.00"}, credentials).amount == 500


def test_a_payment_is_reversed_once(moment: datetime) -> None:
    entry = payment(moment)
    assert initiator_rules.reversal_end(entry, 500)[0] == "0"
    entry.reversed_by = "ULO8AAAAAA"
    assert initiator_rules.reversal_end(entry, 500)[0] == "R000001"


def test_an_unknown_receipt_and_a_part_of_the_amount_are_not_reversed(moment: datetime) -> None:
    assert initiator_rules.reversal_end(None, 500)[0] == "R000002"
    assert initiator_rules.reversal_end(payment(moment), 499)[0] == "R000002"


@pytest.mark.parametrize("changes", [{"Initiator": "someone"}, {"SecurityCredential": "plain text"}, {"Initiator": ""}])
def test_a_wrong_initiator_or_credential_is_not_known(
    changes: dict[str, Any], reversal: dict[str, Any], credentials: Credentials
) -> None:
    assert initiator_rules.knows_the_initiator(reversal, "Initiator", credentials, None)
    assert not initiator_rules.knows_the_initiator(reversal | changes, "Initiator", credentials, None)


def test_a_credential_under_another_padding_or_with_more_than_the_password_is_wrong() -> None:
    key = CredentialKey()
    public = x509.load_pem_x509_certificate(key.certificate().encode()).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)

    def encrypted(text: bytes, scheme: padding.AsymmetricPadding) -> str:
        return base64.b64encode(public.encrypt(text, scheme)).decode()

    assert key.holds(encrypted(b"secret", padding.PKCS1v15()), "secret")
    assert not key.holds(encrypted(b"secret", oaep), "secret")
    assert not key.holds(encrypted(b"secret20261224120000", padding.PKCS1v15()), "secret")
    assert not key.holds("c2VjcmV0", "secret")
