"""The copies of an event, whoever else is at work on them and wherever the work ends."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    PLAIN,
    Call,
    Clock,
    Meanwhile,
    Publish,
    assert_listings_are_exact,
    at_each_call,
    calls_counted,
    empty,
    finishes,
)
from tiketi.catalogue import listings
from tiketi.catalogue.changes import find_event, read_event, write
from tiketi.catalogue.items import EventItem
from tiketi.catalogue.listing_items import CopyItem, CountItem
from tiketi.catalogue.listings import ALL_EVENTS, ListingsContended, listed_event_ids, refresh

MANY_TAGS = [f"tag {number}" for number in range(8)]
"""With these an event has more copies than one transaction takes."""


def edit(event_id: str, **values: object) -> None:
    """Changes the event's item and leaves its listings as they are."""
    event = read_event(event_id)
    assert event
    write(find_event(event_id, event.organizer_id), values)


def test_a_refresh_of_what_is_right_writes_nothing(publish: Publish) -> None:
    event_id = publish()["id"]
    with calls_counted() as calls:
        refresh(event_id)
    assert calls == {"GetItem": 2}


def test_a_new_description_rewrites_the_copies_and_leaves_the_counts(table: Any, publish: Publish) -> None:
    event_id = publish()["id"]
    edit(event_id, description="Now with fireworks.")
    refresh(event_id)
    assert_listings_are_exact(table)


def test_what_takes_several_transactions_is_exact_in_the_end_wherever_it_was_cut(table: Any, publish: Publish) -> None:
    event_id = publish()["id"]
    edit(event_id, tags=MANY_TAGS, location="one two three four", start_date="2026-12-20T15:00:00Z")
    crash_at = 1
    while not finishes(lambda: refresh(event_id), crash_at):
        crash_at += 1
        edit(event_id, tags=MANY_TAGS[:crash_at], location="four three", title=f"Attempt {crash_at}")
    assert crash_at > 2
    assert_listings_are_exact(table)


def test_a_new_description_cut_short_between_two_transactions_is_completed_by_the_next_refresh(
    table: Any, publish: Publish
) -> None:
    event_id = publish(tags=MANY_TAGS, location="one two three four")["id"]
    edit(event_id, description="Now with fireworks.")
    assert not finishes(lambda: refresh(event_id), 2)
    refresh(event_id)
    assert_listings_are_exact(table)


def test_two_at_once_leave_what_the_event_says_last(table: Any, publish: Publish) -> None:
    """At any call of the first, another edits the event and refreshes it completely."""

    def edit_and_refresh(event_id: str) -> None:
        edit(event_id, title="Second", location="Second place", tags=["new"])
        refresh(event_id)

    before = 1
    while True:
        empty(table)
        event_id = publish(**PLAIN)["id"]
        edit(event_id, title="First", location="First place")
        another = Meanwhile(before, lambda event_id=event_id: edit_and_refresh(event_id))
        with at_each_call(another):
            refresh(event_id)
        assert_listings_are_exact(table)
        if not another.done:
            break
        before += 1
    assert before > 3


def edited_there_and_back(publish: Publish) -> None:
    """The second finds everything right and writes nothing, while the first still has the title of between."""
    event_id = publish(**PLAIN)["id"]
    edit(event_id, title="Between")

    def back() -> None:
        edit(event_id, title="Gig")
        refresh(event_id)

    with at_each_call(Meanwhile("TransactWriteItems", back)):
        refresh(event_id)


def test_an_edit_there_and_back_does_not_bring_an_old_copy_back(table: Any, publish: Publish) -> None:
    edited_there_and_back(publish)
    assert_listings_are_exact(table)


