"""Kenyan mobile numbers: any form a person writes, stored as 2547XXXXXXXX or 2541XXXXXXXX."""

import re

_SEPARATORS = re.compile(r"[\s\-().+]")
_ANY_FORM = re.compile(r"(?:254|0)?([17][0-9]{8})")
_STRICT = re.compile(r"254[17][0-9]{8}")


def normalise(number: str) -> str:
    """Raises ValueError for what is not a Kenyan mobile number."""
    match = _ANY_FORM.fullmatch(_SEPARATORS.sub("", number))
    if match is None:
        raise ValueError("not a Kenyan mobile number, such as 0712 345 678 or 254712345678")
    return "254" + match[1]


def is_strict(number: str) -> bool:
    """Daraja takes this one form only."""
    return _STRICT.fullmatch(number) is not None


def mask(number: str) -> str:
    """As Safaricom masks payers since March 2026: 254708***149."""
    return f"{number[:6]}***{number[-3:]}"
