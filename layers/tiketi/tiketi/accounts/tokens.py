"""Access tokens: signed by this system for itself, so one algorithm, one issuer and every claim demanded."""

from dataclasses import dataclass
from functools import cache

import jwt

from tiketi import clock
from tiketi.accounts.roles import GATE_STAFF
from tiketi.settings import secret, settings

ALGORITHM = "HS256"
ISSUER = "tiketi"
LEEWAY_SECONDS = 10
"""For two execution environments whose clocks differ a little."""
SMALLEST_KEY_BYTES = 32
"""RFC 7518 §3.2: a key for HS256 is at least as long as its hash."""


@dataclass(frozen=True)
class Claims:
    user_id: str
    role: str
    event_id: str = ""
    """Of gate staff: the one event they may scan."""


@cache
def _key() -> str:
    key = secret("JWT_SECRET_KEY")
    if len(key.encode()) < SMALLEST_KEY_BYTES:
        raise ValueError(f"JWT_SECRET_KEY is shorter than {SMALLEST_KEY_BYTES} bytes")
    return key


def issue(user_id: str, role: str) -> str:
    return _signed(user_id, role, clock.epoch_now() + settings().access_token_seconds)


def issue_to_gate_staff(staff_id: str, event_id: str, expires_at: int) -> str:
    """For one event, until `expires_at` (seconds since 1970)."""
    return _signed(staff_id, GATE_STAFF, expires_at, event_id=event_id)


def _signed(subject: str, role: str, expires_at: int, **more: str) -> str:
    claims = {"sub": subject, "role": role, "iat": clock.epoch_now(), "exp": expires_at, "iss": ISSUER, **more}
    return jwt.encode(claims, _key(), ALGORITHM)


def read(token: str) -> Claims | None:
    """What a token claims; None when it is not ours, is incomplete, or is over."""
    try:
        claims = jwt.decode(
            token,
            _key(),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["sub", "role", "iat", "exp", "iss"]},
        )
    except jwt.InvalidTokenError:
        return None
    return Claims(user_id=claims["sub"], role=str(claims["role"]), event_id=str(claims.get("event_id", "")))
