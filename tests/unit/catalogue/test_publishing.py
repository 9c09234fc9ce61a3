"""An organizer publishes an event and everybody can read it."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    AKINYI,
    ASHA,
    KOROGA,
    Call,
    Publish,
    assert_listings_are_exact,
    assert_ranks_are_exact,
    deliver_everything,
    finishes,
    shards,
    stored,
)
from tiketi.catalogue import listings


def test_an_event_is_published_and_read_as_it_was_answered(table: Any, get: Call, publish: Publish) -> None:
    event = publish()
    assert event == {
        "id": event["id"],
        "organizer_id": AKINYI[0],
        "status": "published",
        "title": "Koroga Festival",
        "description": "Food and music on the hill.",
        "location": "KICC, Nairobi",
        "category": "Music",
        "tags": "live, Afro",
        "tag_list": ["live", "Afro"],
        "start_date": "2026-12-24T15:00:00Z",
        "end_date": "2026-12-24T23:00:00Z",
        "image_url": "",
        "ticket_tiers": {
            "Early Bird": {"price": 500, "max_per_order": 10},
            "VIP": {"price": 2500, "capacity": 30, "max_per_order": 10},
        },
        "total_tickets": 100,
        "refund_until_hours": None,
        "refund_percent": 100,
        "tickets_sold": 0,
    }
    read = get(event["id"])
    assert (read.status, read.json) == (200, event)
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)


def test_there_is_stock_for_every_ticket(table: Any, publish: Publish) -> None:
    assert shards(table, publish()["id"]) == {"VIP#0": (30, 30), "*#0": (70, 70)}


def test_stock_is_there_before_the_event_and_the_event_before_its_listings(table: Any, publish: Publish) -> None:
    kinds: list[set[str]] = []
    crash_at = 1
    while not finishes(publish, crash_at):
        kinds.append({item["type"]["S"] for item in stored(table)})
        crash_at += 1
    assert kinds[:3] == [set(), {"stock"}, {"stock", "event", "figures"}]


def test_whatever_a_crash_leaves_of_a_publication_the_stream_completes(table: Any, publish: Publish) -> None:
    crash_at = 1
    while not finishes(publish, crash_at):
        deliver_everything(table)
        assert_listings_are_exact(table)
        assert_ranks_are_exact(table)
        crash_at += 1
    assert crash_at == 4


def test_an_event_is_published_though_its_listings_must_wait(
    table: Any, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "_ATTEMPTS", 0)
    event = publish()
    monkeypatch.setattr(listings, "_ATTEMPTS", 10)
    deliver_everything(table)
    assert event["title"] == "Koroga Festival"
    assert_listings_are_exact(table)


def test_a_customer_may_not_publish(table: Any, api: Any) -> None:
    answer = api("catalogue/create_event", "POST", "/events", body=KOROGA, user=ASHA)
    assert (answer.status, answer.json["code"]) == (403, "organizers_only")


@pytest.mark.parametrize(
    "event_id", ["1", "nothing", "01JD0000000000000000000000", "*", "01JD5QK7V1M8Z6T3W9XHAPN4E\u00e9"]
)
def test_an_unknown_event_is_not_found(get: Call, event_id: str) -> None:
    answer = get(event_id)
    assert (answer.status, answer.json["code"]) == (404, "event_not_found")
