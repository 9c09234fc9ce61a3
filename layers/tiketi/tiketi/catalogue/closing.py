"""Takes events that are over off the listings, and finishes deletions that a crash has left."""

from tiketi import clock
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.delete_event import finish_deletion
from tiketi.catalogue.figures import refresh_figures
from tiketi.catalogue.items import DELETING
from tiketi.catalogue.listing_items import CopyItem, list_key
from tiketi.catalogue.listing_keys import ENDS
from tiketi.catalogue.listings import refresh
from tiketi.logs import logger

_AFTER_ANY_ID = "~"


def close_ended_events() -> dict[str, int]:
    """How many events were seen to, and how many could not be: those are found again the next time."""
    end = f"{clock.rfc3339(clock.utc_now())}#{_AFTER_ANY_ID}"
    due = CopyItem.query(list_key(ENDS), CopyItem.sk <= end, attributes_to_get=["PK", "SK", "event_id"])
    outcome = {"closed": 0, "failed": 0}
    for event_id in [copy.event_id for copy in due]:
        try:
            _close(event_id)
            outcome["closed"] += 1
        except Exception:
            logger.exception("an event could not be closed", extra={"event_id": event_id})
            outcome["failed"] += 1
    return outcome


def _close(event_id: str) -> None:
    event = read_event(event_id)
    if event and event.status == DELETING:
        finish_deletion(event_id)
    else:
        refresh(event_id)
        refresh_figures(event_id)
