"""A sale while DynamoDB and M-PESA fail all around it: nothing is lost, nothing is doubled."""

import itertools
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from local.embedded_aws import EmbeddedAws
from local.options import StackOptions
from local.ports import HOST, free_port
from local.stack import RunningStack, running_stack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.fault_proxy import FaultProxy
from tests.invariants import Books, Charge, books_of, broken, unsettled
from tiketi.payments.check_payment import LATE_CHECKS_SECONDS
from tiketi.payments.reconcile_items import KINDS, Item, plain_item
from tiketi.payments.reconcile_rules import GRACE_SECONDS, reconcile

ORDERS, CAPACITY, AT_ONCE = 200, 240, 6
"""Every other buyer wants two: more than there is, so the last ones race for what others give up."""
PRICE = 100
MOST_TRIES = 12
PARAMETERS = {"HoldSeconds": "45", "PromptSeconds": "30", "RefundDelaysSeconds": "1,2,4"}
SECONDS_TO_SETTLE = 240
"""The timers after a hold that lapsed, a message repeated after a failure, and the refunds of what came too late."""
CHAOS_RATE = 0.3
WAITING = ("in_review", "receipt_unknown")
"""What reconciliation finds and a person has to end."""
REFUSED_FOR_GOOD = {"sold_out", "too_few_left"}

IN_DYNAMODB: list[dict[str, Any]] = [
    {"probability": 0.04, "error": {"code": "ProvisionedThroughputExceededException"}},
    {"probability": 0.02, "error": {"code": "InternalServerError", "status": 500}},
    {"probability": 0.02, "reset": True},
    # Sent on after the wait: it arrives when the function has long given it up.
    {"probability": 0.002, "latency": 6000},
    {"probability": 0.05, "latency": {"min": 100, "max": 500}},
    # It was done, and nobody hears of it.
    {"probability": 0.02, "response": {"abort_bytes": 0}},
]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port(0, "the fault proxy")


