"""A ticket in its holder's hands: bought, looked at by link on a phone, without a network, and in no other hands."""

import base64
import io
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.test_docs_page import ARGUMENTS, DESK_WIDTH, PHONE_WIDTH, told
from tiketi.tickets.token import TicketClaims, verify

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def order(organizer: Client, customer: Client) -> dict[str, Any]:
    event = organizer.create_event(title="Wanjikũ & the Nairobi Night", ticket_tiers={"Free": {"price": 0}})
    body = {"event_id": event["id"], "ticket_type": "Free", "quantity": 2}
    bought = customer.call("POST", "/tickets", body)
    assert bought.status_code == 202, bought.text
    return customer.order_ended(bought.json()["order_id"])


@pytest.fixture(scope="module")
def ticket(order: dict[str, Any], customer: Client) -> dict[str, Any]:
    return told(customer, "GET", "/tickets/{ticket_id}", 200, ticket_id=order["tickets"][0]["id"])


def scan(picture: bytes) -> list[str]:
    with Image.open(io.BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def claims(text: str, api_url: str) -> TicketClaims | None:
    """As a scanner without a secret reads it: with the published keys alone."""
    keys = requests.get(f"{api_url}/.well-known/jwks.json", timeout=60).json()["keys"]
    return verify(
        text,
        {each["kid"]: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(each["x"] + "=")) for each in keys},
    )


def test_every_form_of_a_ticket_is_verified_with_the_published_keys(
    order: dict[str, Any], ticket: dict[str, Any], customer: Client
) -> None:
    read = claims(ticket["token"], customer.api_url)
    assert read
    assert (read.ticket_id, read.event_id, read.tier) == (ticket["id"], ticket["event_id"], "Free")
    png = customer.call("GET", f"/tickets/{ticket['id']}/qr.png")
    svg = customer.call("GET", f"/tickets/{ticket['id']}/qr.svg")
    assert (png.headers["Content-Type"], svg.headers["Content-Type"]) == ("image/png", "image/svg+xml")
    assert scan(png.content) == [ticket["token"]]
    pdf = customer.call("GET", f"/orders/{order['order_id']}/pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    found = [text for page in PdfReader(io.BytesIO(pdf.content)).pages for text in scan(page.images[0].data)]
    read_ids = {each.ticket_id for text in found if (each := claims(text, customer.api_url))}
    assert read_ids == {each["id"] for each in order["tickets"]}
    told(Client(customer.api_url), "GET", "/.well-known/jwks.json", 200)


def test_nobody_else_gets_a_ticket_in_any_form(
    order: dict[str, Any], ticket: dict[str, Any], new_client: Callable[[], Client]
) -> None:
    stranger, nobody = new_client().sign_up(), new_client()
    paths = [f"/tickets/{ticket['id']}{end}" for end in ("", "/qr.svg", "/qr.png", "/pdf", "/calendar.ics")]
    for path in (*paths, f"/orders/{order['order_id']}/pdf"):
        assert stranger.call("GET", path).status_code == 404, path
        assert nobody.call("GET", path).status_code == 401, path


def test_whoever_has_the_link_needs_no_account(ticket: dict[str, Any]) -> None:
    url = ticket["url"]
    for end, kind in (
        ("", "text/html; charset=utf-8"),
        ("/qr.png", "image/png"),
        ("/pdf", "application/pdf"),
        ("/calendar.ics", "text/calendar; charset=utf-8"),
    ):
        answer = requests.get(url + end, timeout=60, headers={"Accept": "text/html,image/avif,*/*;q=0.8"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert requests.get(url[:-1] + "x", timeout=60).status_code == 404
    assert scan(requests.get(f"{url}/qr.png", timeout=60).content) == [ticket["token"]]


# --- On a phone ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "these tests look at pages: install Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(page: Page, url: str) -> list[str]:
    """Goes there, and collects what the console complains of and who else is asked."""
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if _is_elsewhere(request.url, url) else None)
    page.goto(url)
    return complaints


def _is_elsewhere(asked: str, url: str) -> bool:
    return urlsplit(asked).netloc != urlsplit(url).netloc


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
def test_the_page_shows_a_code_that_scans_from_the_screen(
    ticket: dict[str, Any], browser: Browser, stack: RunningStack, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, device_scale_factor=2)
    complaints = opened(page, ticket["url"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert scan(page.screenshot(full_page=True)) == [ticket["token"]]
    assert page.get_by_role("heading", level=1).inner_text() == "Wanjikũ & the Nairobi Night"
    assert page.get_by_role("img").get_attribute("aria-labelledby") == "qr"
    page.close()
    assert complaints == []


def test_the_switch_changes_the_language_at_once(ticket: dict[str, Any], browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PHONE_WIDTH, "height": 844}, locale="en-KE")
    opened(page, ticket["url"])
    assert page.get_by_text("Valid", exact=True).is_visible()
    page.get_by_role("link", name="Kiswahili").click()
    assert page.get_by_text("Halali", exact=True).is_visible()
    assert not page.get_by_text("Valid", exact=True).is_visible()
    assert page.get_attribute("html", "lang") == "sw"
    page.close()


def test_without_a_script_the_switch_still_works(ticket: dict[str, Any], browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-KE")
    page = context.new_page()
    page.goto(ticket["url"])
    page.get_by_role("link", name="Kiswahili").click()
    assert page.get_by_text("Halali", exact=True).is_visible()
    context.close()


def test_once_opened_it_opens_again_without_a_network(ticket: dict[str, Any], browser: Browser) -> None:
    context = browser.new_context(viewport={"width": PHONE_WIDTH, "height": 844}, device_scale_factor=2)
    parts = urlsplit(ticket["url"])
    with network_to(f"{parts.scheme}://{parts.netloc}") as base:
        url = base + parts.path
        page = context.new_page()
        page.goto(url)
        kept = "caches.open('tickets-1').then((kept) => kept.match(location.href)).then(Boolean)"
        eventually(lambda: bool(page.evaluate(kept)), lambda found: found)
        page.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    again = context.new_page()
    again.goto(url)
    assert scan(again.screenshot(full_page=True)) == [ticket["token"]]
    again.goto(f"{url}?lang=sw")
    assert again.get_by_role("heading", level=1).is_visible()
    context.close()


@contextmanager
def network_to(origin: str) -> Generator[str]:
    """An address that leads to `origin` until the end of the context; from then on nobody answers there.

    A browser's own "offline" does not reach its service workers, which would quietly go on asking.
    """

    class Forwarder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = requests.get(origin + self.path, headers={"Accept": "*/*"}, timeout=60)
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Content-Security-Policy", "Cache-Control"):
                self.send_header(name, answer.headers.get(name, ""))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
