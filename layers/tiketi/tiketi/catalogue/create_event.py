"""An organizer publishes an event, or begins with a draft of it."""

from tiketi import clock
from tiketi.catalogue.event_input import NewEvent
from tiketi.catalogue.event_rules import DEFAULT_TOTAL_TICKETS, stock_of, tiers_after, wrong_dates
from tiketi.catalogue.items import DRAFT, EVENT, FIGURES, Event, EventItem, FiguresItem, event_key
from tiketi.catalogue.listings import refresh_soon
from tiketi.catalogue.popularity import RANKED, rank
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.sales import stock
from tiketi.table import Item, transact, transaction


def create_event(new: NewEvent, organizer_id: str) -> Event:
    """Stock first, then the event, then its listings: whoever finds the event can buy its tickets.

    A crash after the first step leaves shards nobody can reach; after the second, the stream lists the event.
    """
    event = Event(_checked(new, organizer_id), sold={}, sold_out_until={})
    stock.create_shards(event.id, event.item.pools, closed=event.item.status == DRAFT)
    place = rank(event.item, 0, clock.utc_now())
    figures = FiguresItem(event_key(event.id), FIGURES, gsi1_pk=RANKED, gsi1_sk=place)

    def put_both() -> None:
        with transaction() as both:
            both.save(event.item, condition=Item.pk.does_not_exist())
            both.save(figures)

    transact(put_both)
    refresh_soon(event.id)
    return event


def _checked(new: NewEvent, organizer_id: str) -> EventItem:
    now = clock.utc_now()
    wrong = wrong_dates(new.start_date, new.end_date, now)
    if wrong:
        raise Refusal("invalid_input", fields=tuple(wrong))
    tiers = tiers_after({}, new.ticket_tiers)
    capacities, total = stock_of(tiers, new.total_tickets or DEFAULT_TOTAL_TICKETS, new.total_tickets is not None)
    event_id = new_id()
    return EventItem(
        event_key(event_id),
        EVENT,
        event_id=event_id,
        organizer_id=organizer_id,
        **new.model_dump(exclude={"ticket_tiers", "total_tickets"}),
        tiers=tiers,
        pools={name: stock.pool_size(capacity) for name, capacity in capacities.items()},
        total_tickets=total,
        created_at=clock.rfc3339(now),
    )
