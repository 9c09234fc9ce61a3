"""An event as whoever asks may see it."""

from tiketi.catalogue.items import DRAFT, Event, load_event
from tiketi.errors import Refusal


def visible_event(event_id: str, authorization: str) -> Event:
    """Everybody reads an event, but a draft is its organizer's alone, who sends his token along.

    Raises Refusal `event_not_found`, also for somebody else's draft.
    """
    event = load_event(event_id)
    if event.item.status == DRAFT and not _is_from(authorization, event.item.organizer_id):
        raise Refusal("event_not_found")
    return event


def _is_from(authorization: str, user_id: str) -> bool:
    # Imported here: it brings the reading of tokens along, which hardly any reader of an event needs.
    from tiketi.accounts.authorization import authorize

    caller = authorize(authorization)
    return caller is not None and caller.user_id == user_id
