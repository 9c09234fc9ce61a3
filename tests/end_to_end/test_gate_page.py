"""An evening at the gate with the scanner page on real phones: bought tickets, two gates, and a network that goes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from local.stack import RunningStack
from tests.end_to_end.client import Client
from tests.end_to_end.test_gate import Scanner, told
from tests.end_to_end.test_holders import bought
from tests.gate_phone import (
    CHROMIUM,
    PHONE,
    dismiss,
    film,
    launch,
    new_phone,
    open_link,
    ready,
    scan,
    type_code,
    verdict,
)

TICKETS = 3
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: install it to test pages")


class Evening:
    """An event whose tickets one customer has bought and paid for."""

    def __init__(self, stack: RunningStack, organizer: Client, buyer: Client, phone: str) -> None:
        self.stack, self.organizer, self.buyer = stack, organizer, buyer
        self.event_id: str = organizer.create_event(title="Koroga Festival at the Two Rivers Mall")["id"]
        self.tickets: list[dict[str, Any]] = [
            buyer.get(f"/tickets/{each['id']}")
            for each in bought(buyer, {"id": self.event_id}, "VIP", phone, TICKETS)["tickets"]
        ]

    def invite(self) -> dict[str, Any]:
        who = {"phone_number": "0712345678"}
        return told(self.organizer, "POST", "/events/{event_id}/staff", 201, who, event_id=self.event_id)

    def read(self, what: str) -> Any:
        return told(self.organizer, "GET", f"/events/{{event_id}}/{what}", 200, event_id=self.event_id)

    def cancel(self) -> None:
        assert self.organizer.call("POST", f"/events/{self.event_id}/cancel").status_code in (200, 202)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_evening_at_two_gates_of_which_one_has_no_network(
    stack: RunningStack, organizer: Client, customer: Client, phone: str, playwright: Playwright, tmp_path: Path
) -> None:
    evening = Evening(stack, organizer, customer, phone)
    first, second, third = evening.tickets

    picture = customer.call("GET", f"/tickets/{first['id']}/qr.png").content
    with launch(playwright, film(picture, tmp_path)) as browser:
        north = open_link(new_phone(browser), evening.invite()["link"], "North")
        expect(north.locator("#event-title")).to_have_text("Koroga Festival at the Two Rivers Mall")
        verdict(north, "ADMIT", "Welcome in")
        expect(north.locator("#result-about")).to_have_text(f"VIP · {first['code']}")
        north.screenshot(path=tmp_path / "green.png")
        # The camera goes on looking at the same ticket.
        expect(north.locator("#result-verdict")).to_have_text("STOP", timeout=20_000)
        expect(north.locator("#result-why")).to_have_text(re.compile(r"Already used at North, \d\d:\d\d"))
        north.screenshot(path=tmp_path / "red.png")
        assert fits(north)

    with launch(playwright) as browser:
        south = ready(open_link(new_phone(browser), evening.invite()["link"], "South"), TICKETS)
        south.screenshot(path=tmp_path / "scan.png")
        south.context.set_offline(True)
        expect(south.locator("#net-words")).to_have_text(f"Offline · {TICKETS} tickets known")
        scan(south, first["token"])
        expect(south.locator("#result-why")).to_have_text(re.compile("Already used at North"))
        dismiss(south)
        for ticket in (second, third):
            scan(south, ticket["token"])
            verdict(south, "ADMIT", "Welcome in")
            dismiss(south)
        type_code(south, second["code"])
        expect(south.locator("#result-why")).to_have_text(re.compile("Already used at South"))
        dismiss(south)
        south.screenshot(path=tmp_path / "offline.png")

        online = Scanner(stack.api_url, evening.event_id, evening.invite(), "North")
        assert online.scan(token=second["token"])["outcome"] == "admitted", "nobody knows what the offline gate did"

        south.context.set_offline(False)
        conflict = south.locator("#conflict-list li")
        expect(conflict).to_contain_text(f"{second['code']} twice: South")
        expect(conflict).to_contain_text("North")
        ready(south, TICKETS)
        south.screenshot(path=tmp_path / "conflicts.png")
        assert fits(south)
        south.get_by_role("button", name="I have seen this").click()

        figures = evening.read("admissions")
        assert figures["admitted"] == TICKETS
        assert figures["by_gate"] == [{"gate": "North", "admitted": 1}, {"gate": "South", "admitted": 2}]
        [reported] = evening.read("check-ins/conflicts")["conflicts"]
        assert (reported["kind"], reported["ticket"]["id"]) == ("admitted_twice", second["id"])
        assert (reported["gate"], reported["admitted_gate"]) == ("North", "South")

        evening.cancel()
        type_code(south, third["code"])
        verdict(south, "STOP", "The event is cancelled")
        dismiss(south)
        expect(south.locator("#cancelled")).to_be_visible()
        south.screenshot(path=tmp_path / "cancelled.png")
