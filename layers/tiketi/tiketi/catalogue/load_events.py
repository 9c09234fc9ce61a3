"""Many events by their ids."""

from collections.abc import Iterable

from tiketi.catalogue.items import DELETING, EVENT, FIGURES, Event, EventItem, FiguresItem, event_key, with_figures
from tiketi.table import Item


def load_events(event_ids: Iterable[str]) -> list[Event]:
    """These events, each once and in no particular order, without those that are gone or being deleted.

    One BatchGetItem for each fifty, a read unit per event while both its items are small.
    """
    keys = [(event_key(event_id), sort_key) for event_id in set(event_ids) for sort_key in (EVENT, FIGURES)]
    items = list(Item.batch_get(keys))
    figures = {item.pk: item for item in items if isinstance(item, FiguresItem)}
    events = [item for item in items if isinstance(item, EventItem) and item.status != DELETING]
    return [with_figures(event, figures.get(event.pk)) for event in events]