def test_without_its_guard_an_old_copy_does_come_back(
    table: Any, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test before."""
    monkeypatch.setattr(listings, "_check_event", lambda write, state: None)
    edited_there_and_back(publish)
    with pytest.raises(AssertionError):
        assert_listings_are_exact(table)


def unguarded_set(write: Any, state: Any, copies: Any, digest: str) -> Any:
    item = listings.listing_item(state.event_id, copies, digest, 1)
    write.save(item)
    return item


@pytest.mark.parametrize(
    ("without", "is_exact"),
    [({"set"}, True), ({"copies"}, True), ({"set", "copies"}, False)],
    ids=["set", "copies", "both"],
)
def test_two_that_list_the_same_event_at_once_count_it_once(
    table: Any, publish: Publish, monkeypatch: pytest.MonkeyPatch, without: set[str], is_exact: bool
) -> None:
    """Either guard is enough. The last case is the negative control: without both, each copy counts twice."""
    if "set" in without:
        monkeypatch.setattr(listings, "_guard_set", unguarded_set)
    if "copies" in without:
        monkeypatch.setattr(listings, "_THERE", None)
        monkeypatch.setattr(listings, "_NOT_THERE", None)
    event_id = publish(**PLAIN)["id"]
    edit(event_id, location="Another place")
    with at_each_call(Meanwhile("TransactWriteItems", lambda: refresh(event_id))):
        refresh(event_id)
    if is_exact:
        assert_listings_are_exact(table)
    else:
        with pytest.raises(AssertionError):
            assert_listings_are_exact(table)


def test_whoever_is_disturbed_each_time_gives_up_and_harms_nothing(table: Any, publish: Publish) -> None:
    event_id = publish(**PLAIN)["id"]
    edit(event_id, title="First")

    def another(number: int, name: str) -> None:
        if name == "TransactWriteItems":
            EventItem(f"EVENT#{event_id}", "EVENT").update([EventItem.version.set(EventItem.version + 1)])

    with at_each_call(another), pytest.raises(ListingsContended):
        refresh(event_id)
    refresh(event_id)
    assert_listings_are_exact(table)


def test_copies_of_an_event_that_vanished_are_cleared_away(table: Any, publish: Publish) -> None:
    event_id = publish()["id"]
    EventItem(f"EVENT#{event_id}", "EVENT").delete()
    refresh(event_id)
    assert_listings_are_exact(table)
    assert not list(CopyItem.query("LIST#all"))


def test_a_transaction_stays_below_its_limits_whatever_the_event(table: Any, publish: Publish) -> None:
    """An emoji is twelve bytes in a copy: the longest description in eighty copies would be over 4 MB."""
    sizes: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        take = listings._write_copies  # pyright: ignore[reportPrivateUsage]

        def measured(write: Any, event: Any, step: Any) -> None:
            take(write, event, step)
            copies = len(step.put | step.rewrite)
            sizes.append((step.writes() + 2, copies * len(str(event.answer()).encode("unicode_escape"))))

        patch.setattr(listings, "_write_copies", measured)
        publish(description="🎉" * 5000, tags=MANY_TAGS, location="one two three")
    assert len(sizes) > 2
    assert max(writes for writes, _ in sizes) <= 100
    assert max(size for _, size in sizes) < 4_000_000
    assert_listings_are_exact(table)


def test_counts_say_what_they_are(table: Any, publish: Publish) -> None:
    publish()
    publish()
    assert CountItem.get("COUNT#category=Music", "COUNT").copies == 2


def test_the_sweep_of_stock_finds_every_event_that_is_not_over(publish: Publish, time: Clock) -> None:
    later, sooner = publish()["id"], publish(end_date="2026-12-24T20:00")["id"]
    assert list(listed_event_ids(ALL_EVENTS)) == [sooner, later]


def test_an_event_that_is_over_leaves_the_list_of_events_to_sweep(publish: Publish, time: Clock, delete: Call) -> None:
    event_id = publish()["id"]
    time.becomes("2027-01-01T00:00")
    refresh(event_id)
    assert list(listed_event_ids(ALL_EVENTS)) == []
