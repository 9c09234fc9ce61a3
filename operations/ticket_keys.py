"""The keys in the secret TICKET_SIGNING_KEYS, the newest first: how the first is made, and how they change."""

import base64
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Keys = list[dict[str, Any]]


def first_keys() -> str:
    return json.dumps([_new_key([])])


def rotated(keys: Keys, now: int, hours: float) -> Keys:
    """A new key before the others. Only the one that signs until then keeps its private half."""
    new = {**_new_key(keys), "signs_from": now + int(hours * 3600)}
    signing = next((key for key in keys if "private" in key and key.get("signs_from", 0) <= now), None)
    if new["signs_from"] <= now:
        signing = None
    return [new, *(key if key is signing else _public_half(key) for key in keys)]


def without(keys: Keys, kid: str, now: int) -> Keys:
    """The keys without one. Raises SystemExit when none that signs now would be left."""
    left = [key for key in keys if key["kid"] != kid]
    if len(left) == len(keys):
        raise SystemExit(f"there is no key {kid}: there are {', '.join(key['kid'] for key in keys)}")
    if not any("private" in key and key.get("signs_from", 0) <= now for key in left):
        raise SystemExit(f"{kid} is the only key that signs at present: first rotate with --at-once")
    return left


def _new_key(keys: Keys) -> dict[str, Any]:
    taken = {key["kid"] for key in keys}
    kid = next(kid for kid in iter(lambda: secrets.token_hex(4), "") if kid not in taken)
    private = Ed25519PrivateKey.generate().private_bytes_raw()
    return {"kid": kid, "private": base64.b64encode(private).decode()}


def _public_half(key: dict[str, Any]) -> dict[str, Any]:
    if "private" not in key:
        return key
    public = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key["private"])).public_key()
    return {"kid": key["kid"], "public": base64.b64encode(public.public_bytes_raw()).decode()}
