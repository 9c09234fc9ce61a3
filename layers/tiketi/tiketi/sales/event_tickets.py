"""All tickets of an event, a page at a time, in the order of their codes: however many there are, a page is a page."""

from collections.abc import Iterable
from typing import NamedTuple

from tiketi.ids import TICKET_CODE_ALPHABET
from tiketi.sales.items import TicketItem, ticket_key

PARTS = len(TICKET_CODE_ALPHABET)


class Place(NamedTuple):
    """`part` is the partition of the index, one beyond the last at the end; `after` is a key of it, or empty."""

    part: int = 0
    after: str = ""

    @property
    def is_end(self) -> bool:
        return self.part >= PARTS


def ticket_ids_from(event_id: str, place: Place, most: int) -> tuple[list[str], Place]:
    """Half a read unit for about 60, eventually consistent; and the place after them."""
    ids, part, after = list[str](), place.part, place.after
    while part < PARTS and len(ids) < most:
        found, after = _ids(event_id, part, after, most - len(ids))
        ids += found
        part += not after
    return ids, Place(part, after)


def read_tickets(ticket_ids: Iterable[str], *, consistent: bool = False) -> list[TicketItem]:
    """In no particular order. Half a read unit each, twice that when consistent."""
    keys = [ticket_key(ticket_id) for ticket_id in ticket_ids]
    return list(TicketItem.batch_get(keys, consistent_read=consistent)) if keys else []


def _ids(event_id: str, part: int, after: str, most: int) -> tuple[list[str], str]:
    """Ticket ids of a partition of the index, and where to go on; empty at its end."""
    partition = f"TICKETS#{event_id}#{TICKET_CODE_ALPHABET[part]}"
    later = TicketItem.gsi1_sk > after if after else None
    query = TicketItem.by_event.query(partition, later, limit=most)
    keys = [str(found.gsi1_sk) for found in query]
    return [key.partition("#")[2] for key in keys], keys[-1] if keys and query.last_evaluated_key else ""
