"""An organizer's own events, those that are over too, the latest start first."""

from typing import Any

from tiketi.catalogue.listing_keys import organizer_question
from tiketi.catalogue.pages import Paging, query, sealed, shown, skip_to

DEFAULT_SIZE = 100
"""The web client asks for all at once."""


def organizer_events(organizer_id: str, paging: Paging) -> dict[str, Any]:
    """Raises Refusal `bad_cursor`, `invalid_input`."""
    listing = organizer_question(organizer_id)
    size = paging.size(DEFAULT_SIZE)
    start = paging.start(listing)
    skip = 0 if start else paging.skip(size)
    if skip:
        start = skip_to(listing, skip, paging.page or 1, newest_first=True)
        if start is None:
            return {"events": [], "next_cursor": None}
    copies, last = query(listing, size, start, newest_first=True)
    events, _ = shown(copies)
    number = start.page if start else 1
    return {
        "events": [{**event, "tickets_purchased": event["tickets_sold"]} for event in events],
        "next_cursor": sealed(listing, last, number + 1),
    }
