"""Ids: opaque, and never guessable from one another.

A user and an event have a ULID. An order's id is its customer's id and sixteen characters more, so an order is
found by its id alone, without an index: `01JD…-7K3M…`. A ticket's id is its order's id and a number.
"""

import hashlib
import re
import secrets

from ulid import ULID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[0-7][{_ALPHABET}]{{25}}")
_ORDER = re.compile(rf"([0-7][{_ALPHABET}]{{25}})-([{_ALPHABET}]{{16}})")


def new_id() -> str:
    return str(ULID())


def is_id(text: str) -> bool:
    return _ULID.fullmatch(text) is not None


def new_order_id(user_id: str) -> str:
    return f"{user_id}-{''.join(secrets.choice(_ALPHABET) for _ in range(16))}"


def repeatable_order_id(user_id: str, idempotency_key: str) -> str:
    """The same order id for the same customer and Idempotency-Key, so that a repeat finds what the first one wrote."""
    digest = hashlib.sha256(f"{user_id}\n{idempotency_key}".encode()).digest()
    return f"{user_id}-{''.join(_ALPHABET[byte & 31] for byte in digest[:16])}"


def customer_of(order_id: str) -> str | None:
    """The customer's id within an order's id; None when it is no order id."""
    match = _ORDER.fullmatch(order_id)
    return match[1] if match else None


def ticket_ids(order_id: str, quantity: int) -> list[str]:
    """Derived, not drawn: issuing the tickets of an order twice yields the same tickets."""
    return [f"{order_id}-{number}" for number in range(1, quantity + 1)]
