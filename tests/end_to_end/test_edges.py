"""What a client may send, and what it is told: one error shape, and never a 5xx."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.end_to_end.client import Client


def assert_refused(answer: requests.Response, status: int, code: str | None = None) -> Any:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert {"message", "code", "request_id"} <= set(body)
    assert body["message"]
    assert body["request_id"]
    if code:
        assert body["code"] == code
    return body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("GET", "/"),
        ("DELETE", "/login"),
        ("PATCH", "/events"),
        ("GET", "/orders"),
        ("POST", "/events/x/y/z"),
    ],
)
def test_what_is_not_there_is_404_in_the_one_shape(new_client: Callable[[], Client], method: str, path: str) -> None:
    assert_refused(new_client().call(method, path), 404, "unknown_route")


@pytest.mark.parametrize("path", ["/user", "/user/tickets", "/my_events", "/orders/x", "/organizer/events"])
def test_without_a_token_it_is_401(new_client: Callable[[], Client], path: str) -> None:
    assert_refused(new_client().call("GET", path), 401, "not_signed_in")
    assert_refused(new_client().call("GET", path, headers={"Authorization": "Bearer nonsense"}), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        ("{", {"Content-Type": "application/json"}, 400),
        ("[]", {"Content-Type": "application/json"}, 400),
        ("null", {"Content-Type": "application/json"}, 400),
        ("", {"Content-Type": "application/json"}, 400),
        ("[" * 50_000, {"Content-Type": "application/json"}, 400),
        ("email=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ('{"email": "' + "x" * 1_000_000 + '"}', {"Content-Type": "application/json"}, 413),
        ("{}", {"Content-Type": "application/json"}, 422),
        (
            '{"email": 1, "password": [], "name": {}, "phone_number": "abc", "role": "king"}',
            {"Content-Type": "application/json"},
            422,
        ),
    ],
)
def test_a_body_that_makes_no_sense_is_a_4xx(
    new_client: Callable[[], Client], data: str, headers: dict[str, str], status: int
) -> None:
    answer = requests.post(f"{new_client().api_url}/register", data=data, headers=headers, timeout=60)
    body = assert_refused(answer, status)
    if status == 422:
        assert {each["field"] for each in body["errors"]} >= {"email", "password", "name", "phone_number"}


@pytest.mark.parametrize(
    "event_id", ["x", "1", "%00", "..%2f", "a%0d%0ab", "01JD0000000000000000000000", "ü", "a" * 500]
)
def test_an_id_that_is_none_is_404(new_client: Callable[[], Client], event_id: str) -> None:
    assert_refused(new_client().call("GET", f"/events/{event_id}"), 404)


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"per_page": "1000000"}, {"cursor": "forged"}, {"limit": "-1"}]
)
def test_a_page_that_cannot_be_is_a_4xx(new_client: Callable[[], Client], query: dict[str, str]) -> None:
    answer = new_client().call("GET", "/events", params=query)
    assert answer.status_code in (400, 422), answer.text
    assert_refused(answer, answer.status_code)


def test_a_purchase_names_every_field_that_is_wrong(customer: Client, organizer: Client) -> None:
    body = assert_refused(customer.call("POST", "/tickets", {"quantity": 0, "phone_number": "12"}), 422)
    assert {each["field"] for each in body["errors"]} == {"event_id", "ticket_type", "quantity", "phone_number"}
    event = organizer.create_event()
    body = assert_refused(customer.buy(event, "Golden Circle", "0712345678"), 422)
    assert body["errors"][0]["field"] == "ticket_type"
    assert_refused(customer.buy(event, "VIP", "0712345678", quantity=11), 422)


def test_only_organizers_create_events_and_only_their_own_change(
    customer: Client, organizer: Client, new_client: Callable[[], Client]
) -> None:
    event = organizer.create_event()
    assert_refused(customer.call("POST", "/events", {"title": "Mine"}), 403, "organizers_only")
    assert_refused(customer.call("DELETE", f"/events/{event['id']}"), 403)
    rival = new_client().sign_up("organizer")
    assert_refused(rival.call("PUT", f"/events/{event['id']}", {"title": "Mine"}), 403, "not_your_event")
    assert_refused(rival.call("DELETE", f"/events/{event['id']}"), 403, "not_your_event")


def test_nobody_reads_anothers_order(
    customer: Client, organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    bought = customer.buy(organizer.create_event(), "VIP", phone).json()
    stranger = new_client().sign_up()
    assert_refused(stranger.call("GET", f"/orders/{bought['order_id']}"), 404, "order_not_found")
    asked = {"checkout_request_id": bought["checkout_request_id"]}
    assert_refused(stranger.call("POST", "/mpesa_transaction_status", asked), 404, "payment_not_found")


def test_an_email_is_taken_whatever_its_case(customer: Client, new_client: Callable[[], Client]) -> None:
    body = {**customer.user, "email": customer.user["email"].upper()}
    taken = assert_refused(new_client().call("POST", "/register", body), 409, "email_taken")
    assert taken["success"] is False


def test_an_account_is_read_changed_and_deleted(new_client: Callable[[], Client]) -> None:
    client = new_client().sign_up()
    user = client.get("/user")
    assert (user["profile"]["name"], user["phone_number"], user["role"]) == ("A Person", "254712345678", "customer")
    changed = client.call("PUT", "/user", {"name": "Another Name"})
    assert changed.status_code == 200, changed.text
    assert client.get("/user")["name"] == "Another Name"
    assert client.call("DELETE", "/user").status_code == 200
    login = {"email": client.user["email"], "password": client.user["password"]}
    assert_refused(new_client().call("POST", "/login", login), 401, "wrong_credentials")


def test_swahili_is_spoken_to_who_asks_for_it(new_client: Callable[[], Client]) -> None:
    answer = new_client().call("GET", "/events/x", headers={"Accept-Language": "sw-KE,sw;q=0.9"})
    assert assert_refused(answer, 404)["message"] == "Hakuna tukio kama hilo."


class TestBrowsers:
    ORIGIN = "https://tiketi.example"

    @pytest.mark.parametrize("path", ["/tickets", "/user", "/events/01JD0000000000000000000000"])
    def test_a_preflight_from_the_web_client_is_let_through(self, new_client: Callable[[], Client], path: str) -> None:
        asked = {
            "Origin": self.ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = new_client().call("OPTIONS", path, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()

    def test_every_answer_can_be_read_there_errors_too(self, new_client: Callable[[], Client]) -> None:
        for path in ("/events", "/nope", "/user"):
            answer = new_client().call("GET", path, headers={"Origin": self.ORIGIN})
            assert answer.headers.get("Access-Control-Allow-Origin") == self.ORIGIN, path

    def test_another_origin_gets_no_leave(self, new_client: Callable[[], Client]) -> None:
        answer = new_client().call("GET", "/events", headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
