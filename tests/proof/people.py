"""What people do with tickets beside buying them: their holders, the organizer, and who stands at the gate.

One who is not answered asks once more, and then gives up: what was begun must come to a true end without him.
"""

import json
from typing import Any

from tests.proof.cloud import Crash, Invocation, Item
from tests.proof.fair import EVENT_ID, ORGANIZER_ID, email_of
from tests.proof.template import CANCEL, CHANGE_EVENT, GIVE, TRANSFER, VOID
from tests.proof.world import World
from tiketi import clock
from tiketi.admission.check_in import check_in
from tiketi.admission.rules import Scan
from tiketi.catalogue.items import EVENT, event_key

GATE = "the gate"
FOREVER = 2**60
STAFF = "01" + "G" * 24


def tickets(world: World) -> list[Item]:
    """All tickets there are, as DynamoDB keeps them."""
    found = (item for item in world.cloud.table.all() if item["type"]["S"] == "ticket")
    return sorted(found, key=lambda item: item["SK"]["S"])


def orders(world: World) -> list[str]:
    found = (item for item in world.cloud.table.all() if item["type"]["S"] == "payment")
    return sorted(item["order_id"]["S"] for item in found)


def the_event(world: World) -> Item:
    found = world.cloud.table.read((event_key(EVENT_ID), EVENT))
    assert found, "the event is gone"
    return found


def is_cancelled(world: World) -> bool:
    return the_event(world)["status"]["S"] == "cancelled"


def pass_on(world: World, ticket: Item, to: str) -> None:
    ticket_id, holder = ticket["ticket_id"]["S"], ticket["PK"]["S"].removeprefix("USER#")
    answer = _ask(world, TRANSFER, {"email": email_of(to)}, holder, "customer", ticket_id=ticket_id)
    world.tell(f"customer {holder[-1]} passes ticket {ticket_id[-6:]} on to {to[-1]}: {answer or 'the function died'}")
    if answer and answer[0] == 200:
        world.passed_on[ticket_id] = to


def give_back(world: World, order_id: str) -> None:
    user_id = order_id.partition("-")[0]
    answer = _ask(world, CANCEL, {}, user_id, "customer", order_id=order_id)
    world.tell(f"customer {user_id[-1]} gives {order_id[-4:]} back: {answer or 'the function died'}")
    if answer and answer[0] == 200:
        world.given_back.add(order_id)


def make_void(world: World, ticket: Item) -> None:
    ticket_id = ticket["ticket_id"]["S"]
    answer = _ask(world, VOID, {"reason": "stolen"}, ORGANIZER_ID, "organizer", ticket_id=ticket_id)
    world.tell(f"the organizer makes ticket {ticket_id[-6:]} void: {answer or 'the function died'}")
    if answer and answer[0] == 200:
        world.voided.add(ticket_id)


def give(world: World, to: str, tier: str, quantity: int, key: str) -> None:
    asked = {"ticket_type": tier, "quantity": quantity, "email": email_of(to)}
    answer = _ask(world, GIVE, asked, ORGANIZER_ID, "organizer", key=key, event_id=EVENT_ID)
    world.tell(f"the organizer gives {quantity} {tier} to customer {to[-1]}: {answer or 'the function died'}")


def change_event(world: World, vip: int, shared: int, percent: int) -> None:
    """Other capacities, of a tier and of those that share one, and other terms for giving an order back."""
    tiers: dict[str, Any] = {"VIP": {"capacity": vip}, "Regular": {}, "Student": {}, "Free": {}}
    asked = {"ticket_tiers": tiers, "total_tickets": vip + shared + 2, "refund_percent": percent}
    answer = _ask(world, CHANGE_EVENT, asked, ORGANIZER_ID, "organizer", event_id=EVENT_ID)
    world.tell(f"the organizer wants {vip} VIP and {shared} shared: {answer or 'the function died'}")
    if answer and answer[0] == 200:
        world.changes.append(asked)


def finish_change(world: World) -> None:
    """The organizer, whose change was cut off, comes back and makes one that goes through."""
    for vip in (3, 5, 8, 12, 20):
        if the_event(world)["moving"]["BOOL"] and not is_cancelled(world):
            world.time += 60
            change_event(world, vip, vip + 1, 100)


def admit(world: World, ticket: Item) -> None:
    """Somebody shows it at the gate, by its code; the scanner sends its scan once more when no answer comes."""
    name = ticket["ticket_id"]["S"]
    scan = Scan(EVENT_ID, STAFF, f"scan{world.invocations:06d}", "Gate 1", clock.from_epoch(world.time), None)
    outcome = _scanned(world, scan, ticket["code"]["S"]) or _scanned(world, scan, ticket["code"]["S"])
    world.tell(f"ticket {name[-6:]} is shown at the gate: {outcome or 'the function died'}")
    if outcome == "admitted":
        world.let_in[name] += 1


def _scanned(world: World, scan: Scan, code: str) -> str | None:
    world.invocations += 1
    world.cloud.running.append(Invocation(GATE, world.invocations, FOREVER))
    try:
        return check_in(scan, "", code).outcome
    except (Crash, Exception):
        return None
    finally:
        world.cloud.running.pop()


def _ask(
    world: World, function: str, body: Item, user_id: str, role: str, *, key: str = "", **path: str
) -> tuple[int, str] | None:
    answer = None
    for _ in range(2):
        answer = answer or world.request(
            function,
            json.dumps(body),
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
            pathParameters=path,
            requestContext={"requestId": "request", "authorizer": {"user_id": user_id, "role": role}},
        )
    return answer
