"""The gate of one event on moto: tickets, people with scanners, and an organizer, where each call can be disturbed."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from tests.proof.cloud import Ambush, Change, Cloud, Crash, Disturbance, Invocation
from tests.proof.gate_truth import demand, end_true, hold_true
from tests.proof.truth import Broken
from tiketi import clock
from tiketi.admission.check_in import check_in
from tiketi.admission.rules import Outcome, Scan
from tiketi.admission.undo import undo_check_in
from tiketi.catalogue.items import CANCELLED, EVENT, FIGURES, EventItem, FiguresItem, event_key
from tiketi.errors import Refusal
from tiketi.sales.end_order import end_ticket
from tiketi.sales.items import TicketItem, event_tickets_key, ticket_key
from tiketi.sales.void_ticket import void_ticket
from tiketi.tickets.token import sign

EVENT_ID, ORGANIZER = "01" + "E" * 24, "01" + "F" * 24
STAFF = ["01" + "G" * 23 + digit for digit in "123"]
CODES = ["AAAA0000", "AAAA0000", "BBBB0000", "CCCC0000"]
"""The first two tickets share theirs, as happens once in many events."""
EVENING = 4_101_814_800
FOREVER = 2**60
GATE = "gate"


@dataclass
class Device:
    """A scanner without a network: what it has let in it remembers, and hands in later."""

    staff_id: str
    gate: str
    seen: set[str] = field(default_factory=set[str])
    log: list["Kept"] = field(default_factory=list["Kept"])


@dataclass(frozen=True)
class Kept:
    scan: Scan
    token: str = ""
    code: str = ""


class GateWorld:
    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        cloud.table.restore(cloud.empty)
        for planned in (cloud.points, cloud.plan, cloud.ambushes, cloud.struck, cloud.running):
            planned.clear()
        cloud.on_change = self._note_change
        self.changed = True
        cloud.on_strike = lambda kind, point: None
        self.time = EVENING
        cloud.now = lambda: self.time
        self.tickets = [f"01{'H' * 24}-0000000000000000-{number}" for number in range(1, len(CODES) + 1)]
        self.devices = [Device(staff_id, f"Gate {number}") for number, staff_id in enumerate(STAFF)]
        self.let_in: set[str] = set()
        """The scans by which somebody has come in."""
        self.answers: dict[str, Outcome] = {}
        self.unanswered: dict[str, Kept] = {}
        self.scans = 0
        self.cancelled_at = ""
        self._open()

    def _note_change(self, _: Change) -> None:
        self.changed = True

    def _open(self) -> None:
        EventItem(
            event_key(EVENT_ID),
            EVENT,
            event_id=EVENT_ID,
            organizer_id=ORGANIZER,
            title="A fair",
            location="Nairobi",
            category="Fair",
            start_date="2099-12-24T15:00:00Z",
            end_date="2099-12-24T23:00:00Z",
            tiers={},
            pools={},
            total_tickets=len(CODES),
            created_at="2099-01-01T00:00:00Z",
        ).save()
        FiguresItem(event_key(EVENT_ID), FIGURES).save()
        for ticket_id, code in zip(self.tickets, CODES, strict=True):
            TicketItem(
                *ticket_key(ticket_id),
                ticket_id=ticket_id,
                order_id=ticket_id.rpartition("-")[0],
                event_id=EVENT_ID,
                event_title="A fair",
                ticket_type="Only",
                price=0,
                code=code,
                purchase_date="2099-01-01T00:00:00Z",
                gsi1_pk=event_tickets_key(EVENT_ID, code),
                gsi1_sk=f"{code}#{ticket_id}",
            ).save()

    @contextmanager
    def function(self) -> Generator[None]:
        """What is called within is a function's, and may be disturbed."""
        self.cloud.running.append(Invocation(GATE, 0, FOREVER))
        try:
            yield
        finally:
            self.cloud.running.pop()

    @contextmanager
    def before(self, call: str, act: Callable[[], object], nth: int = 1) -> Generator[None]:
        """What is called within meets `act` just before its `nth` such call."""
        self.cloud.ambushes.append(Ambush(GATE, call, Disturbance("pause", lambda: (act(), None)[1]), nth))
        yield
        if not self.cloud.struck:
            raise Broken(f"{call} was never called")

    def shown(self, number: int, by_code: bool) -> dict[str, str]:
        ticket = self.ticket(number)
        return {"code": ticket.code} if by_code else {"token": sign(ticket)}

    def ticket(self, number: int) -> TicketItem:
        return TicketItem.get(*ticket_key(self.tickets[number]))

    def online(self, device: Device, number: int, by_code: bool = False) -> Outcome | None:
        return self.send(Kept(self._new_scan(device), **self.shown(number, by_code)))

    def send(self, kept: Kept) -> Outcome | None:
        """None when no answer came; the scanner may send the same again."""
        scan = kept.scan
        self.unanswered[_key(scan)] = kept
        outcome = self._check_in(kept)
        if outcome:
            self.unanswered.pop(_key(scan), None)
            if outcome == "admitted" and scan.online:
                self.let_in.add(scan.key)
        return outcome

    def offline(self, device: Device, number: int, by_code: bool = False) -> Outcome:
        """The scanner decides: it knows only what it has seen itself."""
        shown = self.shown(number, by_code)
        known = shown.get("code") or self.tickets[number]
        outcome: Outcome = "already_admitted" if known in device.seen else "admitted"
        device.seen.add(known)
        scan = self._new_scan(device, outcome)
        device.log.append(Kept(scan, **shown))
        if outcome == "admitted":
            self.let_in.add(scan.key)
        return outcome

    def gives_up(self, device: Device) -> None:
        """What was sent online and not answered is decided by the scanner itself: it lets the person in."""
        for kept in [each for each in self.unanswered.values() if each.scan.staff_id == device.staff_id]:
            scan = kept.scan
            if scan.online:
                device.log.append(Kept(self._scan(device, scan.scan_id, "admitted"), kept.token, kept.code))
                self.let_in.add(scan.key)
                self.unanswered.pop(_key(scan), None)

    def undo(self, number: int) -> bool:
        return self._try(lambda: undo_check_in(EVENT_ID, self.tickets[number], ORGANIZER, "by mistake"))

    def _try(self, call: Callable[[], object]) -> bool:
        try:
            with self.function():
                call()
        except (Refusal, PynamoDBException, ClientError, Crash):
            return False
        return True

    def end(self, number: int, status: str) -> None:
        """As refunds and transfers end a ticket: never one that was used."""
        unused = (TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist()
        try:
            TicketItem(*ticket_key(self.tickets[number])).update([TicketItem.status.set(status)], unused)
        except PynamoDBException as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def cancel(self) -> None:
        """The event is called off; its tickets end one after another, when the walk has come to them."""
        if not self.cancelled_at:
            EventItem(event_key(EVENT_ID), EVENT).update([EventItem.status.set(CANCELLED)])
            self.cancelled_at = clock.from_epoch(self.time)
            self.time += 1

    def walk(self, number: int) -> None:
        """Comes again to what it did not get to."""
        if self.cancelled_at:
            self._try(lambda: end_ticket(self.ticket(number)))

    def make_void(self, number: int) -> None:
        self._try(lambda: void_ticket(ORGANIZER, self.tickets[number], "got by fraud"))

    def everybody_decides_alone(self) -> None:
        for device in self.devices:
            self.gives_up(device)
        self.everybody_is_back()

    def everybody_is_back(self) -> None:
        """There is a network again for everybody, and what was not answered is sent once more."""
        for device in self.devices:
            for kept in device.log:
                self.send(kept)
        for kept in list(self.unanswered.values()):
            self.send(kept)

    def _check_in(self, kept: Kept) -> Outcome | None:
        try:
            with self.function():
                attempt = check_in(kept.scan, kept.token, kept.code)
        except (Refusal, PynamoDBException, Crash):
            return None
        outcome: Outcome = attempt.outcome  # pyright: ignore[reportAssignmentType]
        first = self.answers.setdefault(_key(kept.scan), outcome)
        demand(first == outcome, f"a scan was answered {first}, and then {outcome}")
        return outcome

    def _new_scan(self, device: Device, decided: Outcome | None = None) -> Scan:
        self.scans += 1
        return self._scan(device, f"scan{self.scans:06d}", decided)

    def _scan(self, device: Device, scan_id: str, decided: Outcome | None) -> Scan:
        return Scan(EVENT_ID, device.staff_id, scan_id, device.gate, clock.from_epoch(self.time), decided)

    def hold_true(self) -> None:
        """What holds after every step, raised as Broken; only looked at when the table has changed."""
        if self.changed:
            self.changed = False
            hold_true(self.cloud, self.cancelled_at)

    def end_true(self) -> None:
        """When all have synced, everybody who is inside is accounted for, and the earliest scan counts."""
        self.cloud.plan.clear()
        self.cloud.ambushes.clear()
        for _ in range(2):
            self.everybody_is_back()
            self.hold_true()
        end_true(self.cloud, EVENT_ID, self.let_in)


def _key(scan: Scan) -> str:
    return f"{scan.key}#{'online' if scan.online else 'offline'}"
