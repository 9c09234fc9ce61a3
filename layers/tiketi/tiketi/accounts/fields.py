"""Fields of an account as people type them."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
"""What a browser takes in an e-mail field (WHATWG HTML, "valid e-mail address"), with a dotted domain."""


def _valid_email(text: str) -> str:
    if _EMAIL.fullmatch(text) is None:
        raise PydanticCustomError("email", "Enter a valid e-mail address.")
    return text


EmailAddress = Annotated[str, StringConstraints(max_length=254), AfterValidator(_valid_email)]
"""Kept as typed; `email_key` compares without regard to case."""

NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=128, strip_whitespace=False), Field(repr=False)]
"""Blanks count, at its ends too. The upper limit only bounds the work of hashing."""

PersonName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
