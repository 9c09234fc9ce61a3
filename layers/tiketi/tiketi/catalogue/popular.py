"""The three upcoming events with the most tickets sold."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from tiketi.catalogue.items import (
    EVENT,
    FIGURES,
    EventItem,
    FiguresItem,
    PopularityIndex,
    with_figures,
)
from tiketi.catalogue.popularity import RANKED
from tiketi.table import Item

SHOWN = 3


class _Ranked(Model):
    """A key from the index. Without a discriminator: PynamoDB would filter by `type`, which the index does not have."""

    class Meta(Item.Meta):
        pass

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    by_popularity = PopularityIndex()


def popular_events() -> list[dict[str, Any]]:
    """One Query of three index entries, one BatchGetItem of the events and their figures."""
    keys = [ranked.pk for ranked in _Ranked.by_popularity.query(RANKED, limit=SHOWN)]
    wanted = [(key, sort) for key in keys for sort in (EVENT, FIGURES)]
    items = list(Item.batch_get(wanted)) if wanted else []
    events = {item.pk: item for item in items if isinstance(item, EventItem)}
    figures = {item.pk: item for item in items if isinstance(item, FiguresItem)}
    return [with_figures(events[key], figures.get(key)).answer() for key in keys if key in events]
