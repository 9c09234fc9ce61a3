"""The public address of a ticket: whoever has the link sees the ticket, and nobody can guess one.

A link is the ticket's id and 128 bits that only our key yields, 58 characters of base64url: the ticket is found by it
without an item of its own, and a message can carry it.
"""

import base64
import binascii
import hashlib
import hmac

from tiketi.settings import secret
from tiketi.tickets.ticket_bytes import TICKET_BYTES, pack_ticket_id, unpack_ticket_id

_SEAL_BYTES = 16
_CHARACTERS = 58


def link_of(ticket_id: str) -> str:
    packed = pack_ticket_id(ticket_id)
    return _text(packed + _seal(packed))


def read_link(text: str) -> str | None:
    """The id of the ticket a link leads to; None for text that is no link of ours."""
    if len(text) != _CHARACTERS or not text.isascii():
        return None
    try:
        data = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    packed, seal = data[:TICKET_BYTES], data[TICKET_BYTES:]
    if _text(data) != text:
        return None
    return unpack_ticket_id(packed) if hmac.compare_digest(seal, _seal(packed)) else None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _seal(packed: bytes) -> bytes:
    return hmac.digest(secret("SECRET_KEY").encode(), b"ticket link\0" + packed, hashlib.sha256)[:_SEAL_BYTES]


def page_url(public_url: str, ticket_id: str) -> str:
    """The public page of a ticket. Whoever has it has the ticket, so it goes to its holder alone."""
    return f"{public_url}/t/{link_of(ticket_id)}"
