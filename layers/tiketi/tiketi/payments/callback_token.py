"""The secret in a payment's callback URL: Safaricom signs nothing, so the address itself is the proof.

A token is the order's id and 128 random bits, all in hexadecimal. Daraja rejects URLs that contain words such as
"exe" or "cmd", in either case: letters drawn from a larger alphabet would spell one of them now and then.
"""

import hashlib
import hmac
import secrets
from typing import NamedTuple

_SECRET_DIGITS = 32


class CallbackToken(NamedTuple):
    order_id: str
    secret: str

    def __str__(self) -> str:
        return self.order_id.encode().hex() + self.secret

    @property
    def hash(self) -> str:
        """What is stored: the database alone forges no callback."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def opens(self, stored_hash: str) -> bool:
        return hmac.compare_digest(self.hash, stored_hash)


def new_token(order_id: str) -> CallbackToken:
    return CallbackToken(order_id, secrets.token_hex(_SECRET_DIGITS // 2))


def read_token(text: str) -> CallbackToken | None:
    """None when the text cannot be a token."""
    try:
        order_id = bytes.fromhex(text[:-_SECRET_DIGITS]).decode("ascii")
    except ValueError:
        return None
    return CallbackToken(order_id, text[-_SECRET_DIGITS:].lower()) if order_id else None
