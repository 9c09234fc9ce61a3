"""An organizer, customers and the gate act on one event at the same moment: one of them wins, and no seat is lost."""

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.test_holders import GIVE, TRANSFER, VOID, bought, scanner_of, tickets_of
from tests.end_to_end.test_races import figures_of, only_tier, shards_of

AT_ONCE = 16
PRICE = 100

_phones = (f"25418{number:07d}" for number in itertools.count())


@pytest.fixture(scope="module")
def customers(new_client: Callable[[], Client]) -> list[Client]:
    return [new_client().sign_up() for _ in range(4)]


def on_its_own(client: Client) -> Client:
    """The same person on a connection of this thread's."""
    own = Client(client.api_url)
    own.token = client.token
    return own


def status_of_purchase(customer: Client, event: dict[str, Any]) -> str:
    """How a purchase of one ticket has ended: the order's status, or the code of the refusal."""
    client = on_its_own(customer)
    answer = client.buy(event, "Only", next(_phones))
    if answer.status_code != 202:
        return answer.json()["code"]
    return client.order_ended(answer.json()["order_id"])["status"]


def test_a_tier_shrinks_and_grows_while_customers_buy_and_no_seat_is_lost(
    stack: RunningStack, organizer: Client, customers: list[Client]
) -> None:
    event = organizer.create_event(**only_tier(200, price=0))
    assert len(shards_of(stack, event)) == 2
    capacities = [120, 30, 12, 45, 15]

    def resize(capacity: int) -> requests.Response:
        return on_its_own(organizer).call("PUT", f"/events/{event['id']}", only_tier(capacity, price=0))

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        sales = [at_once.submit(status_of_purchase, customers[number % 4], event) for number in range(20)]
        changes = [each.result() for each in [at_once.submit(resize, capacity) for capacity in capacities]]
        ends = Counter(each.result() for each in sales)
    assert set(ends) <= {"completed", "sold_out", "stock_moving"}, ends
    refusals = {answer.json()["code"] for answer in changes if answer.status_code != 200}
    assert refusals <= {"tier_has_sales", "changed_meanwhile"}, [answer.text for answer in changes]

    smallest = eventually(lambda: resize(1), lambda answer: answer.json().get("code") == "tier_has_sales")
    assert f"at least {ends['completed']}." in smallest.json()["message"], smallest.text
    assert eventually(lambda: resize(ends["completed"] + 3).status_code, lambda status: status == 200)
    rest = Counter(status_of_purchase(customers[0], event) for _ in range(4))
    assert rest == {"completed": 3, "sold_out": 1}
    sold = ends["completed"] + 3
    eventually(lambda: figures_of(shards_of(stack, event)), lambda found: found == (0, sold, 0))


def test_of_a_void_and_a_check_in_of_the_same_ticket_exactly_one_happens(
    stack: RunningStack, organizer: Client, customers: list[Client]
) -> None:
    event = organizer.create_event(**only_tier(10, price=0))
    tickets = bought(customers[0], event, "Only", next(_phones), 5)["tickets"]
    scanner = scanner_of(stack, organizer, event)

    def void(ticket: dict[str, Any]) -> requests.Response:
        return on_its_own(organizer).call("POST", VOID.format(ticket_id=ticket["id"]), {"reason": "Sold by a tout"})

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        voids = [at_once.submit(void, ticket) for ticket in tickets]
        scans = [at_once.submit(scanner.scan, code=ticket["code"]) for ticket in tickets]
        ends = [(told.result().status_code, scan.result()["outcome"]) for told, scan in zip(voids, scans, strict=True)]
    assert set(ends) <= {(200, "void"), (409, "admitted")}, ends
    shown = Counter(ticket["status"] for ticket in tickets_of(customers[0]) if ticket["event_id"] == event["id"])
    assert shown["void"] == ends.count((200, "void"))


def test_of_a_refund_and_an_admission_a_customer_has_exactly_one(
    stack: RunningStack, organizer: Client, customers: list[Client]
) -> None:
    event = organizer.create_event(**only_tier(10, price=PRICE), refund_until_hours=24)
    with ThreadPoolExecutor(4) as at_once:
        orders = list(at_once.map(lambda _: bought(on_its_own(customers[1]), event, "Only", next(_phones)), range(4)))
    scanner = scanner_of(stack, organizer, event)

    def give_back(order: dict[str, Any]) -> requests.Response:
        return on_its_own(customers[1]).call("POST", f"/orders/{order['order_id']}/cancel")

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        returns = [at_once.submit(give_back, order) for order in orders]
        scans = [at_once.submit(scanner.scan, code=order["tickets"][0]["code"]) for order in orders]
        ends = [
            (back.result().json().get("code", "given back"), scan.result()["outcome"])
            for back, scan in zip(returns, scans, strict=True)
        ]
    assert set(ends) <= {("given back", "refunded"), ("tickets_used", "admitted")}, ends
    for order, (back, _) in zip(orders, ends, strict=True):
        status = customers[1].order(order["order_id"])["status"]
        assert status in ({"completed"} if back == "tickets_used" else {"refund_pending", "refunded"})
    admitted = ends.count(("tickets_used", "admitted"))
    eventually(lambda: figures_of(shards_of(stack, event)), lambda found: found == (10 - admitted, admitted, 0))


