"""The event all histories are about: a small one, so that it sells out."""

from collections.abc import Sequence
from typing import Any

from tests.proof.cloud import Cloud
from tiketi import clock
from tiketi.accounts.items import PROFILE, UserItem, email_guard, user_key
from tiketi.catalogue.figures import refresh_figures
from tiketi.catalogue.items import EVENT, FIGURES, EventItem, FiguresItem, event_key
from tiketi.catalogue.listings import refresh
from tiketi.ids import new_id
from tiketi.sales import stock

VIP, REGULAR, STUDENT, FREE = "VIP", "Regular", "Student", "Free"
TIERS: dict[str, Any] = {
    VIP: {"price": 500, "capacity": 3},
    REGULAR: {"price": 200, "max_per_customer": 2},
    STUDENT: {"price": 100},
    FREE: {"price": 0, "capacity": 2, "max_per_customer": 2},
}
POOL_OF = {VIP: VIP, REGULAR: "*", STUDENT: "*", FREE: FREE}
POOLS: dict[str, Any] = {
    VIP: {"capacity": 3, "shards": 2},
    "*": {"capacity": 4, "shards": 1},
    FREE: {"capacity": 2, "shards": 1},
}

EVENT_ID, ORGANIZER_ID = new_id(), new_id()
_snapshots: dict[tuple[int, str], Any] = {}


def open_fair(cloud: Cloud, capacities: dict[str, int] | None = None, people: Sequence[str] = ()) -> str:
    """A table with nothing but the event on sale; its id. `capacities` are those of the pools it shall have.

    `people` are customers who have accounts, by which a ticket finds its way to them.
    """
    wanted = capacities or {name: size["capacity"] for name, size in POOLS.items()}
    made = id(cloud), str((wanted, people))
    if made not in _snapshots:
        cloud.table.restore(cloud.empty)
        _put_event({name: {**POOLS[name], "capacity": capacity} for name, capacity in wanted.items()})
        for user_id in people:
            _put_account(user_id)
        _snapshots[made] = cloud.table.snapshot()
    cloud.table.restore(_snapshots[made])
    return EVENT_ID


def _put_event(pools: dict[str, Any]) -> None:
    stock.create_shards(EVENT_ID, pools)
    EventItem(
        event_key(EVENT_ID),
        EVENT,
        event_id=EVENT_ID,
        organizer_id=ORGANIZER_ID,
        title="Blankets and Wine",
        location="Ngong Racecourse, Nairobi",
        category="Concert",
        start_date="2099-12-24T15:00:00Z",
        end_date="2099-12-24T20:00:00Z",
        tiers={name: tier for name, tier in TIERS.items() if POOL_OF[name] in pools},
        pools=pools,
        total_tickets=sum(size["capacity"] for size in pools.values()),
        refund_until_hours=24,
        created_at=clock.rfc3339(clock.utc_now()),
    ).save()
    FiguresItem(event_key(EVENT_ID), FIGURES).save()
    refresh(EVENT_ID)
    refresh_figures(EVENT_ID)


def email_of(user_id: str) -> str:
    return f"customer{user_id[-1]}@example.com"


def _put_account(user_id: str) -> None:
    user = UserItem(user_key(user_id), PROFILE, user_id=user_id, email=email_of(user_id), name="Juma")
    user.role, user.phone_number, user.password_hash = "customer", "254712345678", "-"
    user.created_at = "2026-01-01T00:00:00Z"
    user.save()
    email_guard(email_of(user_id), user_id).save()
