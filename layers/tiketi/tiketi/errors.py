"""What the system can refuse, as an exception that carries a code. `messages.py` gives each code its words."""

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One field of the caller's input that is wrong. `code` and `params` choose the words over `message`."""

    field: str
    code: str
    message: str
    params: dict[str, object] = dataclasses.field(default_factory=dict[str, object])


class Refusal(Exception):
    """The request cannot be done, and the caller can do something about it.

    `code` is a key of `messages.REFUSALS`, `params` fill its words, `retry_after` is in seconds.
    """

    def __init__(
        self, code: str, *, fields: tuple[FieldError, ...] = (), retry_after: int | None = None, **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.retry_after = retry_after
        self.params = params


def invalid_field(name: str, code: str, message: str, **params: object) -> Refusal:
    return Refusal("invalid_input", fields=(FieldError(name, code, message, params),))
