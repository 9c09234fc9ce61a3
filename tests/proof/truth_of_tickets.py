"""The invariants of tickets: each has one holder, ends once, and lets one person in; and those of the event's end."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.proof.cloud import Item
from tests.proof.fair import EVENT_ID
from tests.proof.world import World
from tiketi.ids import customer_of_ticket, order_of_ticket
from tiketi.payments.event_refunds import EVENT_CANCELLED
from tiketi.payments.reconcile_items import plain_item

ENDED = ("refund_pending", "refunded", "cancelled")


def tickets_hold(world: World, tickets: Mapping[str, Item], payments: Mapping[str, Item]) -> Iterator[str]:
    """At every moment."""
    for name, ticket in tickets.items():
        yield from _successor(name, ticket, tickets)
        yield from _origin(name, ticket, tickets)
        if "voided_by" in ticket and ticket["status"] != "void":
            yield f"ticket {name[-6:]} was made void and is {ticket['status']}"
        ended_with_event = payments[ticket["order_id"]]["reason"] == EVENT_CANCELLED or _is_cancelled(world)
        if "admitted_at" in ticket and ticket["status"] != "valid" and not ended_with_event:
            yield f"somebody is inside with ticket {name[-6:]}, which is {ticket['status']}"
    yield from _told(world, tickets, payments)


def _successor(name: str, ticket: Item, tickets: Mapping[str, Item]) -> Iterator[str]:
    heirs = [each for each, other in tickets.items() if other.get("transferred_from") == name]
    if (ticket["status"] == "transferred") != bool(heirs):
        yield f"ticket {name[-6:]} is {ticket['status']}, and {len(heirs)} came of it"
    if len(heirs) > 1:
        yield f"ticket {name[-6:]} was passed on {len(heirs)} times"
    if heirs and heirs != [ticket.get("transferred_to")]:
        yield f"ticket {name[-6:]} says that it went to another than it did"


def _origin(name: str, ticket: Item, tickets: Mapping[str, Item]) -> Iterator[str]:
    """A ticket is of the order that paid for it, or of a ticket of that order."""
    before = tickets.get(ticket.get("transferred_from", ""))
    if "transferred_from" not in ticket and order_of_ticket(name) != ticket["order_id"]:
        yield f"ticket {name[-6:]} is of no order"
    elif "transferred_from" in ticket and (before is None or before["order_id"] != ticket["order_id"]):
        yield f"ticket {name[-6:]} has come from nowhere"


def _told(world: World, tickets: Mapping[str, Item], payments: Mapping[str, Item]) -> Iterator[str]:
    """What somebody was told is so, and stays so."""
    for name, to in world.passed_on.items():
        heir = str(tickets[name].get("transferred_to", ""))
        if customer_of_ticket(heir) != to:
            yield f"ticket {name[-6:]} was passed on to {to[-1]}, who has not got it"
    for name in world.voided:
        if tickets[name]["status"] != "void":
            yield f"the organizer was told that {name[-6:]} is void, and it is {tickets[name]['status']}"
    for name, times in world.let_in.items():
        if times > 1 or "admitted_at" not in tickets[name]:
            yield f"{times} were let in with ticket {name[-6:]}, which says {tickets[name].get('admitted_at')}"
    for order in world.given_back:
        if payments[order]["order_status"] not in ENDED:
            yield f"{order[-4:]} was given back and is {payments[order]['order_status']}"


def _is_cancelled(world: World) -> bool:
    return _of_event(world, "EVENT").get("status") == "cancelled"


def _of_event(world: World, sort_key: str) -> Item:
    found = world.cloud.table.read((f"EVENT#{EVENT_ID}", sort_key))
    return dict(plain_item(found)) if found else {}


def shards_hold(world: World, shards: Mapping[str, Item]) -> Iterator[str]:
    """At every moment: what is in a shard that the event does not know of is lost."""
    pools: Any = json.loads(_of_event(world, "EVENT")["pools"])
    for key in shards:
        _, _, pool, number = key.split("#")
        if int(number) >= pools[pool]["shards"]:
            yield f"{key} is a shard of a pool that has {pools[pool]['shards']}"


def event_ends(
    world: World, shards: Mapping[str, Item], tickets: Mapping[str, Item], payments: Mapping[str, Item]
) -> Iterator[str]:
    """When all has arrived: its stock is what the organizer wanted, or all of it has ended with it."""
    cancelled = _is_cancelled(world)
    for key, shard in shards.items():
        if bool(shard.get("closed")) != cancelled:
            yield f"{key} is {'not ' if cancelled else ''}closed"
    if cancelled:
        yield from _all_ended(world, tickets, payments)
    else:
        yield from _capacities(world, shards)


def _capacities(world: World, shards: Mapping[str, Item]) -> Iterator[str]:
    event = _of_event(world, "EVENT")
    wanted: Any = json.loads(event["pools"])
    found: Counter[str] = Counter()
    for key, shard in shards.items():
        found[key.split("#")[2]] += shard["capacity"]
    for pool, size in wanted.items():
        if size["capacity"] != found[pool]:
            yield f"{pool} has {found[pool]} tickets, the organizer wants {size['capacity']}"


def _all_ended(world: World, tickets: Mapping[str, Item], payments: Mapping[str, Item]) -> Iterator[str]:
    for name, ticket in tickets.items():
        if ticket["status"] == "valid":
            yield f"ticket {name[-6:]} of a cancelled event is valid"
    for order, payment in payments.items():
        if payment["order_status"] == "completed":
            yield f"{order[-4:]} of a cancelled event is completed"
    if "finished_at" not in _of_event(world, "CANCELLATION"):
        yield "the cancellation of the event has come to no end"
    counted: Counter[str] = Counter()
    for number in range(8):
        shard = _of_event(world, f"CANCELLATION#{number}")
        counted.update({what: shard.get(what, 0) for what in ("ended", "due", "due_amount", "refunded")})
    ended = [each for each in payments.values() if each["reason"] == EVENT_CANCELLED]
    due = [each for each in ended if each["amount"]]
    figures = len(ended), len(due), sum(each["amount"] for each in due)
    back = sum(each["order_status"] == "refunded" for each in due)
    if (counted["ended"], counted["due"], counted["due_amount"], counted["refunded"]) != (*figures, back):
        yield f"the organizer reads {dict(counted)}, the orders say {figures}, {back} refunded"
