"""What a change of an event sets in motion beyond its listings, should its own request have died before that."""

from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED
from tiketi.sales.cancellation import begin_cancellation


def follow_up(event_id: str) -> None:
    event = read_event(event_id)
    if event and event.status == CANCELLED:
        begin_cancellation(event)
