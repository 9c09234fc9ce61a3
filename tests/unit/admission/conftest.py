"""An event with tickets that are sold, people at its gates, and an organizer who looks on."""

import time
from datetime import datetime
from typing import Any

import pytest

from tests.unit.conftest import Answer, Api
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.catalogue.items import CANCELLED, EVENT, FIGURES, EventItem, FiguresItem, event_key
from tiketi.payments.outcomes import mark_paid
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.tickets.token import sign

DAY = "2099-12-24"
"""Of the event; the tests' own times are of its evening."""


class Clock:
    """Stands still until somebody moves it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.set("18:00")
        patch.setattr(clock, "epoch_now", lambda: self.seconds)

    def set_real(self) -> None:
        """For tokens: whoever reads them has a clock of his own."""
        self.seconds = int(time.time())

    def set(self, hour: str, day: str = DAY) -> None:
        self.seconds = int(datetime.fromisoformat(f"{day}T{hour}:00+00:00").timestamp())


class Gate:
    """The gate of one event, used through its functions."""

    def __init__(self, shop: Shop, api: Api) -> None:
        self.shop, self.api = shop, api
        shop.open(capacity=20)
        self.event_id = shop.event_id
        FiguresItem(event_key(self.event_id), FIGURES).save()
        self.organizer = EventItem.get(event_key(self.event_id), EVENT).organizer_id
        self.scans = 0

    def sell(self, quantity: int = 1) -> list[TicketItem]:
        payment = self.shop.buy(quantity)
        mark_paid(payment.order_id, f"NLJ7RT{self.shop.customers:04d}")
        self.shop.settle(payment)
        return list(TicketItem.query(payment.pk, TicketItem.sk.startswith(f"TICKET#{payment.order_id}")))

    def call(self, name: str, method: str, rest: str, **more: Any) -> Answer:
        path = f"/events/{self.event_id}/{rest}"
        parameters = {"event_id": self.event_id, **more.pop("parameters", {})}
        return self.api(f"admission/{name}", method, path, path_parameters=parameters, **more)

    def as_organizer(self, name: str, method: str, rest: str, **more: Any) -> Any:
        answer = self.call(name, method, rest, user=(self.organizer, "organizer"), **more)
        assert answer.status in (200, 201), answer.json
        return answer.json

    def invite(self, **who: str) -> dict[str, Any]:
        return self.as_organizer("invite_staff", "POST", "staff", body=who or {"phone_number": "0712345678"})

    def revoke(self, staff_id: str) -> None:
        self.as_organizer("revoke_staff", "DELETE", f"staff/{staff_id}", parameters={"staff_id": staff_id})

    def scanner(self, name: str = "North") -> "Scanner":
        return Scanner(self, self.invite()["id"], name)

    def ticket(self, ticket: TicketItem) -> TicketItem:
        return TicketItem.get(*ticket_key(ticket.ticket_id))

    def end(self, ticket: TicketItem, status: str) -> None:
        """As whatever ends a ticket does: never one that was used."""
        unused = (TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist()
        TicketItem(ticket.pk, ticket.sk).update([TicketItem.status.set(status)], unused)

    def cancel(self) -> None:
        """The event is cancelled, and its tickets have not ended yet."""
        EventItem(event_key(self.event_id), EVENT).update([EventItem.status.set(CANCELLED)])

    def undo(self, ticket: TicketItem, reason: str = "by mistake") -> Any:
        where = {"parameters": {"ticket_id": ticket.ticket_id}, "query": {"reason": reason}}
        return self.as_organizer("undo_check_in", "DELETE", f"check-ins/{ticket.ticket_id}", **where)

    def conflicts(self) -> list[dict[str, Any]]:
        return self.as_organizer("list_conflicts", "GET", "check-ins/conflicts")["conflicts"]

    def admissions(self) -> dict[str, Any]:
        return self.as_organizer("get_admissions", "GET", "admissions")


class Scanner:
    """A member of gate staff with a phone."""

    def __init__(self, gate: Gate, staff_id: str, name: str) -> None:
        self.gate, self.staff_id, self.name = gate, staff_id, name
        self.user = (staff_id, "gate_staff", gate.event_id)

    def new_scan(self) -> str:
        self.gate.scans += 1
        return f"scan-{self.gate.scans:05d}"

    def try_scan(self, scan_id: str = "", language: str = "en", **shown: str) -> Answer:
        body = {"gate": self.name, "scan_id": scan_id or self.new_scan(), **shown}
        headers = {"Accept-Language": language}
        return self.gate.call("check_in", "POST", "check-ins", body=body, user=self.user, headers=headers)

    def scan(self, ticket: TicketItem, scan_id: str = "", language: str = "en") -> dict[str, Any]:
        answer = self.try_scan(scan_id, language, token=sign(ticket))
        assert answer.status == 200, answer.json
        return answer.json

    def offline(self, ticket: TicketItem, at: str, outcome: str = "admitted", scan_id: str = "") -> dict[str, str]:
        """What the scanner keeps until there is a network again."""
        return {
            "token": sign(ticket),
            "gate": self.name,
            "scan_id": scan_id or self.new_scan(),
            "scanned_at": f"{DAY}T{at}:00Z",
            "outcome": outcome,
        }

    def sync(self, *scans: dict[str, str], **more: str) -> list[dict[str, Any]]:
        body = {"scans": list(scans), **more}
        answer = self.gate.call("sync_check_ins", "POST", "check-ins/batch", body=body, user=self.user)
        assert answer.status == 200, answer.json
        return answer.json["results"]

    def manifest(self, cursor: str = "") -> dict[str, Any]:
        query = {"cursor": cursor} if cursor else None
        answer = self.gate.call("get_manifest", "GET", "manifest", query=query, user=self.user)
        assert answer.status == 200, answer.json
        return answer.json

    def whole_manifest(self, cursor: str = "") -> tuple[dict[str, list[Any]], str]:
        """Every ticket by its id, and the cursor for what will change."""
        tickets: dict[str, list[Any]] = {}
        while True:
            page = self.manifest(cursor)
            tickets.update({row[0]: row[1:] for row in page["tickets"]})
            cursor = page["cursor"]
            if not page["more"]:
                return tickets, cursor


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def gate(now: Clock, shop: Shop, api: Api) -> Gate:
    return Gate(shop, api)
