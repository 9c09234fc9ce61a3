"""The token in a ticket's QR code: signed by us, read by any scanner, telling nothing about its holder."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function
from tiketi.ids import ID_ALPHABET, new_id, new_order_id
from tiketi.sales.items import TicketItem
from tiketi.tickets import base45
from tiketi.tickets.keys import TicketKey, public_keys, signing_key
from tiketi.tickets.token import TicketClaims, sign, signed, verify

EVENT, TICKET = new_id(), f"{new_order_id(new_id())}-7"
ULIDS = st.integers(0, 2**128 - 1).map(
    lambda number: "".join(ID_ALPHABET[number >> 5 * place & 31] for place in reversed(range(26)))
)
ORDERS = st.text(ID_ALPHABET, min_size=16, max_size=16)


def a_key(kid: str = "0a0b0c0d") -> TicketKey:
    private = Ed25519PrivateKey.generate()
    return TicketKey(kid, private.public_key(), private, 0)


def token() -> str:
    return signed(EVENT, TICKET, "VIP", signing_key())


@given(event=ULIDS, customer=ULIDS, order=ORDERS, number=st.integers(1, 255), tier=st.text(max_size=60))
def test_whatever_is_signed_is_read_again(event: str, customer: str, order: str, number: int, tier: str) -> None:
    tier = tier.encode("utf-8", "ignore").decode()
    ticket_id = f"{customer}-{order}-{number}"
    text = signed(event, ticket_id, tier, signing_key())
    assert verify(text, public_keys()) == TicketClaims("00000001", event, ticket_id, tier)
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), "a QR code packs no other text as tight"


def test_the_token_of_a_ticket_is_the_same_each_time() -> None:
    ticket = TicketItem(ticket_id=TICKET, event_id=EVENT, ticket_type="VIP")
    assert sign(ticket) == sign(ticket) == token()


def test_the_token_is_byte_for_byte_what_the_documentation_says() -> None:
    data = base45.decode(token())
    assert data[:5] == bytes([1, 0, 0, 0, 1])
    assert int.from_bytes(data[5:21]) == int("".join(f"{ID_ALPHABET.index(letter):05b}" for letter in EVENT), 2)
    assert data[21:48].endswith(b"\x07")
    assert (data[48], data[49:52], len(data)) == (3, b"VIP", 52 + 64)


def test_a_name_longer_than_its_byte_can_say_is_cut_between_two_letters() -> None:
    found = verify(signed(EVENT, TICKET, "é" * 200, signing_key()), public_keys())
    assert found
    assert found.tier == "é" * 127


@given(position=st.integers(0, 115), bit=st.integers(0, 7))
def test_a_token_with_any_bit_changed_is_refused(position: int, bit: int) -> None:
    data = bytearray(base45.decode(token()))
    data[position] ^= 1 << bit
    assert verify(base45.encode(bytes(data)), public_keys()) is None


@given(st.integers(0, len(token()) - 1))
def test_a_token_that_is_cut_short_is_refused(length: int) -> None:
    assert verify(token()[:length], public_keys()) is None
    assert verify(token()[length + 1 :], public_keys()) is None


@given(
    st.text() | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") | st.binary(max_size=300).map(base45.encode)
)
def test_text_that_is_no_token_is_refused_and_breaks_nothing(text: str) -> None:
    assert verify(text, public_keys()) is None


def test_what_another_key_has_signed_is_refused_even_under_our_keys_name() -> None:
    assert verify(signed(EVENT, TICKET, "VIP", a_key()), public_keys()) is None
    assert verify(signed(EVENT, TICKET, "VIP", a_key("00000001")), public_keys()) is None


def test_a_genuine_signature_of_what_is_no_ticket_is_refused() -> None:
    key = signing_key()
    assert key.private
    data = base45.decode(token())[:-64]
    for claims in (b"\x02" + data[1:], data + b"x", data[:47] + b"\0" + data[48:], data[:30]):
        assert verify(base45.encode(claims + key.private.sign(claims)), public_keys()) is None


def test_the_token_holds_ids_and_the_tier_and_nothing_of_the_person() -> None:
    ticket = TicketItem(
        ticket_id=TICKET, event_id=EVENT, ticket_type="VIP", event_title="Achieng's Party", correlation_id="c", price=9
    )
    assert base45.decode(sign(ticket)) == base45.decode(token())


# --- Keys ------------------------------------------------------------------------------------------------------------


def keys_of(monkeypatch: pytest.MonkeyPatch, *entries: dict[str, Any]) -> None:
    from tiketi.tickets import keys

    monkeypatch.setattr(keys, "secret", lambda name: json.dumps(entries))  # pyright: ignore[reportUnknownArgumentType]


def entry(kid: str, **more: Any) -> dict[str, Any]:
    return {"kid": kid, "private": base64.b64encode(bytes.fromhex(kid) * 8).decode(), **more}


def public_only(kid: str) -> dict[str, Any]:
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kid) * 8).public_key()
    return {"kid": kid, "public": base64.b64encode(public.public_bytes_raw()).decode()}


def test_after_a_rotation_the_new_key_signs_and_old_tickets_still_open_the_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys_of(monkeypatch, entry("0000000a"))
    old = token()
    keys_of(monkeypatch, entry("0000000b"), public_only("0000000a"))
    new = token()
    found = [verify(each, public_keys()) for each in (old, new)]
    assert [each and each.key_id for each in found] == ["0000000a", "0000000b"]
    keys_of(monkeypatch, entry("0000000b"))
    assert verify(old, public_keys()) is None, "its key is published no more"


def test_a_key_is_published_before_it_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    keys_of(monkeypatch, entry("0000000b", signs_from=2**40), entry("0000000a"))
    assert signing_key().kid == "0000000a"
    assert list(public_keys()) == ["0000000b", "0000000a"]


def test_without_a_key_that_may_sign_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    keys_of(monkeypatch, public_only("0000000a"))
    with pytest.raises(LookupError):
        token()


def test_a_stranger_verifies_a_ticket_with_the_published_keys_alone(api: Any) -> None:
    answer = api("tickets/get_ticket_keys", path="/.well-known/jwks.json")
    assert answer.status == 200
    assert "max-age" in answer.headers["Cache-Control"]
    published = {
        key["kid"]: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
        for key in answer.json["keys"]
    }
    assert verify(token(), published)
    assert "private" not in json.dumps(answer.json)
    assert "d" not in answer.json["keys"][0]


def test_the_sample_event_works() -> None:
    event = json.loads((ROOT / "events/tickets/get_ticket_keys.json").read_text())
    assert load_function("tickets/get_ticket_keys").handler(event, LAMBDA_CONTEXT)["statusCode"] == 200


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")]
)
def test_base45_is_that_of_the_rfc(data: bytes, text: str) -> None:
    assert (base45.encode(data), base45.decode(text)) == (text, data)


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "::", "ab", "BB8A"])
def test_what_base45_cannot_be_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)
