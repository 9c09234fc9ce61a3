"""Phone numbers, as people write them and as M-PESA takes them."""

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_SEPARATORS = re.compile(r"[\s()\-\u2010-\u2013]")
"""Blanks of any kind, brackets, and the dashes an address book puts between the groups."""
_KENYAN_MOBILE = re.compile(r"(?:\+?254|0)?([17][0-9]{8})")


def normalize(text: str) -> str:
    """A Kenyan mobile number as `2547XXXXXXXX` or `2541XXXXXXXX`.

    Reads `07…`, `01…`, `7…`, `1…`, `254…` and `+254…`, with spaces, dashes and brackets anywhere.
    Raises ValueError for anything else; its words do not repeat the number, which must not reach a log.
    """
    match = _KENYAN_MOBILE.fullmatch(_SEPARATORS.sub("", text))
    if match is None:
        raise ValueError("Enter a Kenyan mobile number, such as 0712 345 678.")
    return f"254{match[1]}"


def _validated(text: str) -> str:
    try:
        return normalize(text)
    except ValueError as error:
        raise PydanticCustomError("phone_number", "{reason}", {"reason": str(error)}) from error


PhoneNumber = Annotated[str, AfterValidator(_validated)]
"""A field of an input model; what is wrong has the error type `phone_number`."""
