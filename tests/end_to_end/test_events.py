"""What an organizer does with an event beyond publishing it, while customers buy."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Outbox, Phones


def bought(customer: Client, event: dict[str, Any], tier: str, phone: str, quantity: int = 1) -> dict[str, Any]:
    answer = customer.buy(event, tier, phone, quantity)
    assert answer.status_code == 202, answer.text
    order = customer.order_ended(answer.json()["order_id"])
    assert order["status"] == "completed", order
    return order


def test_a_cancelled_event_pays_everybody_back_and_tells_them(
    organizer: Client, new_client: Callable[[], Client], phones: Phones, outbox: Outbox, phone: str
) -> None:
    tiers = {"VIP": {"price": 700}, "Community": {"price": 0, "capacity": 5}}
    event = organizer.create_event(ticket_tiers=tiers, total_tickets=20)
    other_phone = f"2541{phone[4:]}"
    holder, guest, paying = new_client().sign_up(phone_number=phone), new_client().sign_up(), new_client().sign_up()
    paid, free = bought(holder, event, "VIP", phone, 2), bought(guest, event, "Community", phone)
    phones.will(other_phone, behaviour="approve", delay_seconds=6)
    under_way = paying.buy(event, "VIP", other_phone).json()
    path = f"/events/{event['id']}"
    assert holder.call("POST", f"{path}/cancel").status_code == 403
    assert organizer.call("GET", f"{path}/cancellation").json()["code"] == "not_cancelled"
    begun = organizer.call("POST", f"{path}/cancel")
    assert begun.status_code == 202, begun.text
    assert guest.buy(event, "VIP", phone).json()["code"] == "event_cancelled"
    assert event["id"] not in [each["id"] for each in guest.get("/events", category="Concert", per_page=100)["events"]]
    assert guest.get(path)["status"] == "cancelled"
    done = eventually(
        lambda: organizer.get(f"{path}/cancellation"), lambda found: found["state"] == "done", seconds=180
    )
    assert done["tickets_left"] == 0
    assert holder.order(paid["order_id"])["status"] == "refunded"
    assert holder.order(paid["order_id"])["reason"] is None
    assert guest.order(free["order_id"])["status"] == "cancelled"
    assert {each["status"] for each in holder.get("/user/tickets")["tickets"]} == {"refunded"}
    assert paying.order(under_way["order_id"])["status"] in ("refunded", "failed", "expired")
    assert done["amount_refunded"] == done["amount_to_refund"] >= 1400
    told = eventually(
        lambda: [each for each in outbox.messages(holder.user["email"]) if each["subject"].endswith("is cancelled")],
        lambda messages: bool(messages),
    )
    assert len(told) == 1
    assert organizer.call("POST", f"{path}/cancel").json()["state"] == "done"
    assert organizer.call("DELETE", path).json()["code"] == "event_cancelled"


def test_a_draft_is_published_sold_and_taken_back(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    draft = organizer.create_event(title="Raha Fest", category="Rehearsal", status="draft")
    path, customer = f"/events/{draft['id']}", new_client().sign_up()
    assert organizer.get(path)["status"] == "draft"
    assert customer.call("GET", path).status_code == new_client().call("GET", path).status_code == 404
    assert customer.buy(draft, "VIP", phone).json()["code"] == "event_not_found"
    assert customer.get("/events", category="Rehearsal")["events"] == []
    assert customer.call("POST", f"{path}/publish").status_code == 403
    assert organizer.call("POST", f"{path}/publish").json()["event"]["status"] == "published"
    assert [each["id"] for each in customer.get("/events", category="Rehearsal")["events"]] == [draft["id"]]
    bought(customer, draft, "VIP", phone)
    taken_back = organizer.call("POST", f"{path}/unpublish")
    assert taken_back.json()["event"]["status"] == "draft", taken_back.text
    assert customer.get("/events", category="Rehearsal")["events"] == []
    assert customer.buy(draft, "VIP", phone).json()["code"] == "event_not_found"
    assert [each["id"] for each in customer.get("/my_events")] == [draft["id"]]
    assert [each["status"] for each in customer.get("/user/tickets")["tickets"]] == ["valid"]
    assert organizer.call("POST", f"{path}/publish").status_code == 200
    bought(customer, draft, "VIP", phone)


def test_a_hidden_tier_is_sold_to_those_who_know_its_code(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    tiers = {"Gate": {"price": 500}, "Crew": {"price": 0, "capacity": 5, "code": "KARIBU 26"}}
    event = organizer.create_event(title="Hidden Fest", category="Secret", ticket_tiers=tiers)
    path, customer = f"/events/{event['id']}", new_client().sign_up()
    assert list(customer.get(path)["ticket_tiers"]) == ["Gate"]
    assert list(customer.get("/events", category="Secret")["events"][0]["ticket_tiers"]) == ["Gate"]
    assert list(customer.get(path, code="karibu 26")["ticket_tiers"]) == ["Gate", "Crew"]
    assert organizer.get(path)["ticket_tiers"]["Crew"]["code"] == "KARIBU 26"
    wanted = {"event_id": event["id"], "ticket_type": "Crew", "access_code": "karibu26"}
    for guess in ({"access_code": "karibu"}, {"access_code": "karibu", "ticket_type": "Nobody"}):
        refused = customer.call("POST", "/tickets", {**wanted, **guess}).json()
        assert refused["errors"][0]["message"] == "This event has no such tickets. It has: Gate."
    answer = customer.call("POST", "/tickets", wanted)
    assert answer.status_code == 202, answer.text
    assert customer.order_ended(answer.json()["order_id"])["status"] == "completed"


def test_holders_are_told_of_a_new_place_once(
    organizer: Client, new_client: Callable[[], Client], outbox: Outbox, phone: str
) -> None:
    event = organizer.create_event(title="Wandering Fest")
    holder = new_client().sign_up()
    bought(holder, event, "VIP", phone, 2)
    for title in ("Wandering Fest", "Wandering Fest II"):
        change = {"location": "Uhuru Gardens, Nairobi", "title": title}
        changed = organizer.call("PUT", f"/events/{event['id']}", change)
        assert changed.status_code == 200, changed.text
    told = eventually(
        lambda: [each for each in outbox.messages(holder.user["email"]) if each["subject"].endswith("has changed")],
        lambda messages: bool(messages),
    )
    assert len(told) == 1
    assert "Uhuru Gardens" in told[0]["text"]