@pytest.fixture(scope="module")
def frail(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack whose functions reach DynamoDB through `port`."""
    options = StackOptions(
        stack_file=tmp_path_factory.mktemp("frail") / "stack.json",
        parameters=PARAMETERS,
        daraja_arguments=("--default-behaviour", "approve", "--prompt-seconds", "20", "--quiet"),
        max_in_flight=4,
        dynamodb_url=f"http://{HOST}:{port}",
        demo_data=False,
    )
    with running_stack(options=options) as stack:
        yield stack


def test_a_sale_through_faults_on_every_side_loses_nothing_and_doubles_nothing(
    frail: RunningStack, port: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    proxy = FaultProxy(frail, port, tmp_path)
    system = System(frail)
    system.repeat_failed_messages_soon()
    event = Client(frail.api_url).sign_up("organizer").create_event(**_tier(CAPACITY))
    customers = [Client(frail.api_url).sign_up() for _ in range(5)]

    proxy.fail(IN_DYNAMODB)
    system.chaos(seed, CHAOS_RATE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(lambda number: _buy(customers[number % 5], event, number), range(ORDERS)))
    faults = proxy.faults()
    proxy.heal()
    system.chaos(seed, 0)
    tell(f"FAULTS_SEED={seed}: {dict(faults)} in DynamoDB; {dict(answers)}")
    eventually(system.settle, lambda books: not unsettled(books), SECONDS_TO_SETTLE)
    for _ in LATE_CHECKS_SECONDS:
        system.check_late()
        eventually(system.wrong, lambda wrong: not wrong, SECONDS_TO_SETTLE)

    books = system.books()
    charges = system.charges()
    tell(f"{dict(_ends(books))}, {len(charges)} charged, {_strangers(charges)} of them unknowable")
    tell(f"in M-PESA: {system.chaos_met()}")
    findings = reconcile(system.facts(), int(time.time()) + GRACE_SECONDS).findings
    assert [each for each in findings if each.kind not in WAITING] == []
    assert not [phone for phone, times in Counter(each.phone_number for each in charges).items() if times > 1]
    assert faults.total() > ORDERS / 2
    assert _ends(books)["completed"] > ORDERS / 2


def _strangers(charges: list[Charge]) -> int:
    return sum(not each.knowable for each in charges)


def _tier(capacity: int) -> dict[str, Any]:
    return {"ticket_tiers": {"Only": {"price": PRICE, "capacity": capacity}}, "total_tickets": capacity}


def _buy(customer: Client, event: dict[str, Any], number: int) -> str:
    """As a good client does: the same request with the same key, until it is answered for good."""
    client = Client(customer.api_url)
    client.token = customer.token
    quantity = 2 if number % 2 else 1
    for attempt in itertools.count(1):
        answer = client.buy(event, "Only", f"2547{number:08d}", quantity, Idempotency_Key=f"buyer {number}")
        if answer.status_code == 202:
            return "accepted"
        code = answer.json().get("code", "unknown")
        assert answer.status_code in (409, 429, 500, 502, 503, 504), answer.text
        if code in REFUSED_FOR_GOOD or attempt == MOST_TRIES:
            return code
        # A client's pause between two tries, not a wait for something of the test's.
        time.sleep(min(2.0, float(answer.headers.get("Retry-After", 1))))
    raise AssertionError("counting never ends")


def _ends(books: Books) -> Counter[str]:
    return Counter(
        f"{each['order_status']}{' in review' if each.get('review') else ''}" for each in books.payments.values()
    )


class System:
    """The whole of it, seen from behind: the table, the timers, the phones' side."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._resources = EmbeddedAws(stack.aws_endpoint_url).resources()
        self._daraja = f"{stack.daraja_url}/simulator"
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=stack.region)
        self._table = session.client("dynamodb", endpoint_url=stack.aws_endpoint_url)
        self._queues = session.client("sqs", endpoint_url=stack.aws_endpoint_url)
        self._functions = session.client("lambda", endpoint_url=stack.aws_endpoint_url)

    def repeat_failed_messages_soon(self) -> None:
        """After seconds, where the template says minutes."""
        for queue in ("CheckQueue", "RefundQueue"):
            self._queues.set_queue_attributes(QueueUrl=self._resources[queue], Attributes={"VisibilityTimeout": "20"})

    def chaos(self, seed: int, rate: float) -> None:
        requests.post(f"{self._daraja}/chaos", json={"seed": seed, "rate": rate}, timeout=10).raise_for_status()

    def settle(self) -> Books:
        """The books, after the sweeps that the schedule would run within five minutes."""
        books = self.books()
        if unsettled(books):
            for sweep in ("ReclaimStockFunction", "SweepRefundsFunction"):
                self._functions.invoke(FunctionName=self._resources[sweep], Payload=b"{}")
            books = self.books()
        return books

    def wrong(self) -> list[str]:
        """What is not as it must be at the end. Questions are asked at a rate, so what they bring takes its time."""
        books = self.settle()
        return [*broken(books, self.charges()), *unsettled(books)]

    def check_late(self) -> None:
        """Asks once more about what nobody paid, as the timer does minutes after the deadline."""
        for order, payment in self.books().payments.items():
            if payment["status"] in ("EXPIRED", "FAILED") and "checkout_request_id" in payment:
                message = json.dumps({"order_id": order, "attempt": 0, "once": True})
                self._queues.send_message(QueueUrl=self._resources["CheckQueue"], MessageBody=message)

    def books(self) -> Books:
        return books_of(self._items())

    def _items(self) -> Iterator[Any]:
        pages = self._table.get_paginator("scan").paginate(TableName=self._stack.table_name, ConsistentRead=True)
        return (item for page in pages for item in page["Items"])

    def facts(self) -> list[Item]:
        """What reconciliation reads."""
        return [plain_item(item) for item in self._items() if item["type"]["S"] in KINDS]

    def payments(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._daraja}/payments", params={"limit": 10_000}, timeout=30)
        answer.raise_for_status()
        return answer.json()["payments"]

    def charges(self) -> list[Charge]:
        checkouts = {each.get("checkout_request_id") for each in self.books().payments.values()}
        return [
            Charge(
                receipt=each["receipt"],
                account_reference=each["account_reference"],
                phone_number=each["phone_number"],
                amount=each["amount"],
                knowable=_was_told(each)
                or (each["checkout_request_id"] in checkouts and each["fault"] != "query_contradicts"),
            )
            for each in self.payments()
            if each["result_code"] == "0"
        ]

    def chaos_met(self) -> dict[str, int]:
        return dict(Counter(each["fault"] for each in self.payments() if each["fault"]))


def _was_told(payment: dict[str, Any]) -> bool:
    return any(each["kind"] == "callback" and each["status"] == 200 for each in payment["callbacks"])
