"""One customer with tickets of one event, in every state a ticket can be in."""

from typing import Any

import pytest

from tests.unit.shop import Shop
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.payments.outcomes import mark_paid
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.tickets.link import link_of

ASHA, JUMA = "01JD5QK7V1M8Z6T3W9XHAPN4EB", "01JD5QK7V1M8Z6T3W9XHAPN4EC"
DEAD = ("used", "refunded", "void", "transferred", "cancelled")


class Holder:
    """What Asha has bought, and what becomes of it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.order_id = ""
        self.ids: list[str] = []

    @property
    def ticket_id(self) -> str:
        return self.ids[0]

    @property
    def link(self) -> str:
        return link_of(self.ticket_id)

    def buys(self, quantity: int = 1) -> "Holder":
        self.shop.open()
        payment = self.shop.buy(quantity, user_id=ASHA)
        mark_paid(payment.order_id, "NLJ7RT61SV")
        self.shop.settle(payment)
        self.order_id = payment.order_id
        self.ids = [f"{payment.order_id}-{number}" for number in range(1, quantity + 1)]
        return self

    def item(self) -> TicketItem:
        return TicketItem.get(*ticket_key(self.ticket_id))

    def becomes(self, state: str) -> None:
        ticket = TicketItem(*ticket_key(self.ticket_id))
        if state == "used":
            ticket.update([TicketItem.admitted_at.set("2099-12-24T15:04:00Z"), TicketItem.admitted_gate.set("Gate A")])
        elif state == "cancelled":
            self.event_says(status="cancelled")
        elif state != "valid":
            ticket.update([TicketItem.status.set(state)])

    def event_says(self, **fields: Any) -> None:
        event = EventItem(event_key(self.shop.event_id), EVENT)
        event.update([getattr(EventItem, name).set(value) for name, value in fields.items()])


@pytest.fixture
def holder(shop: Shop) -> Holder:
    return Holder(shop)
