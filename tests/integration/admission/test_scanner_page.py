"""The scanner page in a browser: at the gate, with a network and without, with the camera and by hand."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright, expect, sync_playwright

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
from tests.integration.admission.gate_server import EVENT, GateServer
from tiketi.tickets.keys import TicketKey, signing_key
from tiketi.tickets.token import signed

CUSTOMER = "01JD5QK7V1M8Z6T3W9XHAPN4EB"
ADMITTED_AT = "2099-12-24T14:05:00Z"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: install it to test pages")


def ticket_id(number: int) -> str:
    return f"{CUSTOMER}-SAMP1E0RDER00001-{number}"


def token(number: int, event_id: str = EVENT["id"], key: TicketKey | None = None) -> str:
    return signed(event_id, ticket_id(number), "VIP", key or signing_key())


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture
def gate() -> Iterator[GateServer]:
    server = GateServer()
    yield server
    server.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = new_phone(browser)
    yield context
    context.close()


def join(context: BrowserContext, gate: GateServer, name: str = "North") -> Page:
    page = open_link(context, f"{gate.url}#invite=secret", name)
    expect(page.locator("#event-title")).to_have_text(EVENT["title"])
    return page


def go_offline(page: Page, gate: GateServer) -> None:
    gate.down = True
    page.context.set_offline(True)
    expect(page.locator("#net-words")).to_contain_text("Offline")


def test_the_api_decides_while_there_is_a_network(phone: BrowserContext, gate: GateServer, tmp_path: Path) -> None:
    about = {"id": ticket_id(1), "code": "7K3M01XZ", "tier": "VIP"}
    gate.check_in = lambda scan: {"outcome": "admitted", "ticket": about, "admitted_at": ADMITTED_AT, "gate": "North"}
    page = join(phone, gate)
    type_code(page, "7k3m-o1xz")
    verdict(page, "ADMIT", "Welcome in")
    expect(page.locator("#result-about")).to_have_text("VIP · 7K3M01XZ")
    page.screenshot(path=tmp_path / "admit.png")
    dismiss(page)
    expect(page.locator("#count")).to_have_text("Admitted on this phone: 1")
    gate.check_in = lambda scan: {
        "outcome": "already_admitted", "ticket": about, "admitted_at": ADMITTED_AT, "gate": "South",
    }  # fmt: skip
    type_code(page, "7K3M01XZ")
    verdict(page, "STOP", "Already used at South, 17:05")
    page.screenshot(path=tmp_path / "stop.png")
    dismiss(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    camera, code = (page.locator(each).bounding_box() for each in ("#video", "#code"))
    assert camera and code
    assert camera["y"] + camera["height"] <= code["y"], "what is typed is where the thumb is"
    expect(page.get_by_role("button", name="Check")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ("event_cancelled", "The event is cancelled"),
        ("refunded", "The money was given back"),
        ("void", "This ticket was cancelled"),
        ("transferred", "Given to somebody else: ask for the new ticket"),
        ("wrong_event", "For another event"),
        ("unknown", "There is no such ticket"),
        ("forged", "Not one of our tickets"),
    ],
)
def test_every_refusal_says_why(phone: BrowserContext, gate: GateServer, outcome: str, why: str) -> None:
    gate.check_in = lambda scan: {"outcome": outcome, "ticket": None}
    page = join(phone, gate)
    type_code(page, "7K3M01XZ")
    verdict(page, "STOP", why)


def test_what_is_no_code_is_told_and_never_sent(phone: BrowserContext, gate: GateServer) -> None:
    asked: list[dict[str, Any]] = []
    gate.check_in = lambda scan: asked.append(scan) or {"outcome": "unknown", "ticket": None}
    page = join(phone, gate)
    type_code(page, "7K3")
    verdict(page, "STOP", "That is not a code: it has 8 letters and digits")
    assert asked == []


def test_without_a_network_the_phone_decides_and_sends_its_scans_later(phone: BrowserContext, gate: GateServer) -> None:
    gate.tickets = [
        [ticket_id(1), "AAAAAAA1", "VIP", "valid"],
        [ticket_id(2), "AAAAAAA2", "VIP", "refunded"],
        [ticket_id(3), "AAAAAAA3", "VIP", "valid", ADMITTED_AT, "South"],
    ]
    page = ready(join(phone, gate), 3)
    go_offline(page, gate)
    expected = [
        (token(1), "ADMIT", "Welcome in"),
        (token(2), "STOP", "The money was given back"),
        (token(3), "STOP", "Already used at South, 17:05"),
        # Sold after the list was loaded: its signature is proof enough.
        (token(4), "ADMIT", "Welcome in"),
        (token(5, event_id="01JE0N8YV3QK5W7R2T4X6Z8A1E"), "STOP", "For another event"),
        (token(6)[:-3] + "AAA", "STOP", "Not one of our tickets"),
    ]
    for text, word, why in expected:
        scan(page, text)
        verdict(page, word, why)
        dismiss(page)
    type_code(page, "AAAAAAA1")
    expect(page.locator("#result-why")).to_contain_text("Already used at North")
    dismiss(page)
    type_code(page, "BBBBBBB1")
    verdict(page, "STOP", "There is no such ticket")
    dismiss(page)
    expect(page.locator("#net-words")).to_contain_text("scans to send")
    gate.down = False
    page.context.set_offline(False)
    ready(page, 4)
    admitted = [each for each in gate.sent if each.get("token") in (token(1), token(4))]
    assert len(admitted) == 2
    assert {each["gate"] for each in gate.sent} == {"North"}
    assert len({each["scan_id"] for each in gate.sent}) == len(gate.sent)


def test_a_phone_that_loses_the_network_in_the_middle_of_its_first_list_admits_nobody(
    phone: BrowserContext, gate: GateServer
) -> None:
    gate.tickets = [[ticket_id(number), f"AAAAAAA{number}", "VIP", "valid"] for number in range(1, 3)]
    gate.tickets.append([ticket_id(3), "AAAAAAA3", "VIP", "refunded"])
    gate.pages_before_down = 1
    page = join(phone, gate)
    expect(page.locator("#net-words")).to_have_text("Offline · the ticket list is not complete")
    not_yet = "The ticket list is not on this phone yet. Find a network for a moment."
    for number in (1, 3):
        scan(page, token(number))
        verdict(page, "STOP", not_yet)
        dismiss(page)
    type_code(page, "AAAAAAA1")
    verdict(page, "STOP", not_yet)
    dismiss(page)
    gate.down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    ready(page, 3)
    go_offline(page, gate)
    for number, word, why in ((1, "ADMIT", "Welcome in"), (3, "STOP", "The money was given back")):
        scan(page, token(number))
        verdict(page, word, why)
        dismiss(page)


def test_a_key_that_is_not_published_signs_nothing_good(phone: BrowserContext, gate: GateServer) -> None:
    page = ready(join(phone, gate))
    go_offline(page, gate)
    stranger = Ed25519PrivateKey.generate()
    other = TicketKey(signing_key().kid, stranger.public_key(), stranger, 0)
    scan(page, token(1, key=other))
    verdict(page, "STOP", "Not one of our tickets")


def test_the_page_opens_without_a_network_once_it_was_there(phone: BrowserContext, gate: GateServer) -> None:
    gate.tickets = [[ticket_id(1), "AAAAAAA1", "VIP", "valid"]]
    page = ready(join(phone, gate), 1)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    go_offline(page, gate)
    page.reload()
    expect(page.locator("#event-title")).to_have_text(EVENT["title"])
    scan(page, token(1))
    verdict(page, "ADMIT", "Welcome in")


def test_two_gates_that_let_the_same_ticket_in_are_told(
    phone: BrowserContext, gate: GateServer, tmp_path: Path
) -> None:
    page = ready(join(phone, gate))
    go_offline(page, gate)
    scan(page, token(1))
    verdict(page, "ADMIT", "Welcome in")
    dismiss(page)
    gate.conflicts = {"all"}
    gate.down = False
    page.context.set_offline(False)
    expect(page.locator("#conflict-list li")).to_contain_text("South 17:05")
    expect(page.locator("#conflict-list li")).to_contain_text("North")
    page.screenshot(path=tmp_path / "conflict.png")
    seen = page.get_by_role("button", name="I have seen this")
    expect(seen).to_be_in_viewport(ratio=1)
    seen.click()
    expect(page.locator("#conflicts")).to_be_hidden()


def test_a_phone_that_has_heard_that_the_event_is_cancelled_lets_nobody_in(
    phone: BrowserContext, gate: GateServer
) -> None:
    gate.tickets = [[ticket_id(1), "AAAAAAA1", "VIP", "valid"]]
    gate.cancelled = True
    page = ready(join(phone, gate), 1)
    expect(page.locator("#cancelled")).to_have_text("The event is cancelled: let nobody in.")
    go_offline(page, gate)
    for look in (lambda: scan(page, token(1)), lambda: scan(page, token(2)), lambda: type_code(page, "AAAAAAA1")):
        look()
        verdict(page, "STOP", "The event is cancelled")
        dismiss(page)
    scan(page, token(6)[:-3] + "AAA")
    verdict(page, "STOP", "Not one of our tickets")


def test_a_phone_that_was_told_so_by_a_scan_knows_it_without_a_network(phone: BrowserContext, gate: GateServer) -> None:
    gate.tickets = [[ticket_id(1), "AAAAAAA1", "VIP", "valid"]]
    gate.check_in = lambda scan: {"outcome": "event_cancelled", "ticket": None, "admitted_at": None, "gate": None}
    page = ready(join(phone, gate), 1)
    type_code(page, "BBBBBBB1")
    verdict(page, "STOP", "The event is cancelled")
    dismiss(page)
    go_offline(page, gate)
    scan(page, token(1))
    verdict(page, "STOP", "The event is cancelled")


def test_whom_a_phone_without_network_let_in_to_a_cancelled_event_is_told(
    phone: BrowserContext, gate: GateServer
) -> None:
    page = ready(join(phone, gate))
    go_offline(page, gate)
    scan(page, token(1))
    verdict(page, "ADMIT", "Welcome in")
    dismiss(page)
    gate.conflicts, gate.cancelled, gate.down = {"all"}, True, False
    page.context.set_offline(False)
    expect(page.locator("#conflict-list li")).to_contain_text("The event is cancelled")
    expect(page.locator("#cancelled")).to_be_visible()


def test_whoever_may_no_longer_scan_is_told_so_at_once(phone: BrowserContext, gate: GateServer) -> None:
    page = ready(join(phone, gate))
    gate.revoked = True
    type_code(page, "7K3M01XZ")
    expect(page.locator("#join-words")).to_contain_text("You may no longer scan this event")


def test_a_session_that_has_ended_is_opened_anew_and_what_waits_is_sent(
    phone: BrowserContext, gate: GateServer
) -> None:
    gate.tickets = [[ticket_id(1), "AAAAAAA1", "VIP", "valid"]]
    page = ready(join(phone, gate), 1)
    go_offline(page, gate)
    scan(page, token(1))
    verdict(page, "ADMIT", "Welcome in")
    dismiss(page)
    gate.expired, gate.down = {"token-1"}, False
    page.context.set_offline(False)
    ready(page, 1)
    assert [each["token"] for each in gate.sent] == [token(1)]
    expect(page.locator("#count")).to_have_text("Admitted on this phone: 1")


def test_the_link_once_more_opens_a_session_that_was_over(phone: BrowserContext, gate: GateServer) -> None:
    page = ready(join(phone, gate))
    gate.revoked = True
    type_code(page, "7K3M01XZ")
    expect(page.locator("#join-words")).to_contain_text("You may no longer scan this event")
    gate.revoked, gate.expired = False, {"token-1"}
    page.goto(f"{gate.url}#invite=secret")
    expect(page.locator("#scan")).to_be_visible()
    type_code(page, "7K3M01XZ")
    verdict(page, "STOP", "There is no such ticket")
    dismiss(page)
    expect(page.locator("#gate-name")).to_have_text("North")


def admit_unsent(phone: BrowserContext, gate: GateServer) -> Page:
    """A phone that has let one in without a network, and cannot send it by its session."""
    page = ready(join(phone, gate))
    go_offline(page, gate)
    scan(page, token(1))
    verdict(page, "ADMIT", "Welcome in")
    dismiss(page)
    return page


def test_another_invitation_of_the_same_staff_keeps_what_waits(phone: BrowserContext, gate: GateServer) -> None:
    page = admit_unsent(phone, gate)
    gate.expired, gate.down = {"token-1"}, False
    page.context.set_offline(False)
    page.evaluate("location.hash = 'invite=another'")
    ready(page, 1)
    assert [each["token"] for each in gate.sent] == [token(1)]


def test_an_invitation_to_another_event_waits_until_the_scans_are_sent(phone: BrowserContext, gate: GateServer) -> None:
    page = admit_unsent(phone, gate)
    gate.event = {**EVENT, "id": "01JE0N8YV3QK5W7R2T4X6Z8A1E", "title": "Another"}
    gate.batch_down, gate.down = True, False
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.context.set_offline(False)
    with page.expect_event("dialog"):
        page.evaluate("location.hash = 'invite=another'")
    expect(page.locator("#scan")).to_be_visible()
    expect(page.locator("#event-title")).to_have_text(EVENT["title"])
    expect(page.locator("#net-words")).to_contain_text("1 scans to send")
    assert len(asked) == 1
    gate.batch_down = False
    page.evaluate("location.hash = 'invite=another'")
    expect(page.locator("#event-title")).to_have_text("Another")
    assert [each["token"] for each in gate.sent] == [token(1)]
    assert len(asked) == 1


def test_it_speaks_swahili(phone: BrowserContext, gate: GateServer) -> None:
    page = join(phone, gate)
    page.get_by_role("button", name="Kiswahili").click()
    gate.check_in = lambda scan: {"outcome": "forged", "ticket": None}
    page.get_by_label("Hakuna QR?").fill("7K3M01XZ")
    page.get_by_role("button", name="Kagua").click()
    verdict(page, "ZUIA", "Si tiketi yetu")
    assert page.evaluate("document.documentElement.lang") == "sw"


def test_nothing_is_loaded_from_elsewhere_and_nothing_complains(phone: BrowserContext, gate: GateServer) -> None:
    hosts: set[str] = set()
    complaints: list[str] = []
    phone.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    phone.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page = join(phone, gate)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert hosts == {gate.url.split("/")[2]}
    assert complaints == []


@pytest.fixture
def camera(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser whose camera sees a ticket's QR code on a grey wall."""
    running: list[Browser] = []

    def looking_at(text: str) -> BrowserContext:
        picture = io.BytesIO()
        segno.make(text, error="m", micro=False).save(picture, kind="png", scale=5, border=4)
        browser = launch(playwright, film(picture.getvalue(), tmp_path))
        running.append(browser)
        return new_phone(browser)

    yield looking_at
    for browser in running:
        browser.close()


def test_the_camera_reads_a_ticket(camera: Callable[[str], BrowserContext], gate: GateServer, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []

    def check_in(scan: dict[str, Any]) -> dict[str, Any]:
        asked.append(scan)
        ticket = {"id": ticket_id(1), "code": "7K3M01XZ", "tier": "VIP"}
        return {"outcome": "admitted", "ticket": ticket, "admitted_at": ADMITTED_AT, "gate": "North"}

    gate.check_in = check_in
    page = join(camera(token(1)), gate)
    verdict(page, "ADMIT", "Welcome in")
    page.screenshot(path=tmp_path / "seen.png")
    assert asked[0]["token"] == token(1)
    dismiss(page)
    page.screenshot(path=tmp_path / "scanning.png")
    assert len(asked) == 1, "a ticket that stays before the camera is asked about once"
