"""Access tokens. A new one leaves the older ones valid, as integrators report."""

import base64
import binascii
from datetime import datetime, timedelta

from local.daraja import identifiers
from local.daraja.answers import EMPTY_400, INVALID_AUTHENTICATION, Answer, Refused, as_json
from local.daraja.settings import Credentials

LIFETIME = timedelta(seconds=3599)


class Tokens:
    def __init__(self) -> None:
        self._expiries: dict[str, datetime] = {}

    def issue(self, moment: datetime) -> Answer:
        self._expiries = {token: expiry for token, expiry in self._expiries.items() if expiry > moment}
        token = identifiers.access_token()
        self._expiries[token] = moment + LIFETIME
        return as_json({"access_token": token, "expires_in": str(int(LIFETIME.total_seconds()))})

    def accepts(self, token: str, moment: datetime) -> bool:
        expiry = self._expiries.get(token)
        return expiry is not None and moment < expiry

    def revoke_all(self) -> None:
        self._expiries.clear()


def check_basic(header: str, credentials: Credentials) -> Answer | None:
    """None when the credentials are right; wrong ones get a 400 without a body, which is no JSON."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Refused(INVALID_AUTHENTICATION)
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return EMPTY_400
    right = f"{credentials.consumer_key}:{credentials.consumer_secret}"
    return None if given == right else EMPTY_400
