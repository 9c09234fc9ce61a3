"""Who holds an event's tickets: passed on, given away, made void, and told to the organizer."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Outbox
from tests.end_to_end.test_gate import Scanner, told

TRANSFER, VOID, GIVE = "/tickets/{ticket_id}/transfer", "/tickets/{ticket_id}/void", "/events/{event_id}/complimentary"


def bought(customer: Client, event: dict[str, Any], tier: str, phone: str, quantity: int = 1) -> dict[str, Any]:
    answer = customer.buy(event, tier, phone, quantity)
    assert answer.status_code == 202, answer.text
    order = customer.order_ended(answer.json()["order_id"])
    assert order["status"] == "completed", order
    return order


def tickets_of(client: Client) -> list[dict[str, Any]]:
    return client.get("/user/tickets", limit=100)["tickets"]


def scanner_of(stack: RunningStack, organizer: Client, event: dict[str, Any]) -> Scanner:
    body = {"phone_number": "0712345678"}
    invited = told(organizer, "POST", "/events/{event_id}/staff", 201, body, event_id=event["id"])
    return Scanner(stack.api_url, event["id"], invited, "North")


def test_a_ticket_is_passed_on_and_only_the_new_one_admits(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], outbox: Outbox, phone: str
) -> None:
    event = organizer.create_event(title="Koroga", refund_until_hours=24)
    giver, friend = new_client().sign_up(), new_client().sign_up(phone_number=phone)
    order = bought(giver, event, "VIP", phone, 2)
    old = order["tickets"][0]
    for _ in range(2):
        told(giver, "POST", TRANSFER, 200, {"email": friend.user["email"].upper()}, ticket_id=old["id"])
    [new] = tickets_of(friend)
    assert (new["status"], new["ticket_type"]) == ("valid", "VIP")
    assert {ticket["id"]: ticket["status"] for ticket in tickets_of(giver)}[old["id"]] == "transferred"
    assert giver.get(f"/tickets/{old['id']}")["token"] is None
    token = friend.get(f"/tickets/{new['id']}")["token"]
    [text] = eventually(lambda: outbox.messages(friend.user["phone_number"], "sms"), bool)
    assert "you were given a ticket (VIP) for Koroga" in text["text"]
    assert new["url"] in text["text"]

    scanner = scanner_of(stack, organizer, event)
    assert scanner.scan(code=old["code"])["outcome"] == "transferred"
    assert scanner.scan(token=token)["outcome"] == "admitted"
    assert (
        told(friend, "POST", TRANSFER, 409, {"email": giver.user["email"]}, ticket_id=new["id"])["code"]
        == "ticket_used"
    )
    refused = giver.call("POST", f"/orders/{order['order_id']}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets_used")


def test_many_transfers_of_one_ticket_at_the_same_moment_make_one_holder(
    organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Free": {"price": 0}})
    giver, friends = new_client().sign_up(), [new_client().sign_up() for _ in range(4)]
    [ticket] = bought(giver, event, "Free", phone)["tickets"]

    def transfer(friend: Client) -> int:
        return giver.call("POST", TRANSFER.format(ticket_id=ticket["id"]), {"email": friend.user["email"]}).status_code

    with ThreadPoolExecutor(8) as at_once:
        answers = Counter(at_once.map(transfer, friends * 2))
    assert answers == {200: 2, 409: 6}, "to the same friend it was the same transfer"
    assert sum(len(tickets_of(friend)) for friend in friends) == 1


def test_a_void_ticket_admits_nobody_and_its_holder_is_told_once(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], outbox: Outbox, phone: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Free": {"price": 0}})
    customer = new_client().sign_up(phone_number=phone)
    [ticket] = bought(customer, event, "Free", phone)["tickets"]
    reason = {"reason": "Sold on by a tout"}
    told(customer, "POST", VOID, 403, reason, ticket_id=ticket["id"])
    told(new_client().sign_up("organizer"), "POST", VOID, 404, reason, ticket_id=ticket["id"])
    first = told(organizer, "POST", VOID, 200, reason, ticket_id=ticket["id"])
    assert told(organizer, "POST", VOID, 200, {"reason": "Another"}, ticket_id=ticket["id"]) == first
    assert scanner_of(stack, organizer, event).scan(code=ticket["code"])["outcome"] == "void"
    texts = eventually(lambda: outbox.messages(phone, "sms"), lambda found: len(found) >= 2)
    [told_so] = [each["text"] for each in texts if "void" in each["text"]]
    assert "No money comes back by that: ask the organizer." in told_so


def test_gifts_and_buyers_at_once_share_the_last_tickets_and_each_holder_is_told(
    organizer: Client, new_client: Callable[[], Client], outbox: Outbox, phone: str
) -> None:
    event = organizer.create_event(ticket_tiers={"Free": {"price": 0, "capacity": 5}}, total_tickets=5)
    friend, buyers = new_client().sign_up(phone_number=phone), [new_client().sign_up() for _ in range(4)]

    def give(number: int) -> requests.Response:
        body = {"ticket_type": "Free", "quantity": 1, "email": friend.user["email"]}
        key = {"Idempotency-Key": f"gift-{event['id']}-{number % 4}"}
        return organizer.call("POST", GIVE.format(event_id=event["id"]), body, key)

    with ThreadPoolExecutor(12) as at_once:
        gifts = [at_once.submit(give, number) for number in range(8)]
        sales = [at_once.submit(buyer.buy, event, "Free", phone) for buyer in buyers]
        answers = [each.result() for each in [*gifts, *sales]]
    assert {answer.status_code for answer in answers} <= {202, 409}, [answer.text for answer in answers]
    issued = eventually(
        lambda: sum(len(tickets_of(client)) for client in [friend, *buyers]), lambda tickets: tickets == 5
    )
    given = len(tickets_of(friend))
    assert issued == 5 and given <= 4, "a key gives once"
    eventually(lambda: len(outbox.messages(friend.user["phone_number"], "sms")), lambda sent: sent == given)
    told(organizer, "POST", GIVE, 409, {"ticket_type": "Free", "email": friend.user["email"]}, event_id=event["id"])
    unknown = {"ticket_type": "Free", "email": "nobody@example.com"}
    assert told(organizer, "POST", GIVE, 404, unknown, event_id=event["id"])["code"] == "recipient_not_found"
    sales_now = eventually(lambda: read(organizer, event, "sales"), lambda sales: sales["sold"] == 5)
    assert (sales_now["revenue"], sales_now["left"], sales_now["held"]) == (0, 0, 0)
    rows = read(organizer, event, "orders")["orders"]
    assert sum(row["complimentary"] for row in rows) == given and len(rows) == 5


def read(client: Client, event: dict[str, Any], what: str, **query: object) -> Any:
    return told(client, "GET", f"/events/{{event_id}}/{what}", 200, event_id=event["id"], params=query)


def test_the_organizer_reads_sales_and_holders(organizer: Client, new_client: Callable[[], Client], phone: str) -> None:
    tiers = {"VIP": {"price": 2500, "capacity": 5}, "Regular": {"price": 500}}
    event = organizer.create_event(ticket_tiers=tiers, total_tickets=20, refund_until_hours=24, refund_percent=50)
    customer = new_client().sign_up(name="=Wanjirũ Kamau")
    bought(customer, event, "VIP", phone, 2)
    order = bought(customer, event, "Regular", phone, 1)
    sales = eventually(lambda: read(organizer, event, "sales"), lambda sales: sales["sold"] == 3)
    assert (sales["revenue"], sales["left"]) == (5500, 17)
    assert {each["ticket_type"]: each["revenue"] for each in sales["by_tier"]} == {"VIP": 5000, "Regular": 500}
    assert [(day["sold"], day["revenue"]) for day in sales["by_day"]] == [(3, 5500)]
    assert [(each["ticket_types"], each["left"]) for each in sales["stock"]] == [(["VIP"], 3), (["Regular"], 14)]

    attendees = read(organizer, event, "attendees")["attendees"]
    assert [(row["name"], row["status"]) for row in attendees] == [("=Wanjirũ Kamau", "valid")] * 3
    text, query = "", "?format=csv&limit=2"
    while query:
        page = organizer.call("GET", f"/events/{event['id']}/attendees{query}", headers={"Accept-Encoding": "gzip"})
        assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
        text += page.content.decode()
        query = page.headers.get("Link", "").removeprefix("<").partition(">")[0]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [(row["code"], row["name"]) for row in rows] == [(row["code"], "'=Wanjirũ Kamau") for row in attendees]

    assert customer.call("POST", f"/orders/{order['order_id']}/cancel").status_code == 200
    sales = eventually(lambda: read(organizer, event, "sales"), lambda sales: sales["sold"] == 2)
    assert sales["revenue"] == 5250, "half of it stays"
    rows = {row["order_id"]: row for row in read(organizer, event, "orders", limit=50)["orders"]}
    assert (len(rows), rows[order["order_id"]]["refund_amount"]) == (2, 250)
    other = new_client().sign_up("organizer")
    for what in ("sales", "attendees", "orders"):
        told(other, "GET", f"/events/{{event_id}}/{what}", 403, event_id=event["id"])
        told(customer, "GET", f"/events/{{event_id}}/{what}", 403, event_id=event["id"])
