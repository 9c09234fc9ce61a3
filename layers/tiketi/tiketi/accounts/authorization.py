"""Whom a request is from. Imported at the authorizer's cold start, so it stays light: no password hashing here."""

from tiketi.accounts.items import UserItem, find_user
from tiketi.accounts.tokens import read


def authorize(authorization: str) -> UserItem | None:
    """The user of an Authorization header, `Bearer <token>`, for one read unit; None when it does not name one.

    A user who is gone, or whose role is no longer the token's, is refused: the token outlives neither.
    """
    scheme, _, token = authorization.strip().partition(" ")
    claims = read(token.strip()) if scheme.lower() == "bearer" else None
    user = find_user(claims.user_id) if claims else None
    return user if user and claims and user.role == claims.role else None
