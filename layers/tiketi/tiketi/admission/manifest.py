"""What a scanner takes along to where there is no network: every ticket of the event, then what has changed since.

A cursor is opaque to the scanner. First it leads through the index of the event's tickets, page by page; each page
reads its tickets as they are. Then it is a time: the changes after it, as the stream has written them. Changes of the
last moments are handed over again, since two of them may be written in another order than they are read.
"""

import base64
import json
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from tiketi import clock
from tiketi.admission.called_off import is_called_off
from tiketi.admission.items import ChangeItem, changes_key
from tiketi.errors import Refusal
from tiketi.sales.event_tickets import Place, read_tickets, ticket_ids_from
from tiketi.sales.items import TicketItem
from tiketi.tickets.keys import key_set

ROWS = 1_000
"""Of a page: about 70 KB before it is compressed, and ten batches read from the table."""
OVERLAP_SECONDS = 30

Row = list[str | None]


class ManifestInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    cursor: Annotated[str, Field(max_length=300)] = ""


class Position(NamedTuple):
    """`part` is the partition of the index; one beyond the last when only changes are left. `since` in seconds."""

    since: int
    part: int
    after: str


def manifest(event_id: str, cursor: str) -> dict[str, Any]:
    """A page. Half a read unit a ticket the first time, later half a one for each 30 changes; and one for the event.

    Raises Refusal `bad_cursor`.
    """
    position = _read(cursor) if cursor else Position(clock.epoch_now() - OVERLAP_SECONDS, 0, "")
    if not Place(position.part).is_end:
        rows, next_position, more = _tickets(event_id, position)
    else:
        rows, next_position, more = _changes(event_id, position)
    return {
        "keys": key_set(),
        "event_cancelled": is_called_off(event_id),
        "tickets": rows,
        "cursor": _write(next_position),
        "more": more,
    }


def row_of(ticket: TicketItem) -> Row:
    """Id, code, tier, state, and when and where it was admitted; what is not there at the end is left out."""
    row: Row = [ticket.ticket_id, ticket.code, ticket.ticket_type, ticket.status]
    return [*row, ticket.admitted_at, ticket.admitted_gate] if ticket.admitted_at else row


def _tickets(event_id: str, position: Position) -> tuple[list[Row], Position, bool]:
    ids, place = ticket_ids_from(event_id, Place(position.part, position.after), ROWS)
    rows = sorted(row_of(ticket) for ticket in read_tickets(ids))
    return rows, Position(position.since, place.part, place.after), True


def _changes(event_id: str, position: Position) -> tuple[list[Row], Position, bool]:
    until = clock.epoch_now() - OVERLAP_SECONDS
    after = position.after or change_sort_key(position.since, "")
    query = ChangeItem.query(changes_key(event_id), ChangeItem.sk > after, limit=ROWS)
    newest: dict[str, Row] = {}
    last = after
    for change in query:
        newest[str(change.row[0])] = change.row
        last = change.sk
    if query.last_evaluated_key:
        return list(newest.values()), Position(position.since, position.part, last), True
    return list(newest.values()), Position(max(position.since, until), position.part, ""), False


def change_sort_key(seconds: int, ticket_id: str) -> str:
    return f"{seconds:011d}#{ticket_id}"


def _write(position: Position) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _read(cursor: str) -> Position:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
            case [int(since), int(part), str(after)] if since >= 0 and part >= 0:
                return Position(since, part, after)
            case _:
                raise ValueError("not a position")
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_cursor") from error
