"""How an account comes to be."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pynamodb.exceptions import TransactWriteError

from tiketi.accounts.fields import EmailAddress, NewPassword, PersonName
from tiketi.accounts.items import PROFILE, UserItem, email_guard, user_key
from tiketi.accounts.passwords import hash_password
from tiketi.clock import rfc3339, utc_now
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.messages import Language
from tiketi.phone import PhoneNumber
from tiketi.table import Item, cancelled_by_condition, transact, transaction


class RegisterInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    email: EmailAddress
    password: NewPassword
    phone_number: PhoneNumber
    name: PersonName
    role: Literal["customer", "organizer"] = "customer"
    language: Language | None = None
    """Of messages; None: that of the request."""


def register(new: RegisterInput, spoken: Language = "en") -> UserItem:
    """Puts the user and the guard of his address together, for four write units; of two at once, one wins.

    The password is hashed before the address is looked at, so the answer takes as long either way.
    Raises Refusal `email_taken`.
    """
    user_id = new_id()
    user = UserItem(
        user_key(user_id),
        PROFILE,
        user_id=user_id,
        email=new.email,
        password_hash=hash_password(new.password),
        role=new.role,
        phone_number=new.phone_number,
        name=new.name,
        language=new.language or spoken,
        created_at=rfc3339(utc_now()),
    )

    def put_both() -> None:
        with transaction() as both:
            both.save(email_guard(user.email, user_id), condition=Item.pk.does_not_exist())
            both.save(user, condition=Item.pk.does_not_exist())

    try:
        transact(put_both)
    except TransactWriteError as error:
        if cancelled_by_condition(error):
            raise Refusal("email_taken") from error
        raise
    return user
