"""Money that goes back: the simulated M-PESA really reverses it, and an operator does what it will not."""

from collections.abc import Callable
from typing import Any

import requests

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Phones
from tests.end_to_end.operator import operator


def simulator(stack: RunningStack, method: str, path: str, **body: Any) -> Any:
    answer = requests.request(method, f"{stack.daraja_url}/simulator/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


def refunds(stack: RunningStack, *words: str) -> str:
    return operator(stack, "refunds", "--table", stack.table_name, *words)


def test_money_that_came_when_nothing_was_left_is_reversed(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], phones: Phones, phone: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": 1}})
    late, quick = new_client().sign_up(), new_client().sign_up()
    lost = {"lost": True, "confirmation": "none"}
    nobody_says = {"callback": lost, "query": {"shape": "does_not_exist", "always": True}}
    phones.will(phone, behaviour="approve", **nobody_says)
    asked = late.buy(event, "Only", phone).json()
    order_id = asked["order_id"]
    eventually(lambda: late.order(order_id)["status"], lambda status: status == "expired", 120)
    bought = eventually(lambda: quick.buy(event, "Only", "0722100200"), lambda answer: answer.status_code == 202)
    assert quick.order_ended(bought.json()["order_id"])["status"] == "completed"
    simulator(stack, "PUT", "initiator/reversal", queue_timeout=True, times=1)
    simulator(stack, "POST", f"payments/{asked['checkout_request_id']}/callback")
    refunded = eventually(lambda: late.order(order_id), lambda order: order["status"] == "refunded", 120)
    assert (refunded["tickets"], refunded["message"]) == ([], "Your money was sent back.")
    messages = simulator(stack, "GET", f"phones/{phone}")["messages"]
    assert [each for each in messages if "reversed" in each["text"].lower()], "the customer's own phone says so too"
    payment = next(each for each in late.get("/user/payments")["payments"] if each["id"] == order_id)
    assert (payment["status"], payment["order_status"]) == ("cancelled", "refunded")


def test_a_second_receipt_that_m_pesa_cannot_reverse_is_settled_by_an_operator(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    event = organizer.create_event()
    bought = customer.buy(event, "VIP", phone).json()
    order = customer.order_ended(bought["order_id"])
    path = f"payments/{bought['checkout_request_id']}/callback"
    simulator(stack, "POST", path, receipt="SECOND0001")
    listed = eventually(lambda: refunds(stack, "list"), lambda said: "SECOND0001" in said)
    refund_id = f"{bought['order_id']}.SECOND0001"
    assert refund_id in listed
    assert "KES 2,500" in listed
    assert "R000002" in listed
    assert "settled" in refunds(stack, "settle", refund_id, "PORTAL0001")
    assert "settled" in refunds(stack, "settle", refund_id, "PORTAL0001"), "a repeat changes nothing"
    assert "only a refund that waits" in refunds(stack, "settle", refund_id, "PORTAL0002")
    assert "SECOND0001" not in refunds(stack, "list")
    assert customer.order(bought["order_id"])["status"] == "completed"
    assert len(customer.order(bought["order_id"])["tickets"]) == len(order["tickets"]) == 1
