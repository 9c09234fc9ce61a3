"""RFC 9285: bytes in the alphabet that a QR code packs tightest of all text."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    return "".join(_characters(data[start : start + 2]) for start in range(0, len(data), 2))


def decode(text: str) -> bytes:
    """Raises ValueError for text that encodes nothing."""
    return b"".join(_bytes(text[start : start + 3]) for start in range(0, len(text), 3))


def _characters(pair: bytes) -> str:
    rest, characters = int.from_bytes(pair), ""
    for _ in range(len(pair) + 1):
        rest, value = divmod(rest, 45)
        characters += _ALPHABET[value]
    return characters


def _bytes(characters: str) -> bytes:
    if len(characters) < 2 or not set(characters) <= _VALUES.keys():
        raise ValueError("not base45")
    number = sum(_VALUES[character] * 45**place for place, character in enumerate(characters))
    size = len(characters) - 1
    if number >= 256**size:
        raise ValueError("not base45")
    return number.to_bytes(size)
