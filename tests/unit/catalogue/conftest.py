"""Organizers with events, crashes at any call to the table, and what must be true of the listings afterwards."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.unit.conftest import LAMBDA_CONTEXT, load_function, table_definition
from tiketi import clock
from tiketi.catalogue import listings
from tiketi.catalogue.create_event import create_event
from tiketi.catalogue.event_input import NewEvent
from tiketi.catalogue.items import EventItem
from tiketi.catalogue.listing_keys import is_counted, listing_keys
from tiketi.catalogue.popularity import rank
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool, Sale

AKINYI = ("01JD5QK7V1M8Z6T3W9XHAPN4EB", "organizer")
BARAKA = ("01JD5QK7V1M8Z6T3W9XHAPN4EC", "organizer")
ASHA = ("01JD5QK7V1M8Z6T3W9XHAPN4ED", "customer")

KOROGA = {
    "title": "Koroga Festival",
    "description": "Food and music on the hill.",
    "location": "KICC, Nairobi",
    "category": "Music",
    "tags": "live, Afro",
    "start_date": "2026-12-24T18:00",
    "end_date": "2026-12-25T02:00",
    "ticket_tiers": {"Early Bird": {"price": "500"}, "VIP": {"price": "2500", "capacity": "30"}},
}

PLAIN = {**KOROGA, "title": "Gig", "location": "Gig", "category": "Gig", "tags": ""}
"""An event of seven listings, where many have to be published."""

Call = Callable[..., Any]
Publish = Callable[..., dict[str, Any]]


@dataclass
class Clock:
    now: datetime = datetime(2026, 12, 1, 9, tzinfo=UTC)

    def becomes(self, moment: str) -> None:
        self.now = clock.parse(moment)


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon of 1 December 2026 in Nairobi until a test says otherwise; nobody waits."""
    it = Clock()
    monkeypatch.setattr(clock, "utc_now", lambda: it.now)
    monkeypatch.setattr(clock, "epoch_now", lambda: int(it.now.timestamp()))
    monkeypatch.setattr(listings.time, "sleep", lambda seconds: None)
    return it


@pytest.fixture
def table(engine: Any) -> Generator[Any]:
    """An empty table. A new one is made in less time than a hundred copies are deleted."""
    yield engine
    empty(engine)


# --- What people do --------------------------------------------------------------------------------------------------


@pytest.fixture
def publish(table: Any, api: Any) -> Publish:
    """Publishes the Koroga Festival, or it with other fields, and answers what the API answered."""

    def call(user: tuple[str, str] = AKINYI, **fields: object) -> dict[str, Any]:
        answer = api("catalogue/create_event", "POST", "/events", body={**KOROGA, **fields}, user=user)
        assert answer.status == 201, answer.json
        return answer.json

    return call


@pytest.fixture
def change(table: Any, api: Any) -> Call:
    def call(event_id: str, user: tuple[str, str] = AKINYI, **fields: object) -> Any:
        return api("catalogue/update_event", "PUT", path_parameters={"event_id": event_id}, body=fields, user=user)

    return call


@pytest.fixture
def delete(table: Any, api: Any) -> Call:
    def call(event_id: str, user: tuple[str, str] = AKINYI) -> Any:
        return api("catalogue/delete_event", "DELETE", path_parameters={"event_id": event_id}, user=user)

    return call


@pytest.fixture
def get(engine: Any, api: Any) -> Call:
    return lambda event_id: api("catalogue/get_event", path_parameters={"event_id": event_id})


@pytest.fixture
def browse(engine: Any, api: Any) -> Call:
    return lambda **query: api("catalogue/list_events", query=query)


@pytest.fixture
def search(engine: Any, api: Any) -> Call:
    return lambda **query: api("catalogue/search_events", query=query)


PLACES = ["KICC, Nairobi", "Mama Ngina, Mombasa", "Uhuru Gardens, Nairobi", "Kisumu", "KICC, Nairobi"]


def publish_five() -> None:
    """Five events, each a day after the one before."""
    for number, location in enumerate(PLACES):
        category, tags = ("Music", "live") if number % 2 else ("Sport", "Live, family")
        event = {**KOROGA, "title": f"E{number}", "location": location, "category": category, "tags": tags}
        days = {"start_date": f"2090-12-1{number}T18:00", "end_date": f"2090-12-1{number}T23:00"}
        create_event(NewEvent.model_validate({**event, **days}), AKINYI[0])


def titles(answer: Any) -> list[str]:
    assert answer.status == 200, answer.json
    return [event["title"] for event in answer.json["events"]]


def hold(
    event: dict[str, Any], tier: str, quantity: int = 1, order_id: str = "order-1", until: int = 1_900_000_000
) -> Pool:
    """An order takes stock; the pool it took it from."""
    item = EventItem.get(f"EVENT#{event['id']}", "EVENT")
    pool = Pool(event["id"], item.pool_of(tier), item.pool(tier)["shards"])
    assert stock.hold(pool, order_id, quantity, until)
    return pool


def sell(
    event: dict[str, Any], tier: str, quantity: int = 1, order_id: str = "order-1", day: str = "2026-12-01"
) -> None:
    pool = hold(event, tier, quantity, order_id)
    sale = Sale(tier, day, int(event["ticket_tiers"][tier]["price"]))
    assert sum(stock.sell(pool, order_id, quantity, sale).values()) == quantity
    stock.forget_sold(pool, order_id, quantity)


# --- What the cloud does by itself -----------------------------------------------------------------------------------


