"""Signing in with e-mail and password."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pynamodb.exceptions import UpdateError

from tiketi.accounts.items import UserItem, find_email_owner, find_user
from tiketi.accounts.passwords import hash_password, is_outdated, password_matches
from tiketi.accounts.tokens import issue
from tiketi.errors import Refusal
from tiketi.table import condition_failed

_NOBODY = "nobody"


class LoginInput(BaseModel):
    """Nothing about the form of either is checked, so that whatever is wrong has the one answer."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    email: Annotated[str, StringConstraints(max_length=254)]
    password: Annotated[str, StringConstraints(strip_whitespace=False), Field(repr=False)]


def login(given: LoginInput) -> UserItem:
    """Two reads and one argon2 computation, whether or not anybody has this e-mail address.

    Raises Refusal `wrong_credentials`, the same for an unknown address and a wrong password.
    """
    user = find_user(find_email_owner(given.email) or _NOBODY)
    if not password_matches(user.password_hash if user else None, given.password) or user is None:
        raise Refusal("wrong_credentials")
    if is_outdated(user.password_hash):
        _rehash(user, given.password)
    return user


def _rehash(user: UserItem, password: str) -> None:
    try:
        user.update(
            actions=[UserItem.password_hash.set(hash_password(password))],
            condition=UserItem.password_hash == user.password_hash,
        )
    except UpdateError as error:
        # Another login has done it, or the account is gone: this one has seen the right password all the same.
        if not condition_failed(error):
            raise


def session(user: UserItem) -> dict[str, Any]:
    """What the client keeps after registration and login."""
    return {"access_token": issue(user.user_id, user.role), "user": user.answer()}
