"""Whom a request is from. Imported at the authorizer's cold start, so it stays light: no password hashing here."""

from tiketi.accounts.items import find_user
from tiketi.accounts.roles import GATE_STAFF
from tiketi.accounts.tokens import Claims, read
from tiketi.admission.items import find_staff


def authorize(authorization: str) -> Claims | None:
    """Whom an Authorization header, `Bearer <token>`, names, for one read unit; None when it names nobody.

    A user who is gone, or whose role is no longer the token's, is refused, and so is gate staff whose invitation was
    withdrawn: the token outlives none of them.
    """
    scheme, _, token = authorization.strip().partition(" ")
    claims = read(token.strip()) if scheme.lower() == "bearer" else None
    return claims if claims and _holds(claims) else None


def _holds(claims: Claims) -> bool:
    if claims.role == GATE_STAFF:
        staff = find_staff(claims.event_id, claims.user_id)
        return staff is not None and not staff.revoked_at
    user = find_user(claims.user_id)
    return user is not None and user.role == claims.role
