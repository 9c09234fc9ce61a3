"""Ids: opaque, and never guessable from one another.

A user and an event have a ULID. An order's id is its customer's id and sixteen characters more, so an order is
found by its id alone, without an index: `01JD…-7K3M…`. A ticket's id is its order's id and a number.
"""

import hashlib
import hmac
import re
import secrets

from ulid import ULID

ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit."""
_ULID = re.compile(rf"[0-7][{ID_ALPHABET}]{{25}}")
_ORDER = re.compile(rf"([0-7][{ID_ALPHABET}]{{25}})-([{ID_ALPHABET}]{{16}})")
_TICKET = re.compile(rf"({_ORDER.pattern})-[1-9][0-9]{{0,2}}")

TICKET_CODE_ALPHABET = ID_ALPHABET
TICKET_CODE_CHARACTERS = 8


def new_id() -> str:
    return str(ULID())


def is_id(text: str) -> bool:
    return _ULID.fullmatch(text) is not None


def new_order_id(user_id: str) -> str:
    return f"{user_id}-{''.join(secrets.choice(ID_ALPHABET) for _ in range(16))}"


def repeatable_order_id(user_id: str, idempotency_key: str, attempt: int = 0) -> str:
    """The same order id for the same customer and Idempotency-Key, so that a repeat finds what the first one wrote.

    `attempt` counts the orders made for one key before, which came to nothing and were certainly not paid.
    """
    again = f"\n{attempt}" if attempt else ""
    digest = hashlib.sha256(f"{user_id}\n{idempotency_key}{again}".encode()).digest()
    return f"{user_id}-{''.join(ID_ALPHABET[byte & 31] for byte in digest[:16])}"


def customer_of(order_id: str) -> str | None:
    """The customer's id within an order's id; None when it is no order id."""
    match = _ORDER.fullmatch(order_id)
    return match[1] if match else None


def ticket_ids(order_id: str, quantity: int) -> list[str]:
    """Derived, not drawn: issuing the tickets of an order twice yields the same tickets."""
    return [f"{order_id}-{number}" for number in range(1, quantity + 1)]


def order_of_ticket(ticket_id: str) -> str | None:
    """The order's id within a ticket's id; None when it is no ticket id."""
    match = _TICKET.fullmatch(ticket_id)
    return match[1] if match else None


def customer_of_ticket(ticket_id: str) -> str | None:
    """The customer's id within a ticket's id; None when it is no ticket id."""
    return customer_of(order_of_ticket(ticket_id) or "")


def ticket_code(ticket_id: str, key: str) -> str:
    """What a person reads out at the gate: 40 bits, the same for the same ticket, and not to be had from its id."""
    digest = hmac.new(key.encode(), ticket_id.encode(), hashlib.sha256).digest()
    return "".join(ID_ALPHABET[byte & 31] for byte in digest[:TICKET_CODE_CHARACTERS])


def spoken_code(code: str) -> str:
    """In two groups, as it is read out: `7K3M-01XZ`."""
    return f"{code[:4]}-{code[4:]}"


def read_ticket_code(text: str) -> str | None:
    """A code as somebody typed it: any case, blanks and dashes between, and O for 0, I or L for 1."""
    code = re.sub(r"[\s\-\u2010-\u2013]", "", text).upper().translate(str.maketrans("OIL", "011"))
    return code if re.fullmatch(f"[{ID_ALPHABET}]{{{TICKET_CODE_CHARACTERS}}}", code) else None
