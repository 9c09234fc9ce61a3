"""A ticket's id in 27 bytes: the customer's ULID (16), the order's sixteen characters (10), the number (1).

Ids are written in Crockford's base 32, five bits a character, so they are numbers, the first character the highest.
"""

from tiketi.ids import ID_ALPHABET, order_of_ticket

ID_BYTES = 16
TICKET_BYTES = 27

_VALUES = {character: value for value, character in enumerate(ID_ALPHABET)}


def pack_id(ulid: str) -> bytes:
    return _number(ulid).to_bytes(ID_BYTES)


def unpack_id(data: bytes) -> str:
    return _text(int.from_bytes(data), 26)


def pack_ticket_id(ticket_id: str) -> bytes:
    """Raises ValueError for text that is no ticket id, and above the 255th ticket of an order."""
    if order_of_ticket(ticket_id) is None:
        raise ValueError("not a ticket id")
    customer, order, number = ticket_id.split("-")
    return pack_id(customer) + _number(order).to_bytes(10) + bytes([int(number)])


def unpack_ticket_id(data: bytes) -> str | None:
    """None for what no ticket id packs to."""
    if len(data) != TICKET_BYTES or data[26] == 0:
        return None
    return f"{unpack_id(data[:16])}-{_text(int.from_bytes(data[16:26]), 16)}-{data[26]}"


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | _VALUES[character]
    return number


def _text(number: int, characters: int) -> str:
    return "".join(ID_ALPHABET[number >> 5 * place & 31] for place in reversed(range(characters)))
