"""The items of the gate: who may scan, every scan ever made, what came out wrong, and what changed for a scanner."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi.ids import is_id
from tiketi.table import Item

COUNT_SHARDS = 8
"""A check-in counts in its own transaction, and transactions on one item get in each other's way."""


class StaffItem(Item, discriminator="gate_staff"):
    """`GATE#<event>` / `STAFF#<id>`: who may scan an event. The invitation's secret is kept as a hash."""

    staff_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    name = UnicodeAttribute(default="")
    phone_number = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    language = UnicodeAttribute(default="en")
    secret_hash = UnicodeAttribute()
    created_at = UnicodeAttribute()
    last_session_at = UnicodeAttribute(null=True)
    revoked_at = UnicodeAttribute(null=True)


class AttemptItem(Item, discriminator="check_in"):
    """`GATE#<event>#TICKET#<ticket>` / `SCAN#<staff>#<scan>`: a scan and its outcome, put once and never changed.

    It is the same one whether the scan came online or by a sync. The one that has `#OFFLINE` behind it is of a scanner
    that did not get the answer, which turned the person away, and has let him in.

    A code that several tickets have leads to the first of them, and `ticket_id` is the one it came to. What leads to no
    ticket of the event stands under `GATE#<event>#TEXT#<hash>`. `scanned_at` is the scanner's time,
    `recorded_at` ours. `other_at` and `other_gate` are of the other scan that admitted the same ticket.
    """

    event_id = UnicodeAttribute()
    staff_id = UnicodeAttribute()
    scan_id = UnicodeAttribute()
    ticket_id = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    ticket_type = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute()
    conflict = UnicodeAttribute(null=True)
    gate = UnicodeAttribute()
    source = UnicodeAttribute()
    scanned_at = UnicodeAttribute()
    recorded_at = UnicodeAttribute()
    other_at = UnicodeAttribute(null=True)
    other_gate = UnicodeAttribute(null=True)


class UndoItem(Item, discriminator="check_in_undo"):
    """`GATE#<event>#TICKET#<ticket>` / `UNDO#<id>`: an admission that the organizer took back. Never changed."""

    event_id = UnicodeAttribute()
    ticket_id = UnicodeAttribute()
    undone_by = UnicodeAttribute()
    undone_at = UnicodeAttribute()
    reason = UnicodeAttribute()
    admitted_at = UnicodeAttribute()
    admitted_gate = UnicodeAttribute()
    admitted_scan = UnicodeAttribute()


class ConflictItem(Item, discriminator="check_in_conflict"):
    """`GATE#<event>` / `CONFLICT#TICKET#<ticket>#<staff>#<scan>`: a scan let somebody in, and does not count.

    `kind` is `admitted_twice` when another scan of the ticket was earlier, else the outcome it should have had.
    """

    event_id = UnicodeAttribute()
    ticket_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    gate = UnicodeAttribute()
    staff_id = UnicodeAttribute()
    scanned_at = UnicodeAttribute()
    recorded_at = UnicodeAttribute()


class AdmissionsItem(Item, discriminator="admissions"):
    """`GATE#<event>#COUNT#<shard>` / `COUNT#<tier>#<gate>#<slot>`: tickets admitted. Only the sum counts.

    `slot` is a time without the last digit of its minute, such as `2026-12-24T15:0`; `m0` to `m9` are its minutes.
    """

    ticket_type = UnicodeAttribute()
    gate = UnicodeAttribute()
    slot = UnicodeAttribute()
    admitted = NumberAttribute(default=0)
    m0 = NumberAttribute(default=0)
    m1 = NumberAttribute(default=0)
    m2 = NumberAttribute(default=0)
    m3 = NumberAttribute(default=0)
    m4 = NumberAttribute(default=0)
    m5 = NumberAttribute(default=0)
    m6 = NumberAttribute(default=0)
    m7 = NumberAttribute(default=0)
    m8 = NumberAttribute(default=0)
    m9 = NumberAttribute(default=0)


class ChangeItem(Item, discriminator="ticket_change"):
    """`GATE#<event>#CHANGES` / `<milliseconds>#<ticket>`: a ticket as it was then. Written by the stream."""

    row = JSONAttribute()
    delete_after = NumberAttribute()


def gate_key(event_id: str) -> str:
    return f"GATE#{event_id}"


def staff_key(event_id: str, staff_id: str) -> tuple[str, str]:
    return gate_key(event_id), f"STAFF#{staff_id}"


def find_staff(event_id: str, staff_id: str) -> StaffItem | None:
    """Read consistently, for one read unit: who has been revoked is out at once."""
    if not (is_id(event_id) and is_id(staff_id)):
        return None
    return _get(StaffItem, staff_key(event_id, staff_id))


def attempts_key(event_id: str, subject: str) -> str:
    """The partition of all scans of one ticket, or of one text that is none."""
    return f"GATE#{event_id}#{subject}"


def attempt_key(event_id: str, subject: str, scan: str, *, again: bool) -> tuple[str, str]:
    return attempts_key(event_id, subject), f"SCAN#{scan}{'#OFFLINE' if again else ''}"


def find_attempt(event_id: str, subject: str, scan: str, *, again: bool) -> AttemptItem | None:
    return _get(AttemptItem, attempt_key(event_id, subject, scan, again=again))


def conflict_key(event_id: str, subject: str, scan: str) -> tuple[str, str]:
    return gate_key(event_id), f"CONFLICT#{subject}#{scan}"


def count_key(event_id: str, shard: int) -> str:
    return f"GATE#{event_id}#COUNT#{shard}"


def changes_key(event_id: str) -> str:
    return f"GATE#{event_id}#CHANGES"


def _get(kind: Any, key: tuple[str, str]) -> Any:
    try:
        return kind.get(*key, consistent_read=True)
    except DoesNotExist:
        return None
