"""A customer gives an order back within the organizer's terms, and the next one buys what came back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.end_to_end.client import Client, eventually


def one_of_a_kind(organizer: Client, **terms: object) -> dict[str, Any]:
    return organizer.create_event(ticket_tiers={"Community": {"price": 0, "capacity": 1}}, total_tickets=1, **terms)


def taken(customer: Client, event: dict[str, Any], price_tier: str, phone: str) -> dict[str, Any]:
    answer = customer.buy(event, price_tier, phone)
    assert answer.status_code == 202, answer.text
    order = customer.order_ended(answer.json()["order_id"])
    assert order["status"] == "completed", order
    return order


def cancel(customer: Client, order: dict[str, Any]) -> Any:
    return customer.call("POST", f"/orders/{order['order_id']}/cancel")


def sold(client: Client, event: dict[str, Any]) -> int:
    return client.get(f"/events/{event['id']}")["tickets_sold"]


def test_the_last_ticket_is_given_back_and_sold_again(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = one_of_a_kind(organizer, refund_until_hours=24)
    first, second = new_client().sign_up(), new_client().sign_up()
    order = taken(first, event, "Community", phone)
    assert second.buy(event, "Community", phone).json()["code"] == "sold_out"
    assert cancel(second, order).status_code == 404
    assert cancel(first, order).json()["status"] == "cancelled"
    assert first.get("/user/tickets")["tickets"][0]["status"] == "void"
    eventually(lambda: sold(first, event), lambda count: count == 0)
    assert taken(second, event, "Community", phone)["status"] == "completed"


def test_a_paid_order_given_back_twice_at_once_returns_its_stock_once(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = organizer.create_event(refund_until_hours="24", refund_percent="50")
    customer = new_client().sign_up()
    order = taken(customer, event, "VIP", phone)
    eventually(lambda: sold(customer, event), lambda count: count == 1)
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda _: cancel(customer, order), range(4)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert any(answer.status_code == 200 for answer in answers)
    after = customer.order(order["order_id"])
    assert (after["status"] in {"refund_pending", "refunded"}, after["tickets"]) == (True, [])
    assert customer.get("/user/tickets")["tickets"][0]["status"] == "refunded"
    eventually(lambda: sold(customer, event), lambda count: count == 0)


def test_without_terms_nothing_is_taken_back(organizer: Client, new_client: Callable[[], Client], phone: str) -> None:
    event = one_of_a_kind(organizer)
    customer = new_client().sign_up()
    order = taken(customer, event, "Community", phone)
    refused = cancel(customer, order)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_cancellation")
    assert customer.order(order["order_id"])["status"] == "completed"
