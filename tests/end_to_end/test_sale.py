"""A sale as the web client makes it, from the form that creates the event to the ticket."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import HOLD_SECONDS, Phones


def stock_left(client: Client, event: dict[str, Any], wanted: int) -> None:
    """Waits until the event's figures show this many tickets sold."""
    eventually(lambda: client.get(f"/events/{event['id']}")["tickets_sold"], lambda sold: sold == wanted)


def test_an_event_is_created_from_the_form_and_answered_as_the_client_reads_it(organizer: Client) -> None:
    event = organizer.create_event()
    assert event["organizer_id"] == organizer.user["id"]
    assert event["start_date"] == "2099-12-24T15:00:00Z", "a time without a zone is Nairobi's"
    assert {name: tier["price"] for name, tier in event["ticket_tiers"].items()} == {"Early Bird": 500, "VIP": 2500}
    assert (event["total_tickets"], event["tickets_sold"], event["tags"]) == (100, 0, "music, live")
    assert organizer.get(f"/events/{event['id']}")["title"] == "Sauti Sol Live"


def test_an_event_is_found_by_every_filter(organizer: Client, new_client: Callable[[], Client]) -> None:
    word = f"x{uuid4().hex[:10]}"
    event = organizer.create_event(
        title=f"Night of {word}", location=f"Hall {word}, Kisumu", category=word, tags=f"Afro, {word}"
    )
    anyone = new_client()
    questions: list[dict[str, object]] = [
        {"location": word.upper()},
        {"location": f"hall {word}"},
        {"tag": word.upper()},
        {"category": word},
        {"category": word, "location": "kisumu"},
        {"category": word, "tag": "afro"},
        {"category": word, "location": "kisumu", "tag": "Afro"},
        {"location": word, "tag": word, "page": 1, "per_page": 5},
    ]
    for question in questions:
        found = anyone.get("/events", **question)
        assert [each["id"] for each in found["events"]] == [event["id"]], question
        assert (found["total_events"], found["total_pages"], found["current_page"]) == (1, 1, 1)
    assert [each["id"] for each in anyone.get("/events/search", q=f"NIGHT {word}")["events"]] == [event["id"]]
    assert anyone.get(f"/events/category_count/{word}") == {"count": 1}
    assert anyone.get("/events", category=f"{word}x")["events"] == []
    assert len(anyone.get("/events/popular")["popular_events"]) <= 3
    assert event["id"] in [each["id"] for each in organizer.get("/organizer/events")["events"]]
    assert anyone.get("/events")["per_page"] == 10


