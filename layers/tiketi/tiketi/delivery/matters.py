"""What a notice is about, as it stands when the notice is sent; a matter that has ceased to be is not told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tiketi.catalogue.items import CANCELLED, DELETING, PUBLISHED, EventItem, read_items
from tiketi.clock import NAIROBI, parse
from tiketi.delivery.notices import Notice
from tiketi.delivery.wording import Facts
from tiketi.ids import customer_of_ticket, order_of_ticket, spoken_code
from tiketi.payments.event_refunds import EVENT_CANCELLED
from tiketi.payments.items import find_payment
from tiketi.sales.items import TicketItem, customer_key
from tiketi.settings import settings
from tiketi.tickets.link import page_url


@dataclass(frozen=True)
class Matter:
    """`tickets` are those that the notice hands over, or reminds of."""

    facts: Facts
    tickets: tuple[TicketItem, ...] = ()
    event: EventItem | None = None


def find_matter(notice: Notice, now: datetime) -> Matter | None:
    """None when there is nothing left to tell: tickets given back, an event that has moved or is called off."""
    match notice.kind:
        case "tickets_issued" | "ticket_resend":
            return _of_tickets(valid(tickets_of_order(str(notice.params["order_id"]))))
        case "ticket_transferred":
            ticket_id = str(notice.params["ticket_id"])
            of_order = tickets_of_order(order_of_ticket(ticket_id) or "")
            return _of_tickets(valid(each for each in of_order if each.ticket_id == ticket_id))
        case "ticket_voided":
            return _voided(str(notice.params["ticket_id"]))
        case "refund_due" | "refund_sent":
            return _refund(notice)
        case "reminder" | "event_changed":
            return _event_to_come(notice, now)
        case "event_cancelled":
            return _event_cancelled(notice)
        case "gate_invite":
            event = read_items(str(notice.params["event_id"]))[0]
            return event and Matter(_facts(event, links=(str(notice.params["link"]),)))


def is_tomorrow(start: datetime, now: datetime) -> bool:
    """By the calendar of Nairobi."""
    return start.astimezone(NAIROBI).date() == now.astimezone(NAIROBI).date() + timedelta(days=1)


def valid(tickets: Iterable[TicketItem]) -> tuple[TicketItem, ...]:
    return tuple(ticket for ticket in tickets if ticket.status == "valid")


def tickets_of_order(order_id: str) -> list[TicketItem]:
    """All tickets of an order, whatever became of them, read consistently; none for text that is no order id."""
    key = customer_key(customer_of_ticket(f"{order_id}-1") or "")
    return list(TicketItem.query(key, TicketItem.sk.startswith(f"TICKET#{order_id}-"), consistent_read=True))


def _of_tickets(tickets: tuple[TicketItem, ...]) -> Matter | None:
    if not tickets:
        return None
    event = read_items(tickets[0].event_id)[0]
    public_url = settings().public_url.rstrip("/")
    links = tuple(page_url(public_url, ticket.ticket_id) for ticket in tickets)
    tier = ", ".join(dict.fromkeys(ticket.ticket_type for ticket in tickets))
    if event is None:
        return Matter(Facts(tickets[0].event_title, tier=tier, links=links), tickets)
    return Matter(_facts(event, tier=tier, links=links), tickets, event)


def _voided(ticket_id: str) -> Matter | None:
    """None when its order has ended since: that says what becomes of the money."""
    ticket = next(
        (each for each in tickets_of_order(order_of_ticket(ticket_id) or "") if each.ticket_id == ticket_id), None
    )
    payment = find_payment(ticket.order_id) if ticket and ticket.voided_by else None
    if ticket is None or payment is None or payment.order_status != "completed":
        return None
    event = read_items(ticket.event_id)[0]
    facts = _facts(event, tier=ticket.ticket_type) if event else Facts(ticket.event_title, tier=ticket.ticket_type)
    return Matter(replace(facts, code=spoken_code(ticket.code)))


def _refund(notice: Notice) -> Matter | None:
    payment = find_payment(str(notice.params["order_id"]))
    return payment and Matter(Facts(payment.event_title, amount=int(notice.params["amount"])))


def _event_to_come(notice: Notice, now: datetime) -> Matter | None:
    event = read_items(str(notice.params["event_id"]))[0]
    if event is None or event.status in (CANCELLED, DELETING) or parse(event.end_date) <= now:
        return None
    if notice.kind == "reminder" and not (event.status == PUBLISHED and is_tomorrow(parse(event.start_date), now)):
        return None
    return _of_tickets(valid(_of_event(notice)))


def _event_cancelled(notice: Notice) -> Matter | None:
    event = read_items(str(notice.params["event_id"]))[0]
    if event is None or not any(_ends_with_event(ticket) for ticket in _of_event(notice)):
        return None
    return Matter(_facts(event))


def _ends_with_event(ticket: TicketItem) -> bool:
    """Whether it was a ticket until the event was cancelled: its end may have come before this notice.

    An order that is still completed is about to end: its tickets go first.
    """
    if ticket.status in ("void", "refunded"):
        payment = find_payment(ticket.order_id)
        return payment is not None and (payment.reason == EVENT_CANCELLED or payment.order_status == "completed")
    return ticket.status == "valid"


def _of_event(notice: Notice) -> list[TicketItem]:
    event_id = str(notice.params["event_id"])
    tickets = TicketItem.query(customer_key(notice.recipient), TicketItem.sk.startswith("TICKET#"))
    return [ticket for ticket in tickets if ticket.event_id == event_id]


def _facts(event: EventItem, tier: str = "", links: tuple[str, ...] = ()) -> Facts:
    return Facts(event.title, parse(event.start_date), event.location, tier, links)
