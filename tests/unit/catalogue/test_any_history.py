"""Whatever organizers do and wherever their functions die, every question is answered as a plain filter would."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.catalogue.conftest import (
    AKINYI,
    KOROGA,
    Clock,
    Crash,
    assert_listings_are_exact,
    assert_ranks_are_exact,
    at_each_call,
    crash_before,
    deliver_everything,
    empty,
    events_in,
    is_count,
    stored,
    sweep,
)
from tiketi.catalogue.browse import ListQuery, SearchQuery, list_events, search_events
from tiketi.catalogue.create_event import create_event
from tiketi.catalogue.delete_event import delete_event
from tiketi.catalogue.event_input import EventChanges, NewEvent
from tiketi.catalogue.items import EventItem
from tiketi.catalogue.update_event import update_event
from tiketi.catalogue.words import fold_tag, words_of
from tiketi.errors import Refusal

LOCATIONS = ["KICC, Nairobi", "Nairobi", "Kwa Ng'ombe", "Café KICC"]
CATEGORIES = ["Music", "music", "R&B"]
TAGS = ["live", "LIVE, family", "family & friends", ""]
TITLES = ["Koroga", "Nairobi Live", "Music!"]

fields = st.fixed_dictionaries(
    {
        "title": st.sampled_from(TITLES),
        "location": st.sampled_from(LOCATIONS),
        "category": st.sampled_from(CATEGORIES),
        "tags": st.sampled_from(TAGS),
        "start_date": st.sampled_from(["2026-12-24T18:00", "2026-12-24T12:00"]),
    }
)
small = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Gig", "Koroga"]),
        "location": st.sampled_from(["KICC", "Nairobi"]),
        "category": st.sampled_from(["Music", "Gig"]),
        "tags": st.sampled_from(["", "live"]),
        "start_date": st.sampled_from(["2026-12-24T18:00", "2026-12-24T12:00"]),
    }
)
"""Events with few listings, where many have to be published."""

quietly = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def publish(values: dict[str, str]) -> None:
    create_event(NewEvent.model_validate({**KOROGA, **values}), AKINYI[0])


def found(read: Callable[[Any], Any], query: Any) -> list[str]:
    """Every event of the answer, collected page by page; their number is what each page says it is."""
    ids: list[str] = []
    page = read(query)
    while True:
        ids += [event["id"] for event in page.events]
        if page.next_cursor is None:
            assert page.total == len(ids)
            return ids
        page = read(query.model_copy(update={"cursor": page.next_cursor}))


def in_order(events: list[EventItem]) -> list[str]:
    return [event.event_id for event in sorted(events, key=lambda event: (event.start_date, event.event_id))]


def is_answer(event: EventItem, query: ListQuery) -> bool:
    """The question without any listing."""
    return (
        set(words_of(query.location)) <= set(words_of(event.location))
        and (not query.category or query.category == event.category)
        and (not query.tag or fold_tag(query.tag) in [fold_tag(tag) for tag in event.tags])
    )


@quietly
@given(
    events=st.lists(fields, max_size=5),
    queries=st.lists(
        st.builds(
            ListQuery,
            location=st.sampled_from(["", "nairobi", "kicc NAIROBI", "cafe", "ombe ng", "mombasa"]),
            category=st.sampled_from(["", *CATEGORIES]),
            tag=st.sampled_from(["", "Live", "family", "family & friends", "fam"]),
            limit=st.sampled_from([1, 2, 10]),
        ),
        min_size=5,
        max_size=20,
    ),
    searches=st.lists(st.lists(st.sampled_from(["koroga", "LIVE", "nairobi", "music", "b"]), min_size=1, max_size=3)),
)
def test_any_combination_of_filters_finds_what_a_plain_filter_finds(
    table: Any, events: list[dict[str, str]], queries: list[ListQuery], searches: list[list[str]]
) -> None:
    empty(table)
    for values in events:
        publish(values)
    everything = events_in(stored(table))
    for query in queries:
        assert found(list_events, query) == in_order([event for event in everything if is_answer(event, query)])
    for words in searches:
        matching = [event for event in everything if set(words_of(*words)) <= all_words(event)]
        assert found(search_events, SearchQuery(q=" ".join(words), limit=2)) == in_order(matching)


def all_words(event: EventItem) -> set[str]:
    return set(words_of(event.title, event.category, event.location, *event.tags))


class Publish(dict[str, str]):
    pass


class Change(dict[str, str]):
    pass


class Delete(dict[str, str]):
    pass


steps = st.tuples(
    st.one_of(small.map(Publish), small.map(Change), small.map(Change), st.just(Delete())),
    st.integers(0, 2),
    st.sampled_from([0, 0, 0, *range(1, 8)]),
)
"""What is done, to which of the events, and before which write it dies (0: it does not)."""


def take(step: dict[str, str], event_id: str | None) -> None:
    if isinstance(step, Publish):
        publish(step)
    elif event_id and isinstance(step, Change):
        update_event(
            event_id, EventChanges.model_validate({**step, "total_tickets": len(step["title"]) * 10}), AKINYI[0]
        )
    elif event_id:
        delete_event(event_id, AKINYI[0])


@quietly
@given(first=st.lists(small, min_size=1, max_size=2), history=st.lists(steps, min_size=3, max_size=6))
def test_after_any_history_with_crashes_copies_and_counts_are_what_they_shall_be(
    table: Any, time: Clock, first: list[dict[str, str]], history: list[tuple[dict[str, str], int, int]]
) -> None:
    empty(table)
    time.becomes("2026-12-01T12:00")
    for values in first:
        publish(values)
    for step, which, crash_at in history:
        ids = sorted(event.event_id for event in events_in(stored(table)))
        event_id = ids[which % len(ids)] if ids else None
        try:
            with at_each_call(crash_before(crash_at)):
                take(step, event_id)
        except (Crash, Refusal):
            pass
        if not crash_at:
            time.now += timedelta(minutes=1)
    assert_recovered(table, time)


def assert_recovered(table: Any, time: Clock) -> None:
    time.now += timedelta(minutes=15)
    deliver_everything(table)
    assert sweep()["failed"] == 0
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)
    assert all(event.status == "published" for event in events_in(stored(table)))
    time.becomes("2027-02-01T00:00")
    assert sweep()["failed"] == 0
    assert_listings_are_exact(table)
    assert [item for item in stored(table) if is_count(item) and item["copies"]["N"] != "0"] == []
