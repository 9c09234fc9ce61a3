"""What a ticket's QR code says: who may come in where, signed, and nothing about the person.

Base45 text of these bytes; `docs/tickets.md` has them with an example:

    version 1 (1) | key id (4) | event (16) | ticket id (27) | length of the tier (1) | tier, UTF-8 | signature (64)

Ed25519 over everything before the signature. Signing is deterministic: the same ticket and key, the same token.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tiketi.sales.items import TicketItem
from tiketi.tickets import base45
from tiketi.tickets.keys import TicketKey, signing_key
from tiketi.tickets.ticket_bytes import ID_BYTES, TICKET_BYTES, pack_id, pack_ticket_id, unpack_id, unpack_ticket_id

VERSION = 1
SIGNATURE_BYTES = 64
TIER_BYTES = 255
_KEY_ID = slice(1, 5)
_EVENT = slice(5, 5 + ID_BYTES)
_TICKET = slice(_EVENT.stop, _EVENT.stop + TICKET_BYTES)
_TIER = _TICKET.stop + 1
"""Where the tier begins, after the byte that says how long it is."""


@dataclass(frozen=True)
class TicketClaims:
    key_id: str
    event_id: str
    ticket_id: str
    tier: str


def sign(ticket: TicketItem) -> str:
    """The token of a ticket, by the key that signs at present."""
    return signed(ticket.event_id, ticket.ticket_id, ticket.ticket_type, signing_key())


def signed(event_id: str, ticket_id: str, tier: str, key: TicketKey) -> str:
    """Raises ValueError for ids that are none, and for a key that cannot sign."""
    if key.private is None:
        raise ValueError(f"key {key.kid} has no private half")
    name = tier.encode()[:TIER_BYTES].decode(errors="ignore").encode()
    head = bytes([VERSION]) + bytes.fromhex(key.kid) + pack_id(event_id) + pack_ticket_id(ticket_id)
    claims = head + bytes([len(name)]) + name
    return base45.encode(claims + key.private.sign(claims))


def verify(text: str, public_keys: Mapping[str, Ed25519PublicKey]) -> TicketClaims | None:
    """What a token says, when one of these keys has signed it; None for anything else."""
    try:
        data = base45.decode(text)
    except ValueError:
        return None
    claims, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    if len(claims) < _TIER or claims[0] != VERSION or len(claims) != _TIER + claims[_TIER - 1]:
        return None
    key = public_keys.get(claims[_KEY_ID].hex())
    if key is None or not _is_signed(key, signature, claims):
        return None
    return _read(claims)


def _is_signed(key: Ed25519PublicKey, signature: bytes, claims: bytes) -> bool:
    try:
        key.verify(signature, claims)
    except InvalidSignature:
        return False
    return True


def _read(claims: bytes) -> TicketClaims | None:
    ticket_id = unpack_ticket_id(claims[_TICKET])
    if ticket_id is None:
        return None
    tier = claims[_TIER:].decode(errors="replace")
    return TicketClaims(claims[_KEY_ID].hex(), unpack_id(claims[_EVENT]), ticket_id, tier)
