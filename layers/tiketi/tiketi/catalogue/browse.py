"""Finding events: by location, tag and category in any combination, and by words.

Whatever is asked with at most one word is a listing of its own. Of several words the listing of the rarest is read
whole, keys and words only, and the events that have the others are kept.
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from tiketi.catalogue.listing_items import CopyItem, list_key
from tiketi.catalogue.listing_keys import question, word_question
from tiketi.catalogue.pages import Page, Paging, counts_of, read_page, sealed, shown
from tiketi.catalogue.words import words_of
from tiketi.errors import Refusal

Text = Annotated[str, Field(max_length=200)]


class ListQuery(Paging):
    location: Text = ""
    tag: Text = ""
    category: Text = ""


class SearchQuery(Paging):
    q: Text = ""


def list_events(query: ListQuery) -> Page:
    """Events that are not over, the earliest start first. A location of several words must have them all."""
    words = words_of(query.location)
    if query.location and not words:
        return _nothing(query)
    category, tag = query.category or None, query.tag or None
    listings = [question(category, word, tag) for word in words or [None]]
    return _read(listings, query, lambda copy: _has_all(copy.location_words, words))


def search_events(query: SearchQuery) -> Page:
    """Events with all the words in their title, category, location and tags. Raises Refusal `search_needs_words`."""
    words = words_of(query.q)
    if not words:
        raise Refusal("search_needs_words")
    return _read([word_question(word) for word in words], query, lambda copy: _has_all(copy.words, words))


def count_category(category: str) -> int:
    listing = question(category)
    return counts_of([listing])[listing]


def _has_all(present: str | None, words: Sequence[str]) -> bool:
    return set(words) <= set((present or "").split())


def _nothing(paging: Paging) -> Page:
    return Page([], 0, paging.page or 1, paging.size(), None)


def _read(listings: Sequence[str], paging: Paging, matches: Callable[[CopyItem], bool]) -> Page:
    if len(listings) == 1:
        return read_page(listings[0], paging)
    counts = counts_of(listings)
    rarest = min(listings, key=lambda listing: counts[listing])
    if not counts[rarest]:
        return _nothing(paging)
    names = ["PK", "SK", "event_id", "location_words", "words"]
    candidates = CopyItem.query(list_key(rarest), attributes_to_get=names)
    return _page_of([copy for copy in candidates if matches(copy)], paging, "\n".join(sorted(listings)))


def _page_of(found: Sequence[CopyItem], paging: Paging, listing: str) -> Page:
    size = paging.size()
    start = paging.start(listing)
    number = start.page if start else paging.page or 1
    rest = [copy for copy in found if copy.sk > start.sort] if start else found[(number - 1) * size :]
    keys = [(copy.pk, copy.sk) for copy in rest[:size]]
    copies = sorted(CopyItem.batch_get(keys), key=lambda copy: copy.sk) if keys else []
    events, _ = shown(copies)
    last = keys[-1][1] if len(rest) > size else None
    return Page(events, len(found), number, size, sealed(listing, last, number + 1))
