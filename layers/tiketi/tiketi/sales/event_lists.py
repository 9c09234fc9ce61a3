"""Who comes to an event, and which orders its sales were: for its organizer, page by page.

A page reads exactly its tickets by the event's index, and knows nothing of the others: fifty thousand rows take more
pages, not more memory. Of buyers it tells the name; whoever has to be written to is written to by the system.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tiketi.accounts.items import PROFILE, UserItem, user_key
from tiketi.catalogue.changes import find_event
from tiketi.catalogue.cursor import Position, seal, unseal
from tiketi.ids import customer_of, customer_of_ticket, order_of_ticket
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.csv_text import csv_text
from tiketi.sales.event_tickets import Place, read_tickets, ticket_ids_from
from tiketi.sales.items import TicketItem
from tiketi.sales.returns import kept_of

MOST_ROWS = 2_000
"""Of a page, at most some 300 bytes each: a tenth of what a function may answer."""
JSON_ROWS = 100

Row = dict[str, Any]


def _blank_is_absent(value: object) -> object:
    return None if value == "" else value


class ListInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    format: Annotated[Literal["json", "csv"] | None, BeforeValidator(_blank_is_absent)] = None
    limit: Annotated[Annotated[int, Field(ge=1, le=MOST_ROWS)] | None, BeforeValidator(_blank_is_absent)] = None
    cursor: Annotated[str, Field(max_length=1000)] = ""

    def is_csv(self, accept: str) -> bool:
        """`format` goes before what the Accept header asks for."""
        return self.format == "csv" or (self.format is None and "text/csv" in accept.lower())


@dataclass(frozen=True)
class ListPage:
    name: str
    event_id: str
    rows: list[Row]
    columns: Sequence[str]
    is_first: bool
    next_cursor: str | None
    limit: int

    def answer(self) -> dict[str, Any]:
        return {self.name: self.rows, "next_cursor": self.next_cursor}

    def csv(self) -> str:
        return csv_text(self.columns, ([row[name] for name in self.columns] for row in self.rows), first=self.is_first)

    def csv_headers(self) -> dict[str, str]:
        headers = {"Content-Disposition": f'attachment; filename="{self.name}-{self.event_id}.csv"'}
        if self.next_cursor:
            headers["Link"] = f'<?format=csv&limit={self.limit}&cursor={self.next_cursor}>; rel="next"'
        return headers


def attendees(event_id: str, organizer_id: str, asked: ListInput, *, is_csv: bool) -> ListPage:
    """A row for each ticket, whatever became of it. Half a read unit for a ticket, and as much for its holder.

    Raises Refusal `event_not_found`, `not_your_event`, `bad_cursor`.
    """
    return _page("attendees", _ATTENDEE, _attendee_rows, event_id, organizer_id, asked, is_csv)


def orders(event_id: str, organizer_id: str, asked: ListInput, *, is_csv: bool) -> ListPage:
    """A row for each order that got its tickets, also when it was given back. Its first ticket leads to it, so a page
    may have fewer rows than tickets. Costs and raises as `attendees`.
    """
    return _page("orders", _ORDER, _order_rows, event_id, organizer_id, asked, is_csv)


def _page(
    name: str,
    columns: Sequence[str],
    rows_of: Callable[[list[str]], Iterable[Row]],
    event_id: str,
    organizer_id: str,
    asked: ListInput,
    is_csv: bool,
) -> ListPage:
    find_event(event_id, organizer_id)
    listing = f"{name} of {event_id}"
    start = unseal(listing, asked.cursor) if asked.cursor else None
    limit = asked.limit or (MOST_ROWS if is_csv else JSON_ROWS)
    ids, place = ticket_ids_from(event_id, Place(start.page, start.sort) if start else Place(), limit)
    following = None if place.is_end else seal(listing, Position(place.after, place.part))
    return ListPage(name, event_id, list(rows_of(ids)), columns, start is None, following, limit)


_ATTENDEE = ("code", "ticket_type", "status", "name", "admitted_at", "gate", "purchase_date", "order_id", "ticket_id")


def _attendee_rows(ids: list[str]) -> Iterable[Row]:
    tickets = {ticket.ticket_id: ticket for ticket in read_tickets(ids)}
    names = _names(customer_of_ticket(each) for each in ids)
    present = (tickets[each] for each in ids if each in tickets)
    return (_attendee(ticket, names) for ticket in present)


def _came_by_address(ticket: TicketItem) -> bool:
    """Whoever was given a ticket is not named: an e-mail address was all it took, and would yield a name."""
    return bool(ticket.given_by or ticket.transferred_from)


def _attendee(ticket: TicketItem, names: Mapping[str, str]) -> Row:
    return {
        "ticket_id": ticket.ticket_id,
        "code": ticket.code,
        "ticket_type": ticket.ticket_type,
        "status": ticket.status,
        "name": "" if _came_by_address(ticket) else names.get(customer_of_ticket(ticket.ticket_id) or "", ""),
        "admitted_at": ticket.admitted_at,
        "gate": ticket.admitted_gate,
        "purchase_date": ticket.purchase_date,
        "order_id": ticket.order_id,
    }


_ORDER = (
    "account_reference",
    "paid_at",
    "ticket_type",
    "quantity",
    "unit_price",
    "amount",
    "refund_amount",
    "status",
    "reason",
    "receipt",
    "phone",
    "name",
    "complimentary",
    "order_id",
)


def _order_rows(ids: list[str]) -> Iterable[Row]:
    """The first ticket of each order stands for it. A ticket that was passed on has an order id of its own, and no
    payment."""
    order_ids = [order_of_ticket(each) or "" for each in ids if each.endswith("-1")]
    keys = [payment_key(order_id) for order_id in order_ids]
    payments = {item.order_id: item for item in PaymentItem.batch_get(keys)} if keys else {}
    names = _names(customer_of(order_id) for order_id in payments)
    return (_order(payments[each], names) for each in order_ids if each in payments)


def _order(payment: PaymentItem, names: Mapping[str, str]) -> Row:
    given_back = payment.order_status in ("refund_pending", "refunded")
    amount = int(payment.amount)
    return {
        "order_id": payment.order_id,
        "account_reference": payment.account_reference,
        "paid_at": payment.paid_at,
        "ticket_type": payment.ticket_type,
        "quantity": int(payment.quantity),
        "unit_price": int(payment.unit_price),
        "amount": amount,
        "refund_amount": amount - kept_of(payment) if given_back else 0,
        "status": payment.order_status,
        "reason": payment.reason or None,
        "receipt": payment.receipt,
        "phone": f"…{payment.phone_number[-3:]}" if payment.phone_number else None,
        "name": "" if payment.complimentary_by else names.get(customer_of(payment.order_id) or "", ""),
        "complimentary": bool(payment.complimentary_by),
    }


def _names(user_ids: Iterable[str | None]) -> dict[str, str]:
    """Of those whose account is still there, each read once."""
    keys = [(user_key(user_id), PROFILE) for user_id in dict.fromkeys(user_ids) if user_id]
    found = UserItem.batch_get(keys, attributes_to_get=["user_id", "name", "type"]) if keys else ()
    return {user.user_id: user.name for user in found}
