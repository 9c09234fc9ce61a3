"""An event as whoever asks may see it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tiketi.catalogue.items import DRAFT, Event, load_event
from tiketi.errors import Refusal


class EventQuery(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    code: Annotated[str, Field(max_length=40, repr=False)] = ""


def visible_event(event_id: str, authorization: str, code: str) -> dict[str, Any]:
    """Everybody reads an event, with the tiers that his code opens. A draft, and all that is hidden, is its organizer's
    alone, who sends his token along.

    Raises Refusal `event_not_found`, also for somebody else's draft.
    """
    event = load_event(event_id)
    if (event.item.status == DRAFT or _hides_something(event)) and _is_from(authorization, event.item.organizer_id):
        return event.own_answer()
    if event.item.status == DRAFT:
        raise Refusal("event_not_found")
    return event.answer(code)


def _hides_something(event: Event) -> bool:
    return any("code" in tier for tier in event.item.tiers.values())


def _is_from(authorization: str, user_id: str) -> bool:
    if not authorization:
        return False
    # Imported here: it brings the reading of tokens along, which hardly any reader of an event needs.
    from tiketi.accounts.authorization import authorize

    caller = authorize(authorization)
    return caller is not None and caller.user_id == user_id
