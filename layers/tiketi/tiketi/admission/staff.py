"""Gate staff: people whom an organizer lets scan one event. They need no account, only their invitation."""

import base64
import hashlib
import hmac
import secrets
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from pynamodb.exceptions import UpdateError

from tiketi import clock
from tiketi.accounts.fields import EmailAddress
from tiketi.accounts.tokens import issue_to_gate_staff
from tiketi.admission.items import StaffItem, find_staff, gate_key, staff_key
from tiketi.catalogue.changes import find_event
from tiketi.catalogue.items import Event, load_event
from tiketi.delivery.notices import enqueue, gate_invite
from tiketi.delivery.rate import count
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.logs import logger
from tiketi.phone import PhoneNumber
from tiketi.settings import settings
from tiketi.table import condition_failed

MOST_STAFF = 200
"""Of one event, those that were revoked included: a list is read at once."""
GRACE_SECONDS = 6 * 3600
"""Scanners go on for so long after the end of an event: it may overrun, and offline ones have yet to sync."""
_SECRET_BYTES = 16


class InviteInput(BaseModel):
    """A phone number, an e-mail address, or both."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(max_length=100)] = ""
    phone_number: PhoneNumber | None = None
    email: EmailAddress | None = None
    language: Literal["en", "sw"] = "en"

    @model_validator(mode="after")
    def reachable(self) -> Self:
        if not (self.phone_number or self.email):
            raise PydanticCustomError("phone_or_email", "Say where the invitation goes: a phone number or an e-mail.")
        return self


class SessionInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    invite: Annotated[str, StringConstraints(max_length=200), Field(repr=False)]


def invite(event_id: str, organizer_id: str, invited: InviteInput, page_url: str) -> dict[str, Any]:
    """The new member of staff, with the link that is also sent to him and never to be had again.

    Each is counted, one for the same person too: it has a link of its own, and a message of its own.
    Raises Refusal `event_not_found`, `not_your_event`, `event_over`, `too_many_staff`, `too_many_invitations`.
    """
    event = find_event(event_id, organizer_id)
    if _session_end(event.end_date) <= clock.epoch_now():
        raise Refusal("event_over")
    if len(_all(event_id)) >= MOST_STAFF:
        raise Refusal("too_many_staff", most=MOST_STAFF)
    count(organizer_id, "INVITE", settings().invitations_per_hour, "too_many_invitations")
    staff_id, key = new_id(), secrets.token_bytes(_SECRET_BYTES)
    staff = StaffItem(
        *staff_key(event_id, staff_id),
        staff_id=staff_id,
        event_id=event_id,
        secret_hash=_hash(key),
        created_at=clock.rfc3339(clock.utc_now()),
        **invited.model_dump(exclude_none=True),
    )
    staff.save()
    link = f"{page_url}#invite={_invitation(event_id, staff_id, key)}"
    enqueue(gate_invite(event_id, staff_id, link))
    logger.info("gate staff invited", extra={"event_id": event_id, "staff_id": staff_id})
    return {**staff_answer(staff), "link": link}


def list_staff(event_id: str, organizer_id: str) -> list[dict[str, Any]]:
    """Raises Refusal `event_not_found`, `not_your_event`."""
    find_event(event_id, organizer_id)
    return [staff_answer(staff) for staff in _all(event_id)]


def revoke(event_id: str, organizer_id: str, staff_id: str) -> None:
    """At once: every scan reads this item. Raises Refusal `event_not_found`, `not_your_event`, `staff_not_found`."""
    find_event(event_id, organizer_id)
    staff = find_staff(event_id, staff_id)
    if staff is None:
        raise Refusal("staff_not_found")
    if not staff.revoked_at:
        staff.update([StaffItem.revoked_at.set(clock.rfc3339(clock.utc_now()))])
        logger.info("gate staff revoked", extra={"event_id": event_id, "staff_id": staff_id})


def open_session(given: SessionInput) -> dict[str, Any]:
    """A token for the scanner, good until the event has ended and a while longer.

    Raises Refusal `wrong_invite`, `staff_revoked`, `event_not_found`, `event_over`.
    """
    event_id, staff_id, key = _read_invitation(given.invite)
    staff = find_staff(event_id, staff_id)
    if staff is None or not hmac.compare_digest(staff.secret_hash, _hash(key)):
        raise Refusal("wrong_invite")
    if staff.revoked_at:
        raise Refusal("staff_revoked")
    event = load_event(event_id)
    expires_at = _session_end(event.item.end_date)
    if expires_at <= clock.epoch_now():
        raise Refusal("event_over")
    _note_session(staff)
    return _session(staff, event, expires_at)


def active_staff(event_id: str, staff_id: str) -> StaffItem:
    """Raises Refusal `staff_revoked`: the authorizer's answer is kept for five minutes, and this is not."""
    staff = find_staff(event_id, staff_id)
    if staff is None or staff.revoked_at:
        raise Refusal("staff_revoked")
    return staff


def staff_answer(staff: StaffItem) -> dict[str, Any]:
    state = "revoked" if staff.revoked_at else ("active" if staff.last_session_at else "invited")
    return {
        "id": staff.staff_id,
        "name": staff.name,
        "phone_number": staff.phone_number,
        "email": staff.email,
        "language": staff.language,
        "state": state,
        "created_at": staff.created_at,
        "last_session_at": staff.last_session_at,
        "revoked_at": staff.revoked_at,
    }


def event_answer(event: Event) -> dict[str, Any]:
    item = event.item
    return {
        "id": item.event_id,
        "title": item.title,
        "location": item.location,
        "start_date": item.start_date,
        "end_date": item.end_date,
    }


def _session(staff: StaffItem, event: Event, expires_at: int) -> dict[str, Any]:
    return {
        "access_token": issue_to_gate_staff(staff.staff_id, staff.event_id, expires_at),
        "expires_at": clock.from_epoch(expires_at),
        "staff_id": staff.staff_id,
        "name": staff.name,
        "event": event_answer(event),
    }


def _note_session(staff: StaffItem) -> None:
    """Revoked in this very moment, it must not look active again; everything else is a bug."""
    try:
        staff.update(
            [StaffItem.last_session_at.set(clock.rfc3339(clock.utc_now()))], StaffItem.revoked_at.does_not_exist()
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise
        raise Refusal("staff_revoked") from error


def _all(event_id: str) -> list[StaffItem]:
    return list(StaffItem.query(gate_key(event_id), StaffItem.sk.startswith("STAFF#"), consistent_read=True))


def _session_end(end_date: str) -> int:
    return int(clock.parse(end_date).timestamp()) + GRACE_SECONDS


def _hash(key: bytes) -> str:
    return hashlib.sha256(b"gate invitation\0" + key).hexdigest()


def _invitation(event_id: str, staff_id: str, key: bytes) -> str:
    return f"{event_id}.{staff_id}.{base64.urlsafe_b64encode(key).decode().rstrip('=')}"


def _read_invitation(text: str) -> tuple[str, str, bytes]:
    """Raises Refusal `wrong_invite`."""
    event_id, _, rest = text.partition(".")
    staff_id, _, key = rest.partition(".")
    try:
        return event_id, staff_id, base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Refusal("wrong_invite") from error
