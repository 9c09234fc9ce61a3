"""Whether anybody is to be told what becomes of an event."""

from tiketi.catalogue.items import EventItem
from tiketi.sales import stock


def has_holders(event: EventItem) -> bool:
    """Whoever is paying at this moment counts. A read unit for each shard of its stock."""
    return any(pool.sold or pool.held for pool in stock.figures(event.event_id, event.pools).values())
