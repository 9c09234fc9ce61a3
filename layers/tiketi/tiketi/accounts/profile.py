"""What a user may change about himself."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from tiketi.accounts.fields import EmailAddress, PersonName
from tiketi.accounts.items import EmailItem, UserItem, email_guard, email_key, find_email_owner, load_user
from tiketi.errors import Refusal
from tiketi.messages import Language
from tiketi.phone import PhoneNumber
from tiketi.table import transact_if, transaction

_ATTEMPTS = 3


class UpdateUserInput(BaseModel):
    """What is absent or null stays as it is."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    email: EmailAddress | None = None
    phone_number: PhoneNumber | None = None
    name: PersonName | None = None
    language: Language | None = None

    def changed_in(self, user: UserItem) -> dict[str, str]:
        return {
            name: value for name, value in self.model_dump(exclude_none=True).items() if value != getattr(user, name)
        }


def update_user(user_id: str, changes: UpdateUserInput) -> UserItem:
    """The user as he is then. Two write units, and four more when the address becomes another one.

    Raises Refusal `email_taken`, `user_not_found`, or `changed_meanwhile` when another change came first each time.
    """
    for _ in range(_ATTEMPTS):
        user = load_user(user_id)
        changed = changes.changed_in(user)
        if not changed or _write(user, changed):
            return user
        if find_email_owner(changed.get("email", user.email)) not in (None, user_id):
            raise Refusal("email_taken")
    raise Refusal("changed_meanwhile")


def _write(user: UserItem, changed: dict[str, str]) -> bool:
    """Moves the guard of the address with the address, or changes nothing and says False."""
    old_email, new_email = user.email, changed.get("email", user.email)

    def write() -> None:
        with transaction() as together:
            together.update(
                user,
                actions=[_attribute(name).set(value) for name, value in changed.items()],
                condition=UserItem.email == old_email,
            )
            if email_key(new_email) != email_key(old_email):
                together.delete(email_guard(old_email, user.user_id), condition=EmailItem.user_id == user.user_id)
                together.save(email_guard(new_email, user.user_id), condition=EmailItem.pk.does_not_exist())

    if not transact_if(write):
        return False
    for name, value in changed.items():
        setattr(user, name, value)
    return True


def _attribute(name: str) -> Any:
    return getattr(UserItem, name)
