"""The secret in the addresses that a refund's results come to, as in a payment's callback URL.

It is derived from the refund, not drawn. The address for the result of what was sent is the same for every try, so a
late result of an earlier one is believed as well; an answer to a question is good for the try that was asked about.
"""

import hashlib
import hmac
from typing import Literal, get_args

from tiketi.payments.refund_items import RefundItem
from tiketi.settings import secret

Purpose = Literal["sent", "conversation", "receipt"]
"""The result of what was sent; the answers to the questions after our request, and after the payment."""
_DIGITS = 32


def refund_token(refund: RefundItem, purpose: Purpose) -> str:
    """Hexadecimal, because Daraja rejects addresses in which letters spell certain words."""
    return refund.refund_id.encode().hex() + _proof(refund, purpose)


def refund_id_in(token: str) -> str | None:
    """None when the text cannot be a token; whether it is one, `purpose_of` says."""
    try:
        return bytes.fromhex(token[:-_DIGITS]).decode("ascii")
    except ValueError:
        return None


def purpose_of(token: str, refund: RefundItem) -> Purpose | None:
    given = token[-_DIGITS:].lower().encode()
    for purpose in get_args(Purpose):
        if hmac.compare_digest(_proof(refund, purpose).encode(), given):
            return purpose
    return None


def _proof(refund: RefundItem, purpose: Purpose) -> str:
    tried = "" if purpose == "sent" else int(refund.tries)
    message = f"refund {purpose} {tried} {refund.refund_id}".encode()
    return hmac.new(secret("SECRET_KEY").encode(), message, hashlib.sha256).hexdigest()[:_DIGITS]
