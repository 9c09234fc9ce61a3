"""A ticket in a phone's wallet, where the deployment has an account there; elsewhere nothing promises one."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)
from PIL import Image

from tests.unit.tickets.conftest import Holder
from tests.unit.tickets.test_showing import linked
from tiketi.settings import secret, settings
from tiketi.tickets.google_pass import SAVE
from tiketi.tickets.keys import public_keys
from tiketi.tickets.token import verify


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate(name: str, key: rsa.RSAPrivateKey) -> x509.Certificate:
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def configured(key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    chain = [certificate(name, key).public_bytes(Encoding.PEM).decode() for name in ("Pass Type", "WWDR")]
    for name, value in {
        "APPLE_PASS_TYPE_ID": "pass.example.tiketi",
        "APPLE_TEAM_ID": "ABCDE12345",
        "APPLE_WALLET_CERTIFICATES": "".join(chain),
        "APPLE_WALLET_KEY": pem(key),
        "GOOGLE_WALLET_ISSUER_ID": "3388000000000000000",
        "GOOGLE_WALLET_ACCOUNT": json.dumps({"client_email": "wallet@example.com", "private_key": pem(key)}),
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    secret.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
    secret.cache_clear()


def test_a_deployment_without_accounts_offers_no_wallet_and_says_so_in_words(holder: Holder, api: Any) -> None:
    holder.buys()
    html = linked(api, "show_ticket", holder.link).body.decode()
    assert "Wallet" not in html
    for name in ("get_apple_pass", "get_google_pass"):
        answer = linked(api, name, holder.link)
        assert (answer.status, answer.json["code"]) == (404, "no_such_wallet")
        assert answer.json["message"]


@pytest.mark.usefixtures("configured")
def test_the_page_leads_to_the_wallets_there_are(holder: Holder, api: Any) -> None:
    holder.buys()
    html = linked(api, "show_ticket", holder.link).body.decode()
    assert f'href="{holder.link}/apple.pkpass"' in html
    assert f'href="{holder.link}/google"' in html


def unzipped(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("configured")
def test_apples_pass_shows_the_ticket_and_its_code_scans(holder: Holder, api: Any) -> None:
    holder.buys()
    answer = linked(api, "get_apple_pass", holder.link)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/vnd.apple.pkpass")
    files = unzipped(answer.body)
    told = json.loads(files["pass.json"])
    assert (told["formatVersion"], told["passTypeIdentifier"], told["teamIdentifier"]) == (
        1, "pass.example.tiketi", "ABCDE12345",
    )  # fmt: skip
    assert told["serialNumber"] == holder.ticket_id
    assert told["eventTicket"]["primaryFields"][0]["value"] == "Blankets and Wine"
    assert told["relevantDate"] == "2099-12-24T15:00:00Z"
    (barcode,) = told["barcodes"]
    assert barcode["format"] == "PKBarcodeFormatQR"
    claims = verify(barcode["message"], public_keys())
    assert claims
    assert claims.ticket_id == holder.ticket_id


@pytest.mark.usefixtures("configured")
def test_apples_pass_is_whole_and_signed(holder: Holder, api: Any, key: rsa.RSAPrivateKey) -> None:
    holder.buys()
    files = unzipped(linked(api, "get_apple_pass", holder.link).body)
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    assert manifest == {name: hashlib.sha1(files[name], usedforsecurity=False).hexdigest() for name in manifest}
    for name, side in (("icon.png", 29), ("icon@2x.png", 58), ("icon@3x.png", 87)):
        assert Image.open(io.BytesIO(files[name])).size == (side, side)
    carried = pkcs7.load_der_pkcs7_certificates(files["signature"])
    assert {each.subject.rfc4514_string() for each in carried} == {"CN=Pass Type", "CN=WWDR"}
    assert files["manifest.json"] not in files["signature"], "the signature is detached"
    assert hashlib.sha256(files["manifest.json"]).digest() in files["signature"]
    attributes = signed_attributes(files["signature"])
    key.public_key().verify(files["signature"][-256:], attributes, padding.PKCS1v15(), hashes.SHA256())


def signed_attributes(signature: bytes) -> bytes:
    """What the signature is over (RFC 5652 §5.4): the attributes, as a SET instead of [0]."""
    start = signature.rindex(b"\xa0", 0, signature.index(bytes.fromhex("06092a864886f70d010903")))
    length = signature[start + 1]
    size = 2
    if length & 0x80:
        size += length & 0x7F
        length = int.from_bytes(signature[start + 2 : start + size])
    return b"\x31" + signature[start + 1 : start + size + length]


@pytest.mark.usefixtures("configured")
def test_google_is_told_the_ticket_in_a_token_our_account_signed(
    holder: Holder, api: Any, key: rsa.RSAPrivateKey
) -> None:
    holder.buys()
    answer = linked(api, "get_google_pass", holder.link)
    assert answer.status == 302
    location = answer.headers["Location"]
    assert location.startswith(SAVE)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    told = jwt.decode(location.removeprefix(SAVE), public, ["RS256"], audience="google")
    assert (told["iss"], told["typ"]) == ("wallet@example.com", "savetowallet")
    (event,), (ticket,) = told["payload"]["eventTicketClasses"], told["payload"]["eventTicketObjects"]
    assert ticket["classId"] == event["id"] == f"3388000000000000000.{holder.shop.event_id}"
    assert event["eventName"]["defaultValue"]["value"] == "Blankets and Wine"
    assert (ticket["state"], ticket["barcode"]["type"]) == ("ACTIVE", "QR_CODE")
    assert verify(ticket["barcode"]["value"], public_keys())


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", ["get_apple_pass", "get_google_pass"])
def test_a_dead_ticket_goes_into_no_wallet(holder: Holder, api: Any, name: str) -> None:
    holder.buys()
    holder.becomes("refunded")
    assert linked(api, name, holder.link).status == 410
    assert linked(api, name, holder.link[:-2] + "xx").status == 404
