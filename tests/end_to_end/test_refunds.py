"""Money that goes back: the simulated M-PESA really reverses it, and an operator does what it will not."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import requests

from local.options import REGION, ROOT
from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Phones


def simulator(stack: RunningStack, method: str, path: str, **body: Any) -> Any:
    answer = requests.request(method, f"{stack.daraja_url}/simulator/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


def operator(stack: RunningStack, *words: str) -> str:
    """The command that `make refunds` and its like run, as an operator of this stack."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "layers/tiketi"),
        "AWS_ENDPOINT_URL": stack.aws_endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
    command = [sys.executable, "-m", "operations.refunds", "--table", stack.table_name, *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_money_that_came_when_nothing_was_left_is_reversed(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], phones: Phones, phone: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": 1}})
    late, quick = new_client().sign_up(), new_client().sign_up()
    phones.will(phone, behaviour="manual")
    order_id = late.buy(event, "Only", phone).json()["order_id"]
    eventually(lambda: late.order(order_id)["status"], lambda status: status == "expired", 120)
    bought = eventually(lambda: quick.buy(event, "Only", "0722100200"), lambda answer: answer.status_code == 202)
    assert quick.order_ended(bought.json()["order_id"])["status"] == "completed"
    simulator(stack, "PUT", "initiator/reversal", queue_timeout=True, times=1)
    simulator(stack, "POST", f"phones/{phone}/pin", pin="1234")
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
    listed = eventually(lambda: operator(stack, "list"), lambda said: "SECOND0001" in said)
    refund_id = f"{bought['order_id']}.SECOND0001"
    assert refund_id in listed
    assert "KES 2,500" in listed
    assert "R000002" in listed
    assert "settled" in operator(stack, "settle", refund_id, "PORTAL0001")
    assert "settled" in operator(stack, "settle", refund_id, "PORTAL0001"), "a repeat changes nothing"
    assert "only a refund that waits" in operator(stack, "settle", refund_id, "PORTAL0002")
    assert "SECOND0001" not in operator(stack, "list")
    assert customer.order(bought["order_id"])["status"] == "completed"
    assert len(customer.order(bought["order_id"])["tickets"]) == len(order["tickets"]) == 1
