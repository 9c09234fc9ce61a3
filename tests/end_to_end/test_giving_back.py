"""A customer gives an order back within the organizer's terms, and the next one buys what came back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.end_to_end.client import Client, eventually


def one_of_a_kind(organizer: Client, **terms: object) -> dict[str, Any]:
    return organizer.create_event(ticket_tiers={"Community": {"price": 0, "capacity": 1}}, total_tickets=1, **terms)


def taken(customer: Client, event: dict[str, Any], price_tier: str, phone: str, quantity: int = 1) -> dict[str, Any]:
    answer = customer.buy(event, price_tier, phone, quantity)
    assert answer.status_code == 202, answer.text
    order = customer.order_ended(answer.json()["order_id"])
    assert order["status"] == "completed", order
    return order


def cancel(customer: Client, order: dict[str, Any]) -> Any:
    return customer.call("POST", f"/orders/{order['order_id']}/cancel")


def give(holder: Client, ticket_id: str, to: Client) -> None:
    answer = holder.call("POST", f"/tickets/{ticket_id}/transfer", {"email": to.user["email"]})
    assert answer.status_code == 200, answer.text


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


def test_what_is_left_of_an_order_goes_back_by_the_terms_it_was_bought_under(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = organizer.create_event(refund_until_hours=24, refund_percent=50)
    price = event["ticket_tiers"]["VIP"]["price"]
    customer, friend = new_client().sign_up(), new_client().sign_up()
    order = taken(customer, event, "VIP", phone, 3)
    void, passed_on, _ = (ticket["id"] for ticket in order["tickets"])
    assert organizer.call("POST", f"/tickets/{void}/void", {"reason": "Sold on by a tout"}).status_code == 200
    assert organizer.call("PUT", f"/events/{event['id']}", {"refund_percent": 1}).status_code == 200
    give(customer, passed_on, friend)
    assert cancel(customer, order).json()["code"] == "tickets_passed_on"
    give(friend, friend.get("/user/tickets")["tickets"][0]["id"], customer)
    assert cancel(customer, order).status_code == 200
    [row] = organizer.get(f"/events/{event['id']}/orders")["orders"]
    assert (row["amount"], row["refund_amount"]) == (3 * price, price), "half of two"
    eventually(lambda: sold(customer, event), lambda count: count == 0)


def test_a_cancelled_event_pays_back_all_of_an_order_whatever_became_of_its_tickets(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = organizer.create_event()
    customer, friend = new_client().sign_up(), new_client().sign_up()
    order = taken(customer, event, "VIP", phone, 2)
    void, passed_on = (ticket["id"] for ticket in order["tickets"])
    assert organizer.call("POST", f"/tickets/{void}/void", {"reason": "Sold on by a tout"}).status_code == 200
    give(customer, passed_on, friend)
    assert organizer.call("POST", f"/events/{event['id']}/cancel").status_code == 202
    ended = eventually(lambda: customer.order(order["order_id"]), lambda order: order["status"] != "completed")
    assert ended["status"] in {"refund_pending", "refunded"}
    assert friend.get("/user/tickets")["tickets"][0]["status"] == "refunded"
    progress = organizer.get(f"/events/{event['id']}/cancellation")
    assert progress["amount_to_refund"] == order["amount"]
    eventually(lambda: sold(customer, event), lambda count: count == 0)
