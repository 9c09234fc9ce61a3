"""A ticket as its holder sees it: what it is for, and whether it still admits anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.catalogue.items import CANCELLED, EVENT, EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import customer_of_ticket, order_of_ticket, spoken_code
from tiketi.sales.items import TicketItem, customer_key, ticket_key
from tiketi.sales.orders import get_order
from tiketi.tickets.link import read_link

State = Literal["valid", "used", "refunded", "void", "transferred", "cancelled"]


@dataclass(frozen=True)
class HeldTicket:
    """A ticket with its event; the event is None when it is gone."""

    item: TicketItem
    event: EventItem | None

    @property
    def id(self) -> str:
        return self.item.ticket_id

    @property
    def state(self) -> State:
        return state_of(self.item, self.event)

    @property
    def admits(self) -> bool:
        return self.state == "valid"

    @property
    def title(self) -> str:
        return self.event.title if self.event else self.item.event_title

    @property
    def place(self) -> str:
        return self.event.location if self.event else ""

    @property
    def start(self) -> datetime | None:
        return clock.parse(self.event.start_date) if self.event else None

    @property
    def end(self) -> datetime | None:
        return clock.parse(self.event.end_date) if self.event else None

    @property
    def code(self) -> str:
        return spoken_code(self.item.code)


def state_of(ticket: TicketItem, event: EventItem | None) -> State:
    """The tickets of a cancelled event end one after the other, and from its cancellation on none of them admits."""
    if ticket.status in ("refunded", "void", "transferred"):
        return ticket.status  # pyright: ignore[reportReturnType]
    if ticket.admitted_at:
        return "used"
    return "cancelled" if event and event.status == CANCELLED else "valid"


def own_ticket(user_id: str, ticket_id: str) -> HeldTicket:
    """Raises Refusal `ticket_not_found`, also for a ticket that is somebody else's."""
    found = find_ticket(ticket_id) if customer_of_ticket(ticket_id) == user_id else None
    if found is None:
        raise Refusal("ticket_not_found")
    return found


def linked_ticket(link: str) -> HeldTicket:
    """The ticket a link leads to. Raises Refusal `ticket_not_found`."""
    found = find_linked(link)
    if found is None:
        raise Refusal("ticket_not_found")
    return found


def find_linked(link: str) -> HeldTicket | None:
    ticket_id = read_link(link)
    return find_ticket(ticket_id) if ticket_id else None


def must_admit(ticket: HeldTicket) -> HeldTicket:
    """Raises Refusal `ticket_admits_nobody`: a code that no gate takes is not drawn."""
    if not ticket.admits:
        raise Refusal("ticket_admits_nobody")
    return ticket


def tickets_of_order(user_id: str, order_id: str) -> list[HeldTicket]:
    """Raises Refusal `order_not_found`, and `order_without_tickets` before they are issued."""
    payment = get_order(user_id, order_id)
    items = list(TicketItem.query(customer_key(user_id), TicketItem.sk.startswith(f"TICKET#{order_id}-")))
    if not items:
        raise Refusal("order_without_tickets")
    event = _find_event(payment.event_id)
    by_number = sorted(items, key=lambda item: int(item.ticket_id.rpartition("-")[2]))
    return [HeldTicket(item, event) for item in by_number]


def find_ticket(ticket_id: str) -> HeldTicket | None:
    """Two reads. The ticket is read consistently: what was void a moment ago must not look valid."""
    if customer_of_ticket(ticket_id) is None:
        return None
    try:
        item = TicketItem.get(*ticket_key(ticket_id), consistent_read=True)
    except DoesNotExist:
        return None
    return HeldTicket(item, _find_event(item.event_id))


def _find_event(event_id: str) -> EventItem | None:
    try:
        return EventItem.get(event_key(event_id), EVENT)
    except DoesNotExist:
        return None


def held_answer(ticket: HeldTicket, token: str | None, url: str) -> dict[str, Any]:
    """The body of `GET /tickets/{ticket_id}`."""
    item = ticket.item
    return {
        "id": item.ticket_id,
        "order_id": order_of_ticket(item.ticket_id),
        "event_id": item.event_id,
        "event_title": ticket.title,
        "location": ticket.place,
        "start_date": ticket.event.start_date if ticket.event else None,
        "end_date": ticket.event.end_date if ticket.event else None,
        "ticket_type": item.ticket_type,
        "price": int(item.price),
        "purchase_date": item.purchase_date,
        "status": item.status,
        "state": ticket.state,
        "admitted_at": item.admitted_at,
        "admitted_gate": item.admitted_gate,
        "code": item.code,
        "token": token,
        "url": url,
    }
