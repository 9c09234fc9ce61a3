"""What a customer has bought: his tickets, and the events they are for.

Every list here reads all tickets of one customer, half a read unit for about ten of them: they are few, and their
ids are not in the order of time. Events cost a read unit each on top.
"""

from collections.abc import Iterator
from typing import Any

from tiketi.catalogue.items import Event
from tiketi.catalogue.load_events import load_events
from tiketi.clock import rfc3339, utc_now
from tiketi.ids import order_of_ticket
from tiketi.sales.items import TicketItem, customer_key
from tiketi.sorted_pages import PageInput, Position, sorted_page
from tiketi.tickets.link import page_url


def list_tickets(user_id: str, asked: PageInput, public_url: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page of tickets, the newest first, and the next cursor."""
    page, cursor = sorted_page(_tickets(user_id), _ticket_position, asked, newest_first=True)
    return [_ticket_answer(ticket, public_url) for ticket in page], cursor


def list_events(user_id: str) -> list[dict[str, Any]]:
    """All events the customer holds tickets for, by start: the web client's bare array has no room for a cursor."""
    return [event.answer() for event in sorted(_events(user_id), key=_event_position)]


def list_upcoming_events(user_id: str, asked: PageInput) -> tuple[list[dict[str, Any]], str | None]:
    """A page of those that are not over, one that has begun included, and the next cursor."""
    now = rfc3339(utc_now())
    upcoming = (event for event in _events(user_id) if event.item.end_date > now)
    page, cursor = sorted_page(upcoming, _event_position, asked)
    return [event.answer() for event in page], cursor


def _tickets(user_id: str) -> Iterator[TicketItem]:
    return TicketItem.query(customer_key(user_id), TicketItem.sk.startswith("TICKET#"))


def _events(user_id: str) -> list[Event]:
    return load_events(ticket.event_id for ticket in _tickets(user_id))


def _ticket_position(ticket: TicketItem) -> Position:
    return ticket.purchase_date, ticket.ticket_id


def _event_position(event: Event) -> Position:
    return event.item.start_date, event.id


def _ticket_answer(ticket: TicketItem, public_url: str) -> dict[str, Any]:
    return {
        "id": ticket.ticket_id,
        "order_id": order_of_ticket(ticket.ticket_id),
        "event_id": ticket.event_id,
        "event_title": ticket.event_title,
        "ticket_type": ticket.ticket_type,
        "price": int(ticket.price),
        "status": ticket.status,
        "purchase_date": ticket.purchase_date,
        "code": ticket.code,
        "url": page_url(public_url, ticket.ticket_id),
    }
