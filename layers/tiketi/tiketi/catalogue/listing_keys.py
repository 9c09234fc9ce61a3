"""Where an event is listed: one copy under each question it is an answer to.

A listing is a partition `LIST#<what>`; `<what>` is the question. Pure: what stores the copies is `listings.py`.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tiketi.catalogue.items import DELETING, PUBLISHED, EventItem
from tiketi.catalogue.words import fold_tag, words_of
from tiketi.clock import parse

ALL = "all"
ENDS = "ends"
"""All events that are not over, by their end; its copies carry no answer. An event being deleted is first in it."""

_LONGEST_PART = 150


class Key(NamedTuple):
    what: str
    sort: str


def question(category: str | None = None, word: str | None = None, tag: str | None = None) -> str:
    """The listing that answers for these: the category exact, the location's word and the tag in any case."""
    parts = {
        "category": category and " ".join(category.split()),
        "location": word and words_of(word)[0],
        "tag": tag and fold_tag(tag),
    }
    return "&".join(f"{name}={_part(value)}" for name, value in parts.items() if value) or ALL


def word_question(word: str) -> str:
    return f"word={_part(word)}"


def organizer_question(user_id: str) -> str:
    return f"organizer={user_id}"


def is_counted(what: str) -> bool:
    return not what.startswith(("organizer=", ENDS))


def _part(text: str) -> str:
    """Unambiguous between `&` signs, and short enough for a key of 2,048 bytes."""
    escaped = text.replace("%", "%25").replace("&", "%26")
    return escaped if len(escaped.encode()) <= _LONGEST_PART else f"%{hashlib.sha256(text.encode()).hexdigest()}"


def location_words(event: EventItem) -> list[str]:
    return words_of(event.location)


def search_words(event: EventItem) -> list[str]:
    return words_of(event.title, event.category, event.location, *event.tags)


def listing_keys(event: EventItem, now: datetime) -> set[Key]:
    """Every copy the event shall have at this moment, and no other."""
    if event.status == DELETING:
        return {Key(ENDS, f"#{event.event_id}")}
    by_start = f"{event.start_date}#{event.event_id}"
    of_organizer = Key(organizer_question(event.organizer_id), by_start)
    if parse(event.end_date) <= now:
        return {of_organizer}
    ends = Key(ENDS, f"{event.end_date}#{event.event_id}")
    if event.status != PUBLISHED:
        return {of_organizer, ends}
    return {of_organizer, ends, *(Key(what, by_start) for what in _questions(event))}


def _questions(event: EventItem) -> Iterator[str]:
    for category in (None, event.category):
        for word in (None, *location_words(event)):
            for tag in (None, *event.tags):
                yield question(category, word, tag)
    for word in search_words(event):
        yield word_question(word)
