"""The keys that tickets are signed with, from the secret TICKET_SIGNING_KEYS; `docs/tickets.md` says how they rotate.

The secret is a JSON list, the newest key first: `{"kid": "<8 hex>", "private": "<base64 of 32 bytes>"}`. A key that
signs no more may keep only its `"public"`. With `"signs_from"` (seconds since 1970) a key is published before it is
used, so that scanners have it in time.
"""

import base64
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tiketi import clock
from tiketi.settings import secret


@dataclass(frozen=True)
class TicketKey:
    kid: str
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None
    signs_from: int


def signing_key() -> TicketKey:
    """The newest key whose time has come. Raises LookupError when there is none."""
    now = clock.epoch_now()
    for key in ticket_keys():
        if key.private and key.signs_from <= now:
            return key
    raise LookupError("TICKET_SIGNING_KEYS has no key that may sign now")


def public_keys() -> dict[str, Ed25519PublicKey]:
    """By key id."""
    return {key.kid: key.public for key in ticket_keys()}


def key_set() -> dict[str, Any]:
    """The public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "kid": key.kid,
                "use": "sig",
                "alg": "EdDSA",
                "x": base64.urlsafe_b64encode(key.public.public_bytes_raw()).decode().rstrip("="),
            }
            for key in ticket_keys()
        ]
    }


def ticket_keys() -> list[TicketKey]:
    return _read(secret("TICKET_SIGNING_KEYS"))


@cache
def _read(text: str) -> list[TicketKey]:
    return [_key(entry) for entry in json.loads(text)]


def _key(entry: dict[str, Any]) -> TicketKey:
    private = None
    if "private" in entry:
        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(entry["private"]))
        public = private.public_key()
    else:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(entry["public"]))
    return TicketKey(str(entry["kid"]), public, private, int(entry.get("signs_from", 0)))
