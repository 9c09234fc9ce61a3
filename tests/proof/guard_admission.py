"""Evenings at the gate that go wrong when one guard is missing."""

import secrets
from collections.abc import Callable

import pytest

from tests.proof.cloud import Cloud
from tests.proof.gate_world import CODES, EVENT_ID, STAFF, GateWorld, Kept
from tests.proof.guard_table import holds
from tests.proof.truth import Broken
from tiketi import clock
from tiketi.admission import manifest, staff
from tiketi.admission.changes import Changes
from tiketi.admission.items import StaffItem, find_staff, staff_key
from tiketi.errors import Refusal

LAST = 3
"""A ticket whose code no other has."""
ADMITS = "TransactWriteItems ticket"


def evening(cloud: Cloud) -> tuple[GateWorld, Callable[[int], Kept]]:
    """The gate, and a way to see what the nth device keeps of a scan that it made offline."""
    world = GateWorld(cloud)

    def offline(number: int) -> Kept:
        device = world.devices[number]
        world.offline(device, LAST)
        return device.log[-1]

    return world, offline


@holds("admission.check_in._free", "TicketItem.admitted_at.does_not_exist()")
def two_scanners_at_the_same_moment(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    north, south = world.devices[:2]
    with world.before(ADMITS, lambda: world.online(south, LAST)):
        world.online(north, LAST)
    world.end_true()


@holds("admission.check_in._free", "TicketItem.status == 'valid'")
def refunded_while_it_is_scanned(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    with world.before(ADMITS, lambda: world.end(LAST, "refunded")):
        world.online(world.devices[0], LAST)
    world.end_true()


@holds("admission.check_in._free", "TicketItem.admitted_scan == ticket.admitted_scan")
def two_that_were_earlier_sync_at_once(cloud: Cloud) -> None:
    world, offline = evening(cloud)
    earliest = offline(1)
    world.time += 60
    earlier = offline(2)
    world.time += 60
    world.online(world.devices[0], LAST)
    with world.before(ADMITS, lambda: world.send(earliest)):
        world.send(earlier)
    world.end_true()


@holds("admission.check_in._commit.write", "AttemptItem.pk.does_not_exist()")
def taken_back_while_the_scan_is_sent_again(cloud: Cloud) -> None:
    world, offline = evening(cloud)
    kept = offline(0)

    def meanwhile() -> None:
        world.send(kept)
        world.undo(LAST)

    with world.before(ADMITS, meanwhile):
        world.send(kept)
    world.end_true()


@holds("admission.check_in._put", "AttemptItem.pk.does_not_exist()")
def turned_away_and_let_in_by_one_scan(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    north, south = world.devices[:2]
    world.online(north, LAST)

    def meanwhile() -> None:
        world.undo(LAST)
        world.send(next(iter(world.unanswered.values())))

    with world.before("PutItem ticket", meanwhile):
        world.online(south, LAST)
    world.end_true()


@holds("admission.check_in._log_conflict", "AttemptItem.pk.does_not_exist()")
def reported_and_let_in_by_one_scan(cloud: Cloud) -> None:
    world, offline = evening(cloud)
    world.online(world.devices[0], LAST)
    world.time += 60
    kept = offline(1)

    def meanwhile() -> None:
        world.undo(LAST)
        world.send(kept)

    with world.before(ADMITS, meanwhile):
        world.send(kept)
    world.end_true()


@holds("admission.undo._write.commit", "TicketItem.admitted_scan == ticket.admitted_scan")
def taken_back_twice_with_somebody_let_in_between(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    north, south = world.devices[:2]
    world.online(north, LAST)

    def meanwhile() -> None:
        world.undo(LAST)
        world.online(south, LAST)

    with world.before(ADMITS, meanwhile):
        world.undo(LAST)
    world.end_true()


@holds("admission.staff._note_session", "StaffItem.revoked_at.does_not_exist()")
def revoked_while_the_link_is_opened(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    key = secrets.token_bytes(16)
    StaffItem(
        *staff_key(EVENT_ID, STAFF[0]),
        staff_id=STAFF[0],
        event_id=EVENT_ID,
        secret_hash=staff._hash(key),  # pyright: ignore[reportPrivateUsage]
        created_at="2099-12-01T00:00:00Z",
    ).save()
    invite = staff._invitation(EVENT_ID, STAFF[0], key)  # pyright: ignore[reportPrivateUsage]

    def revoke() -> None:
        item = find_staff(EVENT_ID, STAFF[0])
        assert item
        item.update([StaffItem.revoked_at.set(clock.rfc3339(clock.utc_now()))])

    try:
        with world.before("UpdateItem ", revoke), world.function():
            staff.open_session(staff.SessionInput(invite=invite))
    except Refusal:
        return
    raise Broken("who was revoked has begun to scan")


def load(cursor: str) -> tuple[list[str], str]:
    """The ids of a manifest, a ticket a page, and the cursor for what changes later."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "ROWS", 1)
        for _ in range(4 * len(CODES)):
            page = manifest.manifest(EVENT_ID, cursor)
            found += [row[0] for row in page["tickets"]]
            cursor = page["cursor"]
            if not page["more"]:
                return found, cursor
    raise Broken("a manifest has no end")


@holds("sales.event_tickets._ids", "TicketItem.gsi1_sk > after")
def a_scanner_loads_the_tickets(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    found, _ = load("")
    if sorted(found) != sorted(world.tickets):
        raise Broken("a manifest has not each ticket once")


@holds("admission.manifest._changes", "ChangeItem.sk > after")
def a_scanner_loads_what_has_changed(cloud: Cloud) -> None:
    world, _ = evening(cloud)
    _, cursor = load("")
    world.time += 600
    Changes(world.tickets[1:]).write()
    found, _ = load(cursor)
    if found != world.tickets[1:]:
        raise Broken("changes do not come each once")
