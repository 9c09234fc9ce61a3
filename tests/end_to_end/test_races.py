"""Many buyers at the same moment, through HTTP."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually


@pytest.mark.parametrize(("buyers", "capacity"), [(50, 20)])
def test_fifty_buyers_for_twenty_tickets_sell_exactly_twenty(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], buyers: int, capacity: int
) -> None:
    event = organizer.create_event(ticket_tiers={"Only": {"price": 100, "capacity": capacity}})
    customers = [new_client().sign_up() for _ in range(5)]

    def buy(number: int) -> str:
        client = Client(stack.api_url)
        client.token = customers[number % 5].token
        answer = client.buy(event, "Only", f"2541{number:08d}")
        if answer.status_code != 202:
            return answer.json()["code"]
        return client.order_ended(answer.json()["order_id"])["status"]

    with ThreadPoolExecutor(buyers) as pool:
        ends = Counter(pool.map(buy, range(buyers)))
    assert ends == {"completed": capacity, "sold_out": buyers - capacity}
    held = sum(len(each.get("/user/tickets", limit=100)["tickets"]) for each in customers)
    assert held == capacity
    eventually(
        lambda: organizer.get(f"/events/{event['id']}"), lambda found: found["tickets_sold"] == found["total_tickets"]
    )


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
