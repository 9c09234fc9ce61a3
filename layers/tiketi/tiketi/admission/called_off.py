"""Whether the event still takes place: once its organizer has cancelled it, no scan that begins then admits.

One that has read the event before, and is being written, still may.
"""

from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED


def is_called_off(event_id: str) -> bool:
    """Read consistently, a read unit for each 4 KB of the event: the walk that ends its tickets takes a while."""
    event = read_event(event_id)
    return event is None or event.status == CANCELLED
