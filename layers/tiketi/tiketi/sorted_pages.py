"""Pages of a list that is short enough to be sorted in memory: what one user has, never what everybody has."""

import base64
import json
from collections.abc import Callable, Iterable

from pydantic import BaseModel, ConfigDict, Field

from tiketi.errors import Refusal

Position = tuple[str, str]
"""Where an entry stands: a time, and an id that tells entries of the same second apart."""


class PageInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str = ""


def sorted_page[Entry](
    entries: Iterable[Entry], position: Callable[[Entry], Position], asked: PageInput, *, newest_first: bool = False
) -> tuple[list[Entry], str | None]:
    """A page, and the cursor of the next one; None after the last.

    A cursor is the position of the last entry shown, so entries that come or go meanwhile are neither repeated nor
    skipped. Raises Refusal `bad_cursor`.
    """
    ordered = sorted(entries, key=position, reverse=newest_first)
    if asked.cursor:
        shown = _read_cursor(asked.cursor)
        ordered = [each for each in ordered if (position(each) < shown if newest_first else position(each) > shown)]
    page = ordered[: asked.limit]
    return page, _cursor(position(page[-1])) if len(ordered) > len(page) else None


def _cursor(position: Position) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> Position:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
            case [str(time), str(identity)]:
                return time, identity
            case _:
                raise ValueError("not a position")
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_cursor") from error
