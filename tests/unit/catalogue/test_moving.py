"""An event takes place at another time or place: whoever holds a ticket is told, of each change once."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    Call,
    Clock,
    Publish,
    deliver,
    finishes,
    hold,
    record,
    sell,
    stored,
)
from tests.unit.outgoing import Outgoing
from tiketi.catalogue.items import EventItem


def told(outgoing: Outgoing) -> list[tuple[str, str]]:
    return [(message["kind"], message["dedupe"]) for message in outgoing.fan_outs.messages]


def stream(event: dict[str, Any]) -> None:
    assert deliver(record(f"EVENT#{event['id']}", "EVENT")) == []


@pytest.fixture
def sold(publish: Publish) -> dict[str, Any]:
    event = publish()
    sell(event, "VIP", 2)
    return event


@pytest.mark.parametrize(
    "moved",
    [{"start_date": "2026-12-24T19:00"}, {"end_date": "2026-12-25T03:00"}, {"location": "Uhuru Gardens, Nairobi"}],
)
def test_a_new_time_or_place_is_told_once_however_often_the_stream_brings_it(
    sold: dict[str, Any], change: Call, outgoing: Outgoing, moved: dict[str, str]
) -> None:
    assert change(sold["id"], **moved).status == 200
    assert told(outgoing) == [], "the request itself waits for nobody"
    for _ in range(3):
        stream(sold)
    assert [kind for kind, _ in told(outgoing)] == ["event_changed"]
    assert change(sold["id"], **moved).status == 200
    stream(sold)
    assert len(told(outgoing)) == 1, "it is there already"


def test_each_change_is_an_occasion_of_its_own(sold: dict[str, Any], change: Call, outgoing: Outgoing) -> None:
    for location in ("Uhuru Gardens", "KICC, Nairobi"):
        assert change(sold["id"], location=location).status == 200
        stream(sold)
    dedupes = [dedupe for _, dedupe in told(outgoing)]
    assert len(dedupes) == len(set(dedupes)) == 2


def test_holders_of_one_event_are_not_told_without_end(
    sold: dict[str, Any], publish: Publish, change: Call, outgoing: Outgoing, time: Clock
) -> None:
    places = ("Uhuru Gardens", "KICC, Nairobi")
    time.becomes("2026-12-01T12:00:00")
    for number in range(5):
        assert change(sold["id"], location=places[number % 2]).status == 200
        stream(sold)
    refused = change(sold["id"], location="Kasarani", title="Koroga!")
    assert (refused.status, refused.json["code"]) == (429, "too_many_moves")
    assert "5 times an hour" in refused.json["message"] and "2026-12-01T10:00:00Z" in refused.json["message"]
    assert refused.headers["Retry-After"] == "3600"
    stream(sold)
    assert len(told(outgoing)) == 5
    assert change(sold["id"], title="Koroga!", location=places[0]).status == 200, "what moves nothing goes on"
    time.becomes("2026-12-01T13:00:00")
    assert change(sold["id"], location="Kasarani").status == 200


def test_an_event_without_holders_moves_as_often_as_its_organizer_likes(publish: Publish, change: Call) -> None:
    event = publish()
    assert {change(event["id"], location=f"Hall {number}").status for number in range(7)} == {200}


def test_another_change_is_not_told(sold: dict[str, Any], change: Call, outgoing: Outgoing) -> None:
    assert change(sold["id"], title="Koroga!", total_tickets=200, start_date=sold["start_date"]).status == 200
    stream(sold)
    assert told(outgoing) == []


def test_an_event_without_holders_tells_nobody_and_who_is_paying_counts_as_one(
    publish: Publish, change: Call, outgoing: Outgoing
) -> None:
    event = publish()
    change(event["id"], location="Uhuru Gardens")
    stream(event)
    assert told(outgoing) == []
    hold(event, "VIP")
    change(event["id"], location="Kasarani")
    stream(event)
    assert len(told(outgoing)) == 1


def test_a_crash_between_the_change_and_the_message_loses_neither(
    sold: dict[str, Any], change: Call, outgoing: Outgoing, time: Clock
) -> None:
    """Wherever the request dies: if the event has moved, the holders hear of it; and of a time that is not, never."""
    moved = {"location": "Uhuru Gardens", "total_tickets": 200}
    assert not finishes(lambda: change(sold["id"], **moved), 5)
    stream(sold)
    place = EventItem.get(f"EVENT#{sold['id']}", "EVENT").location
    assert len(told(outgoing)) == (place == "Uhuru Gardens")
    time.becomes("2026-12-01T13:00:00")
    assert change(sold["id"], **moved).status == 200
    stream(sold)
    assert len(told(outgoing)) == 1


def test_the_stream_may_die_between_the_message_and_its_mark(
    sold: dict[str, Any], change: Call, outgoing: Outgoing
) -> None:
    change(sold["id"], location="Uhuru Gardens")
    assert not finishes(lambda: stream(sold), 1)
    stream(sold)
    assert len(set(told(outgoing))) == 1, "the same message, which tells nobody twice"
    outgoing.fan_outs.troubles.append(RuntimeError("SQS does not answer"))
    change(sold["id"], location="Kasarani")
    assert deliver(record(f"EVENT#{sold['id']}", "EVENT")) == ["1"], "the record comes again"
    stream(sold)
    assert len(set(told(outgoing))) == 2


def test_an_event_that_is_being_deleted_tells_nobody(
    table: Any, publish: Publish, change: Call, outgoing: Outgoing
) -> None:
    event = publish()
    change(event["id"], location="Uhuru Gardens")
    EventItem(f"EVENT#{event['id']}", "EVENT").update([EventItem.status.set("deleting")])
    stream(event)
    assert told(outgoing) == []
    assert not [item for item in stored(table) if item["SK"]["S"] == "TOLD"], "no mark outlives the event"
