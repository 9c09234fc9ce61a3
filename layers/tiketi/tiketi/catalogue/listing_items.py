"""The items of the listings: an event's copies, how many a listing has, and which copies an event has."""

from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from tiketi.catalogue.items import EventItem, event_key
from tiketi.catalogue.listing_keys import ENDS, Key, location_words, organizer_question, search_words
from tiketi.table import SCHEMA_VERSION, Item

LISTING = "LISTING"
COUNT = "COUNT"


class CopyItem(Model):
    """`LIST#<what>` / `<start date>#<event id>`: an event as a listing shows it, but for its figures.

    Without a discriminator, or PynamoDB would add a filter to each Query. `location_words` and `words` are separated
    by blanks. Copies of `LIST#ends` have no `event`.
    """

    class Meta(Item.Meta):
        pass

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    type = UnicodeAttribute(default="listing")
    schema_version = NumberAttribute(default=SCHEMA_VERSION)
    event_id = UnicodeAttribute()
    event = JSONAttribute(null=True)
    location_words = UnicodeAttribute(null=True)
    words = UnicodeAttribute(null=True)


class CountItem(Item, discriminator="count"):
    """`COUNT#<what>` / `COUNT`: how many copies a listing has, exactly."""

    copies = NumberAttribute(default=0)


class ListingItem(Item, discriminator="listings"):
    """`EVENT#<id>` / `LISTING`: the copies an event has, exactly, by sort key.

    Every transaction that changes copies also changes this item, and demands the `generation` it read, so that of
    two at once one starts again. `digest` is of what the copies say; empty while they do not all say the same.
    """

    generation = NumberAttribute(default=1)
    listed = JSONAttribute(default=dict)
    digest = UnicodeAttribute(default="")

    def copies(self) -> set[Key]:
        listed = cast("dict[str, list[str]]", self.listed)
        return {Key(what, sort) for sort, listings in listed.items() for what in listings}


def listing_item(event_id: str, copies: set[Key], digest: str, generation: int) -> ListingItem:
    listed: dict[str, list[str]] = {}
    for key in sorted(copies):
        listed.setdefault(key.sort, []).append(key.what)
    return ListingItem(event_key(event_id), LISTING, listed=listed, digest=digest, generation=generation)


def list_key(what: str) -> str:
    return f"LIST#{what}"


def count_key(what: str) -> str:
    return f"COUNT#{what}"


def copy_of(event: EventItem, key: Key) -> CopyItem:
    copy = CopyItem(list_key(key.what), key.sort, event_id=event.event_id)
    if key.what != ENDS:
        own = key.what == organizer_question(event.organizer_id)
        copy.event = cast(Any, event.own_answer() if own else event.answer())
        copy.location_words = " ".join(location_words(event))
        copy.words = " ".join(search_words(event))
    return copy
