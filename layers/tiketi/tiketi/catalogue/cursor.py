"""Where the next page begins, sealed: a cursor is good only for the listing it came from, and only unchanged."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from tiketi.errors import Refusal
from tiketi.settings import secret

_SEAL_BYTES = 16


@dataclass(frozen=True)
class Position:
    """After the copy with this sort key; `page` is the number of the page that begins there."""

    sort: str
    page: int


def seal(listing: str, position: Position) -> str:
    said = json.dumps([position.sort, position.page]).encode()
    return base64.urlsafe_b64encode(_seal(listing, said) + said).decode().rstrip("=")


def unseal(listing: str, cursor: str) -> Position:
    """Raises Refusal `bad_cursor`."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Refusal("bad_cursor") from error
    said = data[_SEAL_BYTES:]
    if not hmac.compare_digest(data[:_SEAL_BYTES], _seal(listing, said)):
        raise Refusal("bad_cursor")
    sort, page = json.loads(said)
    return Position(sort, page)


def _seal(listing: str, said: bytes) -> bytes:
    key = secret("SECRET_KEY").encode()
    return hmac.digest(key, b"cursor\n" + listing.encode() + b"\n" + said, hashlib.sha256)[:_SEAL_BYTES]