def test_of_a_transfer_and_a_check_in_of_the_same_ticket_exactly_one_happens(
    stack: RunningStack, organizer: Client, customers: list[Client], new_client: Callable[[], Client]
) -> None:
    event = organizer.create_event(**only_tier(10, price=0))
    giver, friend = new_client().sign_up(), new_client().sign_up()
    tickets = bought(giver, event, "Only", next(_phones), 4)["tickets"]
    scanner = scanner_of(stack, organizer, event)

    def transfer(ticket: dict[str, Any]) -> requests.Response:
        return on_its_own(giver).call("POST", TRANSFER.format(ticket_id=ticket["id"]), {"email": friend.user["email"]})

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        transfers = [at_once.submit(transfer, ticket) for ticket in tickets]
        scans = [at_once.submit(scanner.scan, code=ticket["code"]) for ticket in tickets]
        ends = [
            (told.result().status_code, scan.result()["outcome"]) for told, scan in zip(transfers, scans, strict=True)
        ]
    assert set(ends) <= {(200, "transferred"), (409, "admitted")}, ends
    assert len(tickets_of(friend)) == ends.count((200, "transferred"))


def test_many_gifts_of_the_last_seat_at_the_same_moment_give_it_once(
    stack: RunningStack, organizer: Client, customers: list[Client]
) -> None:
    event = organizer.create_event(**only_tier(1, price=PRICE))

    def give(recipient: Client) -> requests.Response:
        body = {"ticket_type": "Only", "email": recipient.user["email"]}
        return on_its_own(organizer).call("POST", GIVE.format(event_id=event["id"]), body)

    with ThreadPoolExecutor(8) as at_once:
        answers = list(at_once.map(give, customers * 2))
    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 7}, [each.text for each in answers]
    assert {each.json()["code"] for each in answers if each.status_code == 409} <= {"sold_out", "stock_moving"}

    def given() -> int:
        return sum(ticket["event_id"] == event["id"] for each in customers for ticket in tickets_of(each))

    eventually(given, lambda tickets: tickets == 1)
    eventually(lambda: figures_of(shards_of(stack, event)), lambda found: found == (0, 1, 0))


@pytest.mark.parametrize(("verb", "refusal"), [("unpublish", "event_not_found"), ("cancel", "event_cancelled")])
def test_whoever_pays_while_the_sale_ends_has_tickets_or_his_money_and_nothing_is_sold_afterwards(
    stack: RunningStack, organizer: Client, customers: list[Client], verb: str, refusal: str
) -> None:
    event = organizer.create_event(**only_tier(50, price=PRICE))
    path = f"/events/{event['id']}"

    def buy(number: int) -> requests.Response:
        return on_its_own(customers[number % 4]).buy(event, "Only", next(_phones))

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        before = [at_once.submit(buy, number) for number in range(10)]
        before[0].result()
        ended = at_once.submit(on_its_own(organizer).call, "POST", f"{path}/{verb}")
        during = [at_once.submit(buy, number) for number in range(10)]
        assert ended.result().status_code in (200, 202), ended.result().text
        after = list(at_once.map(buy, range(6)))
        answers = [each.result() for each in before + during]
    assert {answer.json()["code"] for answer in after} == {refusal}
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 202}
    assert refused <= {refusal, "sales_stopped"}, refused
    orders = {answer.json()["order_id"] for answer in answers if answer.status_code == 202}

    def status(order_id: str) -> str:
        return next(client for client in customers if client.user["id"] == order_id[:26]).order(order_id)["status"]

    def statuses() -> Counter[str]:
        return Counter(map(status, orders))

    if verb == "unpublish":
        ends = eventually(statuses, lambda found: not found["pending"])
        assert ends == {"completed": len(orders)}
        eventually(
            lambda: figures_of(shards_of(stack, event)), lambda found: found == (50 - len(orders), len(orders), 0)
        )
        return
    done = eventually(lambda: organizer.get(f"{path}/cancellation"), lambda found: found["state"] == "done", 180)
    ends = eventually(statuses, lambda found: not found.keys() & {"pending", "completed", "refund_pending"}, 180)
    assert set(ends) <= {"refunded", "failed"}, ends
    done = eventually(
        lambda: organizer.get(f"{path}/cancellation"),
        lambda found: found["amount_refunded"] == ends["refunded"] * PRICE,
    )
    assert (done["tickets_left"], done["amount_to_refund"]) == (0, ends["refunded"] * PRICE)
    valid = [
        t for each in customers for t in tickets_of(each) if t["event_id"] == event["id"] and t["status"] == "valid"
    ]
    assert valid == []
