"""Reading a listing page by page.

A page is one Query that reads exactly its copies, and one BatchGetItem for their figures and the listing's count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tiketi.catalogue.cursor import Position, seal, unseal
from tiketi.catalogue.items import FIGURES, FiguresItem, event_key
from tiketi.catalogue.listing_items import COUNT, CopyItem, CountItem, count_key, list_key
from tiketi.errors import invalid_field
from tiketi.table import Item

DEEPEST_SKIP = 2_000
"""Events that may lie before a page asked for by number. Skipping reads them, at half a read unit per 4 KB."""


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class Paging(BaseModel):
    """`limit` and `cursor`, or `page` and `per_page` as the web client sends them."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    page: Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_blank_is_absent)] = None
    per_page: Annotated[Annotated[int, Field(ge=1, le=100)] | None, BeforeValidator(_blank_is_absent)] = None
    limit: Annotated[Annotated[int, Field(ge=1, le=100)] | None, BeforeValidator(_blank_is_absent)] = None
    cursor: Annotated[str, Field(max_length=1000)] = ""

    def size(self, default: int = 10) -> int:
        return self.limit or self.per_page or default

    def start(self, listing: str) -> Position | None:
        """Where the cursor points, None when there is none. Raises Refusal `bad_cursor`."""
        return unseal(listing, self.cursor) if self.cursor else None

    def skip(self, size: int) -> int:
        """Raises Refusal `invalid_input` on a page so far back that only a cursor should lead there."""
        skip = ((self.page or 1) - 1) * size
        if skip > DEEPEST_SKIP:
            most = DEEPEST_SKIP // size + 1
            raise invalid_field("page", "page_too_deep", f"Beyond page {most}, follow next_cursor.", most=most)
        return skip


@dataclass(frozen=True)
class Page:
    events: list[dict[str, Any]]
    total: int
    number: int
    size: int
    next_cursor: str | None

    def answer(self) -> dict[str, Any]:
        return {
            "events": self.events,
            "total_pages": -(-self.total // self.size),
            "current_page": self.number,
            "total_events": self.total,
            "per_page": self.size,
            "next_cursor": self.next_cursor,
        }


def read_page(what: str, paging: Paging) -> Page:
    """A page of a listing. A page asked for by its number, not by a cursor, first skips what lies before it."""
    size = paging.size()
    start = paging.start(what)
    skip = 0 if start else paging.skip(size)
    if skip:
        start = skip_to(what, skip, number=paging.page or 1)
        if start is None:
            return Page([], counts_of([what])[what], paging.page or 1, size, None)
    copies, last = query(what, size, start)
    events, counts = shown(copies, [what])
    number = start.page if start else 1
    if last and not paging.cursor and skip + len(copies) >= counts[what]:
        last = None
    return Page(events, counts[what], number, size, sealed(what, last, number + 1))


def sealed(listing: str, last: str | None, number: int) -> str | None:
    return seal(listing, Position(last, number)) if last else None


def query(
    what: str, size: int, start: Position | None, newest_first: bool = False
) -> tuple[list[CopyItem], str | None]:
    """Up to `size` copies, and the sort key of the last one when more may follow."""
    found = CopyItem.query(
        list_key(what),
        limit=size,
        last_evaluated_key=_table_key(what, start.sort) if start else None,
        scan_index_forward=not newest_first,
    )
    copies = list(found)
    last = found.last_evaluated_key
    return copies, last["SK"]["S"] if last else None


def skip_to(what: str, copies: int, number: int, newest_first: bool = False) -> Position | None:
    """The position after so many copies; None when there are no more. Reads them all, but returns only their keys."""
    found = CopyItem.query(
        list_key(what), limit=copies, attributes_to_get=["PK", "SK"], scan_index_forward=not newest_first
    )
    for _ in found:
        pass
    last = found.last_evaluated_key
    return Position(last["SK"]["S"], number) if last else None


def _table_key(what: str, sort: str) -> dict[str, dict[str, Any]]:
    return {"PK": {"S": list_key(what)}, "SK": {"S": sort}}


def shown(copies: Sequence[CopyItem], counted: Sequence[str] = ()) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The events of some copies as they are answered, and how many copies the listings `counted` have.

    One BatchGetItem (two beyond 100 keys): half a read unit for each key.
    """
    figures = [(event_key(copy.event_id), FIGURES) for copy in copies]
    items = _items(figures + [(count_key(what), COUNT) for what in counted])
    sold = {item.pk: sum(item.sold.values()) for item in items if isinstance(item, FiguresItem)}
    copied = {item.pk: int(item.copies) for item in items if isinstance(item, CountItem)}
    events = [{**copy.event, "tickets_sold": sold.get(event_key(copy.event_id), 0)} for copy in copies]
    return events, {what: copied.get(count_key(what), 0) for what in counted}


def counts_of(listings: Sequence[str]) -> dict[str, int]:
    return shown([], listings)[1]


def _items(keys: list[tuple[str, str]]) -> list[Item]:
    return list(Item.batch_get(keys)) if keys else []
