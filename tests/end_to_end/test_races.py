"""Many buyers at the same moment, through HTTP."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually

BUYERS, TICKETS, AT_ONCE = 200, 50, 50
PRICE = 100


@pytest.mark.parametrize("shards", [1, 8])
def test_two_hundred_buyers_for_fifty_tickets_sell_exactly_fifty(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], shards: int
) -> None:
    event = _event_with_shards(organizer, shards)
    assert len(shards_of(stack, event)) == shards
    customers = [new_client().sign_up() for _ in range(5)]

    def buy(number: int) -> str:
        client = Client(stack.api_url)
        client.token = customers[number % 5].token
        answer = client.buy(event, "Only", f"2541{shards}{number:07d}")
        if answer.status_code != 202:
            return answer.json()["code"]
        return client.order_ended(answer.json()["order_id"])["status"]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = Counter(pool.map(buy, range(BUYERS)))
    assert ends == {"completed": TICKETS, "sold_out": BUYERS - TICKETS}
    tickets = [each for customer in customers for each in customer.get("/user/tickets", limit=100)["tickets"]]
    assert len(tickets) == len({each["id"] for each in tickets}) == TICKETS
    eventually(lambda: organizer.get(f"/events/{event['id']}")["tickets_sold"], lambda sold: sold == TICKETS)
    eventually(lambda: figures_of(shards_of(stack, event)), lambda found: found == (0, TICKETS, 0))


def _event_with_shards(organizer: Client, shards: int) -> dict[str, Any]:
    """With the fifty tickets spread over them: a large event that is made small, and then larger again."""
    tickets = TICKETS if shards == 1 else 100 * shards
    event = organizer.create_event(**only_tier(tickets))
    for capacity in (shards, TICKETS) if shards > 1 else ():
        answer = organizer.call("PUT", f"/events/{event['id']}", only_tier(capacity))
        assert answer.status_code == 200, answer.text
    return event


def only_tier(capacity: int, price: int = PRICE) -> dict[str, Any]:
    return {"ticket_tiers": {"Only": {"price": price, "capacity": capacity}}, "total_tickets": capacity}


def shards_of(stack: RunningStack, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Read from the table itself."""
    table = boto3.client(
        "dynamodb",
        endpoint_url=stack.aws_endpoint_url,
        region_name=stack.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    keys = [{"PK": {"S": f"STOCK#{event['id']}#Only#{number}"}, "SK": {"S": "STOCK"}} for number in range(8)]
    found = [table.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True).get("Item") for key in keys]
    return [each for each in found if each]


def figures_of(shards: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Available, sold, and orders still at work."""
    for shard in shards:
        held = sum(int(each["M"]["n"]["N"]) for each in shard["entries"]["M"].values() if each["M"]["s"]["S"] == "held")
        assert int(shard["available"]["N"]) + held + int(shard["sold"]["N"]) == int(shard["capacity"]["N"])
    available, sold = (sum(int(shard[name]["N"]) for shard in shards) for name in ("available", "sold"))
    return available, sold, sum(len(shard["entries"]["M"]) for shard in shards)


def test_one_phone_tapping_ten_times_gets_one_prompt(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    event = organizer.create_event()

    def buy(_: int) -> int:
        client = Client(stack.api_url)
        client.token = customer.token
        return client.buy(event, "VIP", phone, Idempotency_Key="tapped ten times").status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = Counter(pool.map(buy, range(10)))
    assert set(statuses) <= {202, 409}
    assert statuses[202] >= 1
    eventually(lambda: organizer.get(f"/events/{event['id']}")["tickets_sold"], lambda sold: sold == 1)


def test_one_customer_with_many_phones_at_once_has_no_more_than_the_limit(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client]
) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": PRICE, "max_per_customer": 2}})
    customer = new_client().sign_up()

    def buy(number: int) -> str:
        client = Client(stack.api_url)
        client.token = customer.token
        answer = client.buy(event, "Only", f"25419{number:07d}")
        if answer.status_code != 202:
            return answer.json()["code"]
        return client.order_ended(answer.json()["order_id"])["status"]

    with ThreadPoolExecutor(16) as pool:
        ends = Counter(pool.map(buy, range(16)))
    assert ends == {"completed": 2, "customer_limit": 14}
    assert len(customer.get("/user/tickets")["tickets"]) == 2
