"""Which questions an event is an answer to, and the way from some copies to others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiketi.catalogue.items import EventItem
from tiketi.catalogue.listing_keys import Key, is_counted, listing_keys, question
from tiketi.catalogue.listing_steps import steps

BEFORE, AFTER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 24, 23, tzinfo=UTC)


def event(**fields: Any) -> EventItem:
    values: dict[str, Any] = {
        "event_id": "E1",
        "organizer_id": "O1",
        "title": "Koroga",
        "location": "KICC, Nairobi",
        "category": "Music",
        "tags": ["Live"],
        "start_date": "2026-12-24T15:00:00Z",
        "end_date": "2026-12-24T23:00:00Z",
        "tiers": {},
        "pools": {},
        "total_tickets": 1,
        "created_at": "2026-12-01T00:00:00Z",
    }
    return EventItem("EVENT#E1", "EVENT", **{**values, **fields})


def test_an_event_is_listed_under_every_combination_that_can_be_asked_for() -> None:
    keys = listing_keys(event(), BEFORE)
    assert {key.what for key in keys if key.sort == "2026-12-24T15:00:00Z#E1"} == {
        "organizer=O1",
        "all",
        "location=kicc",
        "location=nairobi",
        "category=Music",
        "category=Music&location=kicc",
        "category=Music&location=nairobi",
        "tag=live",
        "location=kicc&tag=live",
        "location=nairobi&tag=live",
        "category=Music&tag=live",
        "category=Music&location=kicc&tag=live",
        "category=Music&location=nairobi&tag=live",
        "word=koroga",
        "word=music",
        "word=kicc",
        "word=nairobi",
        "word=live",
    }
    assert keys - {key for key in keys if key.sort == "2026-12-24T15:00:00Z#E1"} == {
        Key("ends", "2026-12-24T23:00:00Z#E1")
    }


def test_an_event_that_is_over_is_only_its_organizers() -> None:
    assert listing_keys(event(), AFTER) == {Key("organizer=O1", "2026-12-24T15:00:00Z#E1")}


def test_an_event_being_deleted_waits_for_the_sweep_and_nothing_else() -> None:
    (key,) = listing_keys(event(status="deleting"), BEFORE)
    assert key == Key("ends", "#E1")
    assert key.sort < "2000-01-01T00:00:00Z"


def test_no_question_can_be_mistaken_for_another() -> None:
    asked = [
        question(category="A&tag=b"),
        question("A", tag="b"),
        question(category="A%26tag=b"),
        question(tag="a&tag=b"),
    ]
    assert len(set(asked)) == 4


def test_a_key_never_outgrows_dynamodb() -> None:
    longest = question("🎉" * 60, "ﷺ" * 120, "ΐ" * 30)
    assert len(f"LIST#{longest}".encode()) < 1024
    assert question("🎉" * 60) != question("🎉" * 59)


def test_the_organizers_own_list_and_the_list_of_ends_have_no_count() -> None:
    assert [is_counted(what) for what in ("all", "word=ends", "category=ends", "ends", "organizer=O1")] == [
        True,
        True,
        True,
        False,
        False,
    ]


keys = st.sets(st.builds(Key, st.sampled_from([f"category={number}" for number in range(30)] + ["ends"]), st.just("1")))


@given(present=keys, wanted=keys, moved=st.booleans(), rewrite=st.booleans(), most=st.integers(3, 98))
def test_steps_lead_from_any_copies_to_any_others_with_exact_counts_at_each(
    present: set[Key], wanted: set[Key], moved: bool, rewrite: bool, most: int
) -> None:
    wanted = {Key(key.what, "2") for key in wanted} if moved else wanted
    there, counts = set(present), dict.fromkeys((key.what for key in present | wanted), 0)
    for key in present:
        counts[key.what] += 1
    rewritten: set[Key] = set()
    for step in steps(present, wanted, rewrite, most):
        assert step.writes() <= most
        assert step.put.isdisjoint(there) and step.delete <= there and step.rewrite <= there
        there = (there - step.delete) | step.put
        rewritten |= step.rewrite | step.put
        for what, change in step.counts().items():
            counts[what] += change
        for what in counts:
            if is_counted(what):
                assert counts[what] == sum(key.what == what for key in there)
    assert there == wanted
    assert rewritten == (wanted if rewrite else wanted - present)


@pytest.mark.parametrize("most", [3, 98])
def test_when_all_is_as_it_shall_be_there_is_nothing_to_do(most: int) -> None:
    there = listing_keys(event(), BEFORE)
    assert list(steps(there, there, False, most)) == []
