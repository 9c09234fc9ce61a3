"""What the table's stream tells the catalogue: an event, its stock or its figures have changed."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from tiketi.catalogue.figures import refresh_figures
from tiketi.catalogue.follow_up import follow_up
from tiketi.catalogue.listings import refresh
from tiketi.ids import is_id


class Change(NamedTuple):
    """`is_event` when the organizer's part changed, otherwise its stock or its figures did."""

    event_id: str
    is_event: bool


def change_of(keys: Mapping[str, Any]) -> Change | None:
    """None for an item that says nothing about an event."""
    kind, _, rest = str(keys["PK"]).partition("#")
    event_id = rest.partition("#")[0]
    if kind not in {"EVENT", "STOCK"} or not is_id(event_id):
        return None
    return Change(event_id, is_event=keys["SK"] == "EVENT")


class Batch:
    """The changes of one invocation: each event is worked on once, however many of the records are about it."""

    def __init__(self, changes: Iterable[Change | None]) -> None:
        self._edited = {change.event_id for change in changes if change and change.is_event}
        self._outcomes: dict[str, Exception | None] = {}

    def handle(self, change: Change | None) -> None:
        """Raises what went wrong with the event, for each of its records."""
        if change is None:
            return
        if change.event_id not in self._outcomes:
            self._outcomes[change.event_id] = _outcome(partial(self._refresh, change.event_id))
        error = self._outcomes[change.event_id]
        if error:
            raise error

    def _refresh(self, event_id: str) -> None:
        if event_id in self._edited:
            refresh(event_id)
            follow_up(event_id)
        refresh_figures(event_id)


def _outcome(work: Callable[[], None]) -> Exception | None:
    try:
        work()
    except Exception as error:
        return error
    return None
