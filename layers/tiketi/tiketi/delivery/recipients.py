"""Whom a notice is for: address and language, as they are when it is sent."""

from dataclasses import dataclass

from tiketi.accounts.items import find_user
from tiketi.delivery.notices import Notice
from tiketi.messages import Language
from tiketi.table import read_texts


@dataclass(frozen=True)
class Recipient:
    """`phone_number` is `254…`; empty where there is no such way to him."""

    phone_number: str
    email: str
    language: Language
    name: str = ""


def find_recipient(notice: Notice) -> Recipient | None:
    """None when the account, or the invitation, is gone."""
    event_id, slash, staff_id = notice.recipient.partition("/")
    if slash:
        return _gate_staff(event_id, staff_id)
    user = find_user(notice.recipient)
    return user and Recipient(user.phone_number, user.email, language(user.language), user.name)


def _gate_staff(event_id: str, staff_id: str) -> Recipient | None:
    found = read_texts(f"GATE#{event_id}", f"STAFF#{staff_id}")
    if found is None or "revoked_at" in found:
        return None
    return Recipient(found.get("phone_number", ""), found.get("email", ""), language(found.get("language", "")))


def language(text: str | None) -> Language:
    return "sw" if text == "sw" else "en"
