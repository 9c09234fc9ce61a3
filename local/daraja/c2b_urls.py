"""The confirmation URL that a short code registered for C2B."""


class RegisteredUrls:
    def __init__(self) -> None:
        self._confirmation_by_short_code: dict[str, str] = {}

    def register(self, short_code: str, confirmation_url: str) -> bool:
        """False when the short code has one: in production it is registered once."""
        if short_code in self._confirmation_by_short_code:
            return False
        self._confirmation_by_short_code[short_code] = confirmation_url
        return True

    def confirmation_url(self, short_code: str) -> str | None:
        return self._confirmation_by_short_code.get(short_code)
