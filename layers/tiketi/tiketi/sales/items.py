"""The items of a sale: the ticket that admits one person, and the guard that keeps one payment open per phone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from tiketi.ids import TICKET_CODE_ALPHABET, customer_of_ticket, ticket_code
from tiketi.settings import secret
from tiketi.table import Item

if TYPE_CHECKING:
    from tiketi.payments.items import PaymentItem


def customer_key(user_id: str) -> str:
    """The partition of everything a customer has: profile, payments, tickets."""
    return f"USER#{user_id}"


class EventTicketsIndex(GlobalSecondaryIndex["TicketItem"]):
    """The tickets of an event, over one partition for each first character of their codes, so that none is hot."""

    class Meta:
        index_name = "GSI1"
        projection = IncludeProjection(["type"])

    gsi1_pk = UnicodeAttribute(hash_key=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(range_key=True, attr_name="GSI1SK")


class TicketItem(Item, discriminator="ticket"):
    """`USER#<customer>` / `TICKET#<ticket id>`. `price` is whole KES; `code` is what a person reads out at the gate.

    `order_id` is the order that paid for it, which is not its holder's after it was passed on.
    `status` is `valid`, `void`, `refunded` or `transferred`. A valid ticket that was used at the gate has
    `admitted_at`; whatever ends a ticket demands that it has not.
    """

    ticket_id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    event_title = UnicodeAttribute()
    ticket_type = UnicodeAttribute()
    price = NumberAttribute()
    status = UnicodeAttribute(default="valid")
    code = UnicodeAttribute(default="")
    purchase_date = UnicodeAttribute()
    admitted_at = UnicodeAttribute(null=True)
    admitted_gate = UnicodeAttribute(null=True)
    admitted_scan = UnicodeAttribute(null=True)
    """Which scan it was: `<gate staff>#<scan>`."""
    given_by = UnicodeAttribute(null=True)
    """The organizer who gave it away."""
    transferred_to = UnicodeAttribute(null=True)
    """The ticket of another holder that it became."""
    transferred_from = UnicodeAttribute(null=True)
    transferred_at = UnicodeAttribute(null=True)
    received_at = UnicodeAttribute(null=True)
    """When its holder was given it by another one."""
    ended_at = UnicodeAttribute(null=True)
    """When it ended with its order."""
    voided_by = UnicodeAttribute(null=True)
    """The organizer who made it void, at `voided_at`, because of `void_reason`."""
    voided_at = UnicodeAttribute(null=True)
    void_reason = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(default="")
    gsi1_pk = UnicodeAttribute(null=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(null=True, attr_name="GSI1SK")
    by_event = EventTicketsIndex()


def new_ticket(ticket_id: str, of: "TicketItem | PaymentItem", **more: Any) -> TicketItem:
    """A ticket that admits, with a code of its own, of the same order and for the same seat as what it comes `of`."""
    code = ticket_code(ticket_id, secret("SECRET_KEY"))
    return TicketItem(
        *ticket_key(ticket_id),
        ticket_id=ticket_id,
        order_id=of.order_id,
        event_id=of.event_id,
        event_title=of.event_title,
        ticket_type=of.ticket_type,
        code=code,
        gsi1_pk=event_tickets_key(of.event_id, code),
        gsi1_sk=f"{code}#{ticket_id}",
        **more,
    )


def ticket_key(ticket_id: str) -> tuple[str, str]:
    """The key of a ticket from its id alone; `ticket_id` must be a ticket id."""
    return f"USER#{customer_of_ticket(ticket_id)}", f"TICKET#{ticket_id}"


def event_tickets_key(event_id: str, code: str) -> str:
    """The partition of the index that has an event's ticket with this code."""
    return f"TICKETS#{event_id}#{code[0]}"


def event_ticket_ids(event_id: str) -> Iterator[str]:
    """All tickets of an event, in the order of their codes, eventually consistent; half a read unit for about 60."""
    for first in TICKET_CODE_ALPHABET:
        for found in TicketItem.by_event.query(event_tickets_key(event_id, first)):
            yield found.gsi1_sk.partition("#")[2]


def ticket_ids_with_code(event_id: str, code: str) -> list[str]:
    """None for an unknown code; more than one where two tickets of an event share theirs, once in many events."""
    query = TicketItem.by_event.query(event_tickets_key(event_id, code), TicketItem.gsi1_sk.startswith(f"{code}#"))
    return [found.gsi1_sk.partition("#")[2] for found in query]


class PhoneGuardItem(Item, discriminator="phone_guard"):
    """`PHONE#<hash>` / `GUARD`: the order whose payment is open on a phone, and until which second at most."""

    order_id = UnicodeAttribute()
    until = NumberAttribute()
    delete_after = NumberAttribute()