def test_a_customer_buys_pays_and_holds_the_tickets(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = organizer.create_event()
    customer = new_client().sign_up()
    answer = customer.buy(event, "VIP", phone, quantity=2)
    bought = answer.json()
    assert answer.status_code == 202, answer.text
    assert (bought["status"], bought["amount"]) == ("pending", 5000)
    assert bought["checkout_request_id"]
    order = customer.order_ended(bought["order_id"])
    assert order["status"] == "completed"
    assert len(order["tickets"]) == 2
    tickets = customer.get("/user/tickets")["tickets"]
    assert {each["id"] for each in tickets} == {each["id"] for each in order["tickets"]}
    assert {each["event_title"] for each in tickets} == {"Sauti Sol Live"}
    payment = customer.get("/user/payments")["payments"][0]
    assert (payment["status"], payment["transaction_id"], payment["amount"]) == ("completed", order["receipt"], 5000)
    assert [each["id"] for each in customer.get("/my_events")] == [event["id"]]
    assert [each["id"] for each in customer.get("/user/upcoming_events")["upcoming_events"]] == [event["id"]]
    for known in (bought["checkout_request_id"], order["receipt"]):
        status = customer.call("POST", "/mpesa_transaction_status", {"checkout_request_id": known}).json()
        assert (status["status"], status["transaction_status"]) == ("success", "paid")
    stock_left(customer, event, 2)
    organizers = {each["id"]: each for each in organizer.get("/organizer/events")["events"]}
    eventually(
        lambda: organizer.get("/organizer/events")["events"],
        lambda events: any(each["id"] == event["id"] and each["tickets_purchased"] == 2 for each in events),
    )
    assert event["id"] in organizers


@pytest.mark.parametrize(
    ("behaviour", "status", "reason"),
    [
        ("cancel", "cancelled", "cancelled_by_customer"),
        ("insufficient_funds", "failed", "insufficient_funds"),
        ("wrong_pin", "failed", "wrong_pin"),
    ],
)
def test_a_payment_that_fails_says_why_and_gives_the_seat_back(
    organizer: Client, customer: Client, phones: Phones, phone: str, behaviour: str, status: str, reason: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": 1}})
    phones.will(phone, behaviour=behaviour, times=1)
    order = customer.order_ended(customer.buy(event, "Only", phone).json()["order_id"])
    assert (order["status"], order["reason"], order["tickets"]) == (status, reason, [])
    assert order["message"]
    again = eventually(lambda: customer.buy(event, "Only", phone), lambda answer: answer.status_code == 202)
    assert customer.order_ended(again.json()["order_id"])["status"] == "completed"


def test_time_runs_out_and_the_seat_comes_back(organizer: Client, customer: Client, phones: Phones, phone: str) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": 1}})
    phones.will(phone, behaviour="manual")
    bought = customer.buy(event, "Only", phone).json()
    assert customer.buy(event, "Only", "0799000001").json()["code"] == "sold_out"
    order = eventually(
        lambda: customer.order(bought["order_id"]), lambda order: order["status"] != "pending", HOLD_SECONDS + 60
    )
    assert order["status"] == "expired"
    other = eventually(lambda: customer.buy(event, "Only", "0799000002"), lambda answer: answer.status_code == 202)
    assert customer.order_ended(other.json()["order_id"])["status"] == "completed"


def test_a_lost_callback_is_made_up_for_by_asking(
    organizer: Client, customer: Client, phones: Phones, phone: str
) -> None:
    event = organizer.create_event()
    phones.will(phone, behaviour="approve", callback={"lost": True})
    bought = customer.buy(event, "Early Bird", phone).json()
    order = eventually(lambda: customer.order(bought["order_id"]), lambda order: order["status"] != "pending", 90)
    assert order["status"] == "completed"


def test_a_doubled_callback_issues_the_tickets_once(
    organizer: Client, new_client: Callable[[], Client], phones: Phones, phone: str
) -> None:
    event = organizer.create_event()
    customer = new_client().sign_up()
    phones.will(phone, behaviour="approve", callback={"copies": 3})
    assert customer.order_ended(customer.buy(event, "VIP", phone).json()["order_id"])["status"] == "completed"
    assert len(customer.get("/user/tickets")["tickets"]) == 1
    stock_left(customer, event, 1)


def test_a_free_ticket_comes_without_mpesa(organizer: Client, customer: Client) -> None:
    event = organizer.create_event(ticket_tiers={"Community": {"price": 0}})
    answer = customer.call("POST", "/tickets", {"event_id": event["id"], "ticket_type": "Community"})
    assert answer.status_code == 202, answer.text
    assert customer.order_ended(answer.json()["order_id"])["status"] == "completed"


def test_the_same_idempotency_key_is_the_same_purchase(
    organizer: Client, customer: Client, phones: Phones, phone: str
) -> None:
    event = organizer.create_event()
    key = uuid4().hex
    first = customer.buy(event, "VIP", phone, Idempotency_Key=key)
    again = customer.buy(event, "VIP", phone, Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (202, 202)
    for field in ("order_id", "amount", "checkout_request_id", "account_reference", "expires_at"):
        assert first.json()[field] == again.json()[field]
    other = customer.buy(event, "VIP", phone, quantity=2, Idempotency_Key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    pushes = [each for each in phones.payments() if each["push"]["PhoneNumber"] == phone]
    assert len(pushes) == 1


def test_an_event_with_tickets_sold_is_not_deleted_and_one_without_is(
    organizer: Client, customer: Client, phone: str
) -> None:
    event = organizer.create_event()
    customer.order_ended(customer.buy(event, "VIP", phone).json()["order_id"])
    refused = organizer.call("DELETE", f"/events/{event['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "event_has_sales")
    assert organizer.get(f"/events/{event['id']}")["id"] == event["id"]
    other = organizer.create_event()
    assert organizer.call("DELETE", f"/events/{other['id']}").status_code == 200
    assert organizer.call("GET", f"/events/{other['id']}").status_code == 404
    assert customer.buy(other, "VIP", "0799000003").status_code == 404


def test_an_organizer_changes_an_event(organizer: Client) -> None:
    event = organizer.create_event()
    answer = organizer.call(
        "PUT", f"/events/{event['id']}", {"title": "Sauti Sol, Again", "location": "Bomas, Nairobi"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]
    changed = organizer.get(f"/events/{event['id']}")
    assert (changed["title"], changed["location"], changed["category"]) == (
        "Sauti Sol, Again",
        "Bomas, Nairobi",
        "Concert",
    )
    assert event["id"] in [each["id"] for each in organizer.get("/events", location="bomas", per_page=100)["events"]]


class TestForgedCallbacks:
    """Whoever finds the address of the callback still cannot make tickets."""

    @staticmethod
    def paid(checkout: str, amount: int) -> dict[str, Any]:
        items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": uuid4().hex[:10].upper()}]
        callback = {
            "MerchantRequestID": "x",
            "CheckoutRequestID": checkout,
            "ResultCode": 0,
            "ResultDesc": "-",
            "CallbackMetadata": {"Item": items},
        }
        return {"Body": {"stkCallback": callback}}

    @pytest.mark.parametrize("path", ["/payments/{}/result", "/mpesa_callback/{}"])
    def test_without_the_token_it_is_404(self, new_client: Callable[[], Client], path: str) -> None:
        answer = new_client().call("POST", path.format("ab" * 50), self.paid("ws_CO_1", 100))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_without_any_token_it_pays_for_nothing(
        self, organizer: Client, customer: Client, phones: Phones, phone: str
    ) -> None:
        event = organizer.create_event()
        phones.will(phone, behaviour="manual")
        bought = customer.buy(event, "VIP", phone).json()
        answer = customer.call("POST", "/mpesa_callback", self.paid(bought["checkout_request_id"], 2500))
        assert (answer.status_code, answer.json()["ResultCode"]) == (200, 0)
        order = customer.order(bought["order_id"])
        assert (order["status"], order["receipt"]) == ("pending", None)

    def test_with_the_token_but_another_pushs_ids_it_goes_to_review(
        self, organizer: Client, customer: Client, phones: Phones, phone: str
    ) -> None:
        event = organizer.create_event()
        phones.will(phone, behaviour="manual")
        bought = customer.buy(event, "VIP", phone).json()
        url = phones.callback_url(bought["checkout_request_id"])
        assert requests.post(url, json=self.paid("ws_CO_other", 2500), timeout=30).status_code == 200
        assert customer.order(bought["order_id"])["receipt"] is None
