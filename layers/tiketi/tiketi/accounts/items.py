"""The items of an account: the user, and the guard that makes an e-mail address unique."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi.errors import Refusal
from tiketi.table import Item

PROFILE = "PROFILE"
EMAIL = "EMAIL"


class UserItem(Item, discriminator="user"):
    """`USER#<id>` / `PROFILE`. `role` is `customer` or `organizer`; `phone_number` is `254…`.

    `language`, `en` or `sw`, is that of the messages he is sent.
    """

    user_id = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    phone_number = UnicodeAttribute()
    name = UnicodeAttribute()
    language = UnicodeAttribute(default="en")
    created_at = UnicodeAttribute()

    def answer(self) -> dict[str, Any]:
        """The user of `GET /user`: never the password's hash."""
        return {
            "id": self.user_id,
            "email": self.email,
            "role": self.role,
            "phone_number": self.phone_number,
            "name": self.name,
            "language": self.language,
            "profile": {"name": self.name},
        }


class EmailItem(Item, discriminator="email"):
    """`EMAIL#<folded address>` / `EMAIL`: whose address it is. Written only together with that user's profile."""

    user_id = UnicodeAttribute()


def user_key(user_id: str) -> str:
    return f"USER#{user_id}"


def email_key(email: str) -> str:
    """The same for two spellings that differ only in case, or in blanks around them."""
    return f"EMAIL#{email.strip().casefold()}"


def email_guard(email: str, user_id: str) -> EmailItem:
    """The item, not read from the table, that makes an address this user's."""
    return EmailItem(email_key(email), EMAIL, user_id=user_id)


def find_user(user_id: str) -> UserItem | None:
    """Read consistently, for one read unit: whoever has just registered exists."""
    try:
        return UserItem.get(user_key(user_id), PROFILE, consistent_read=True)
    except DoesNotExist:
        return None


def load_user(user_id: str) -> UserItem:
    """Raises Refusal `user_not_found`: an authorizer's answer is cached and outlives its user by up to five minutes."""
    user = find_user(user_id)
    if user is None:
        raise Refusal("user_not_found")
    return user


def find_email_owner(email: str) -> str | None:
    """The id of the user with this address, read consistently for one read unit."""
    try:
        return EmailItem.get(email_key(email), EMAIL, consistent_read=True).user_id
    except DoesNotExist:
        return None
