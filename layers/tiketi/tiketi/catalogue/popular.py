"""The three upcoming events with the most tickets sold."""

from typing import Any

from tiketi.catalogue.items import EVENT, FIGURES, PUBLISHED, EventItem, FiguresItem, with_figures
from tiketi.catalogue.popularity import RANKED
from tiketi.table import Item

SHOWN = 3


def popular_events() -> list[dict[str, Any]]:
    """One Query of three index entries, one BatchGetItem of their events and figures."""
    keys = [figures.pk for figures in FiguresItem.by_popularity.query(RANKED, limit=SHOWN)]
    wanted = [(key, sort) for key in keys for sort in (EVENT, FIGURES)]
    items = list(Item.batch_get(wanted)) if wanted else []
    events = {item.pk: item for item in items if isinstance(item, EventItem) and item.status == PUBLISHED}
    figures = {item.pk: item for item in items if isinstance(item, FiguresItem)}
    return [with_figures(events[key], figures.get(key)).answer() for key in keys if key in events]
