"""The secret in the addresses that a refund's results come to, as in a payment's callback URL.

It is derived from the refund, not drawn, and names the try by the second at which it was sent. A late result of an
earlier try still comes in, for money may have gone back with it; an answer to a question is good only for the try that
was asked about.
"""

import hashlib
import hmac
from typing import Literal, get_args

from tiketi.payments.refund_items import RefundItem
from tiketi.settings import secret

Purpose = Literal["sent", "conversation", "receipt"]
"""The result of what was sent; the answers to the questions after our request, and after the payment."""
_DIGITS = 32
_TRY_DIGITS = 8


def refund_token(refund: RefundItem, purpose: Purpose) -> str:
    """Hexadecimal, because Daraja rejects addresses in which letters spell certain words."""
    tried = f"{int(refund.sent_at):0{_TRY_DIGITS}x}"
    return refund.refund_id.encode().hex() + tried + _proof(refund.refund_id, purpose, tried)


def refund_id_in(token: str) -> str | None:
    """None when the text cannot be a token; whether it is one, `purpose_of` says."""
    try:
        return bytes.fromhex(token[: -_DIGITS - _TRY_DIGITS]).decode("ascii")
    except ValueError:
        return None


def purpose_of(token: str, refund: RefundItem) -> Purpose | None:
    given = token[-_DIGITS:].lower().encode()
    for purpose in get_args(Purpose):
        proof = _proof(refund.refund_id, purpose, _try_in(token))
        if hmac.compare_digest(proof.encode(), given):
            return purpose if purpose == "sent" or is_of_present_try(token, refund) else None
    return None


def is_of_present_try(token: str, refund: RefundItem) -> bool:
    return _try_in(token) == f"{int(refund.sent_at):0{_TRY_DIGITS}x}"


def _try_in(token: str) -> str:
    return token[-_DIGITS - _TRY_DIGITS : -_DIGITS].lower()


def _proof(refund_id: str, purpose: Purpose, tried: str) -> str:
    message = f"refund {purpose} {tried} {refund_id}".encode()
    return hmac.new(secret("SECRET_KEY").encode(), message, hashlib.sha256).hexdigest()[:_DIGITS]
