"""The API reference beside the stack: the page shows it, and the stack answers as it says."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from local.stack import RunningStack
from tests.end_to_end.client import PASSWORD, Client, eventually
from tests.end_to_end.conftest import Phones
from tests.reference import answer_schema, faults, reference

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE_WIDTH, DESK_WIDTH = 390, 1280


def told(client: Client, method: str, path: str, status: int, body: object = None, **more: Any) -> Any:
    """Calls a route, and holds its answer against the reference; `{names}` of the path are taken from `more`."""
    query = more.pop("params", None)
    answer = client.call(method, path.format(**more), body, params=query)
    assert answer.status_code == status, answer.text
    assert answer.headers["X-Request-Id"]
    assert faults(answer_schema(method, path, status), answer.json()) == []
    return answer.json()


class TestAnswers:
    """Closed schemas: a field that is answered and not described is a fault as well."""

    def test_of_an_account(self, new_client: Callable[[], Client]) -> None:
        client = new_client().sign_up()
        person = {**client.user, "email": f"other-{client.user['email']}"}
        assert told(new_client(), "POST", "/register", 201, person)["success"] is True
        told(new_client(), "POST", "/register", 409, person)
        told(new_client(), "POST", "/register", 422, {"email": "nobody"})
        told(new_client(), "POST", "/login", 200, {"email": client.user["email"], "password": PASSWORD})
        told(new_client(), "POST", "/login", 401, {"email": client.user["email"], "password": "wrong"})
        told(client, "GET", "/user", 200)
        told(client, "PUT", "/user", 200, {"name": "Another Name"})
        told(client, "DELETE", "/user", 200)
        client.token = ""
        answer = client.call("GET", "/user")
        assert faults(answer_schema("GET", "/user", 401), answer.json()) == []

    def test_about_events(self, organizer: Client, customer: Client, new_client: Callable[[], Client]) -> None:
        anyone = new_client()
        form = reference()["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]["examples"]
        event: dict[str, Any] = {}
        for example in form.values():
            sent = {**example["value"], "start_date": "2099-12-24T18:00", "end_date": "2099-12-24T23:30"}
            made = told(organizer, "POST", "/events", 201, sent)
            event = event if sent.get("status") == "draft" else made
        told(anyone, "GET", "/events/{event_id}", 200, event_id=event["id"])
        told(anyone, "GET", "/events/{event_id}", 404, event_id="none")
        page = told(anyone, "GET", "/events", 200, params={"location": "nairobi", "limit": 1})
        assert page["next_cursor"], "there are two of them"
        told(anyone, "GET", "/events", 200, params={"location": "nairobi", "limit": 1, "cursor": page["next_cursor"]})
        told(anyone, "GET", "/events", 400, params={"cursor": "forged"})
        told(anyone, "GET", "/events", 422, params={"page": "0"})
        told(anyone, "GET", "/events/search", 200, params={"q": "nyege"})
        told(anyone, "GET", "/events/search", 400)
        told(anyone, "GET", "/events/popular", 200)
        told(anyone, "GET", "/events/category_count/{category}", 200, category="Concert")
        told(organizer, "GET", "/organizer/events", 200)
        told(organizer, "PUT", "/events/{event_id}", 200, {"title": "Nyege Nights II"}, event_id=event["id"])
        told(customer, "PUT", "/events/{event_id}", 403, {"title": "Mine"}, event_id=event["id"])
        told(customer, "POST", "/events", 403, {})
        told(organizer, "DELETE", "/events/{event_id}", 200, event_id=event["id"])

    def test_of_a_sale(
        self, stack: RunningStack, organizer: Client, new_client: Callable[[], Client], phones: Phones, phone: str
    ) -> None:
        buyer = new_client().sign_up()
        event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": 1}})
        wanted = {"event_id": event["id"], "ticket_type": "Only", "phone_number": phone}
        phones.will(phone, behaviour="manual")
        bought = told(buyer, "POST", "/tickets", 202, wanted)
        asked = {"checkout_request_id": bought["checkout_request_id"]}
        order = told(buyer, "GET", "/orders/{order_id}", 200, order_id=bought["order_id"])
        assert order["status"] == "pending"
        assert told(buyer, "POST", "/mpesa_transaction_status", 200, asked)["transaction_status"] == "pending"
        pin = requests.post(f"{stack.daraja_url}/simulator/phones/{phone}/pin", json={"pin": "1234"}, timeout=30)
        assert pin.ok, pin.text
        order = eventually(
            lambda: told(buyer, "GET", "/orders/{order_id}", 200, order_id=bought["order_id"]),
            lambda order: order["status"] == "completed",
        )
        assert len(order["tickets"]) == 1
        assert told(buyer, "POST", "/mpesa_transaction_status", 200, asked)["status"] == "success"
        told(buyer, "POST", "/mpesa_transaction_status", 404, {"checkout_request_id": "ws_CO_none"})
        told(buyer, "POST", "/tickets", 409, {**wanted, "phone_number": "0799000010"})
        told(buyer, "POST", "/tickets", 422, {**wanted, "quantity": 0})
        told(buyer, "POST", "/tickets", 404, {**wanted, "event_id": "none"})
        told(organizer, "GET", "/orders/{order_id}", 404, order_id=bought["order_id"])
        assert len(told(buyer, "GET", "/user/tickets", 200)["tickets"]) == 1
        assert told(buyer, "GET", "/user/payments", 200)["payments"]
        assert len(told(buyer, "GET", "/my_events", 200)) == 1
        assert len(told(buyer, "GET", "/user/upcoming_events", 200)["upcoming_events"]) == 1
        told(organizer, "DELETE", "/events/{event_id}", 409, event_id=event["id"])

    @pytest.mark.parametrize("path", ["/payments/{token}/result", "/mpesa_callback/{token}"])
    def test_to_a_callback_that_is_none_of_ours(self, new_client: Callable[[], Client], path: str) -> None:
        told(new_client(), "POST", path, 404, {}, token="ab" * 50)
        told(new_client(), "POST", "/mpesa_callback", 400, {})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser | None]:
    """None on a machine without Chromium: there the page is only fetched."""
    if CHROMIUM is None:
        yield None
        return
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def test_the_page_and_all_it_loads_come_from_the_stack(stack: RunningStack) -> None:
    page = requests.get(stack.docs_url, timeout=30)
    assert page.status_code == 200
    for needed in ("swagger-ui.min.css", "swagger-ui-bundle.min.js", "openapi.json"):
        assert f"/docs/{needed}" in page.text
        assert requests.get(f"{stack.docs_url}/{needed}", timeout=30).status_code == 200
    assert "://" not in page.text
    served = requests.get(f"{stack.docs_url}/openapi.json", timeout=30).json()
    assert served["paths"] == reference()["paths"]
    assert stack.api_url.endswith(served["servers"][0]["url"])


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
def test_the_page_shows_every_route_without_an_error(stack: RunningStack, browser: Browser | None, width: int) -> None:
    if browser is None:
        assert requests.get(stack.docs_url, timeout=30).status_code == 200
        return
    page = browser.new_page(viewport={"width": width, "height": 900})
    hosts, complaints = watched(page)
    page.goto(stack.docs_url)
    page.wait_for_selector(".opblock")
    routes = sum(len(methods) for methods in reference()["paths"].values())
    assert page.locator(".opblock").count() == routes
    page.locator("#operations-Buying_tickets-buy_ticket button.opblock-summary-control").click()
    page.wait_for_selector("#operations-Buying_tickets-buy_ticket .responses-wrapper")
    assert page.locator("#operations-Buying_tickets-buy_ticket").get_by_text("sold_out").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    page.close()
    assert (hosts, complaints) == ({urlsplit(stack.docs_url).netloc}, [])


def test_a_call_tried_out_on_the_page_reaches_the_stack(stack: RunningStack, browser: Browser | None) -> None:
    if browser is None:
        assert requests.get(f"{stack.api_url}/events/popular", timeout=60).status_code == 200
        return
    page = browser.new_page(viewport={"width": DESK_WIDTH, "height": 900})
    hosts, complaints = watched(page)
    page.goto(stack.docs_url)
    route = page.locator("#operations-Finding_events-list_popular_events")
    route.locator("button.opblock-summary-control").click()
    route.locator("button.try-out__btn").click()
    route.locator("button.execute").click()
    route.locator(".live-responses-table .response-col_status", has_text="200").wait_for(timeout=60_000)
    page.close()
    assert (hosts, complaints) == ({urlsplit(stack.docs_url).netloc}, [])


def watched(page: Page) -> tuple[set[str], list[str]]:
    """The hosts a page asks, and what its console says of errors, filled while it lives."""
    hosts: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc) if "data:" not in request.url else None)
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return hosts, complaints