def record(key: str, sort_key: str, number: int = 1, name: str = "MODIFY") -> dict[str, Any]:
    keys = {"PK": {"S": key}, "SK": {"S": sort_key}}
    stream = {"Keys": keys, "SequenceNumber": str(number), "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"eventID": str(number), "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": stream}


def deliver(*records: dict[str, Any]) -> list[str]:
    """Hands records to the stream's function; the sequence numbers of those that failed."""
    result = load_function("catalogue/refresh_listings").handler({"Records": list(records)}, LAMBDA_CONTEXT)
    return [failure["itemIdentifier"] for failure in result["batchItemFailures"]]


def deliver_everything(table: Any) -> None:
    """What the stream does in the end: each event is looked at after its last change."""
    for item in stored(table):
        if item["SK"]["S"] == "EVENT":
            assert deliver(record(item["PK"]["S"], "EVENT")) == []


def sweep() -> dict[str, int]:
    return load_function("catalogue/close_ended_events").handler({}, LAMBDA_CONTEXT)


# --- What may go wrong -----------------------------------------------------------------------------------------------


class Crash(BaseException):
    """The function is gone in the middle: nothing in it may catch this."""


@dataclass
class Meanwhile:
    """What another does at the call of this number, or at the first call of this name (or the first few)."""

    at: int | str
    work: Callable[[], object]
    times: int = 1
    done: bool = False
    outcome: object = None
    _busy: bool = False

    def __call__(self, number: int, name: str) -> None:
        if self.times and not self._busy and self.at in {number, name}:
            self.times -= 1
            self._busy = True
            self.outcome = self.work()
            self._busy = False
            self.done = True


def nothing(number: int, name: str) -> None:
    pass


@contextmanager
def at_each_call(
    before: Callable[[int, str], None] = nothing, after: Callable[[int, str], None] = nothing
) -> Generator[None]:
    """Has something happen before, or after, each call to the table, given its number and its name."""
    original: Callable[..., Any] = getattr(BaseClient, "_make_api_call")  # noqa: B009  # botocore's types leave it out
    number = 0

    def call(client: BaseClient, name: str, parameters: Any) -> Any:
        nonlocal number
        number += 1
        mine = number
        before(mine, name)
        answer = original(client, name, parameters)
        after(mine, name)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        yield


WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


def crash_before(write: int) -> Callable[[int, str], None]:
    """Where exactly between two writes a function dies makes no difference to what it leaves."""
    writes = itertools.count(1)

    def happens(number: int, name: str) -> None:
        if name in WRITES and next(writes) == write:
            raise Crash

    return happens


def finishes(work: Callable[[], object], crash_at: int) -> bool:
    """Runs something that dies before its n-th write; True when it was over before that."""
    try:
        with at_each_call(crash_before(crash_at)):
            work()
    except Crash:
        return False
    return True


@contextmanager
def calls_counted() -> Generator[Counter[str]]:
    calls: Counter[str] = Counter()

    def happens(number: int, name: str) -> None:
        calls[name] += 1

    with at_each_call(happens):
        yield calls


# --- What must be true -----------------------------------------------------------------------------------------------


def stored(table: Any) -> list[dict[str, Any]]:
    pages = table.get_paginator("scan").paginate(TableName="tiketi-test")
    return [item for page in pages for item in page["Items"]]


def empty(table: Any) -> None:
    table.delete_table(TableName="tiketi-test")
    table.create_table(**table_definition())


def events_in(items: list[dict[str, Any]]) -> list[EventItem]:
    return [EventItem.from_raw_data(item) for item in items if item["SK"]["S"] == "EVENT"]


def assert_listings_are_exact(table: Any) -> None:
    """Each copy is where `listing_keys` wants it and says what the event says; each count is the number of copies."""
    items = stored(table)
    events = {event.event_id: event for event in events_in(items)}
    now = clock.utc_now()
    wanted = {(f"LIST#{key.what}", key.sort) for event in events.values() for key in listing_keys(event, now)}
    copies = {(item["PK"]["S"], item["SK"]["S"]): item for item in items if item["PK"]["S"].startswith("LIST#")}
    assert set(copies) == wanted
    for (listing, _), copy in copies.items():
        if listing != "LIST#ends":
            event = events[copy["event_id"]["S"]]
            own = listing == f"LIST#organizer={event.organizer_id}"
            assert json.loads(copy["event"]["S"]) == (event.own_answer() if own else event.answer())
    listed = Counter(listing.removeprefix("LIST#") for listing, _ in copies)
    counts = {item["PK"]["S"].removeprefix("COUNT#"): int(item["copies"]["N"]) for item in items if is_count(item)}
    assert {what: count for what, count in counts.items() if count} == {
        what: count for what, count in listed.items() if is_counted(what)
    }


def is_count(item: dict[str, Any]) -> bool:
    return item["PK"]["S"].startswith("COUNT#")


def assert_ranks_are_exact(table: Any) -> None:
    items = stored(table)
    figures = {item["PK"]["S"]: item for item in items if item["SK"]["S"] == "EVENT#FIGURES"}
    events = events_in(items)
    assert set(figures) == {event.pk for event in events}
    for event in events:
        sold = sum(json.loads(figures[event.pk]["sold"]["S"]).values())
        assert figures[event.pk].get("GSI1SK", {}).get("S") == rank(event, sold, clock.utc_now())


def shards(table: Any, event_id: str) -> dict[str, tuple[int, int]]:
    """Available and capacity by pool and shard."""
    prefix = f"STOCK#{event_id}#"
    return {
        item["PK"]["S"].removeprefix(prefix): (int(item["available"]["N"]), int(item["capacity"]["N"]))
        for item in stored(table)
        if item["PK"]["S"].startswith(prefix)
    }
