"""A holder gives a ticket to somebody else: the old one dies, and a new one is born, in one transaction.

The new ticket is another item with a code and a QR code of its own; both stay with the order that paid. The transaction
demands that the order still is `completed`, so there is never a ticket for money that went back.
"""

from pydantic import BaseModel, ConfigDict, Field
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.accounts.fields import EmailAddress
from tiketi.accounts.items import PROFILE, UserItem, find_email_owner, user_key
from tiketi.catalogue.changes import read_event
from tiketi.catalogue.items import CANCELLED
from tiketi.delivery.notices import enqueue, ticket_transferred
from tiketi.delivery.rate import count
from tiketi.errors import Refusal
from tiketi.ids import customer_of_ticket, repeatable_order_id
from tiketi.logs import logger
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales.items import TicketItem, new_ticket, ticket_key
from tiketi.settings import settings
from tiketi.table import transact_if, transaction

_ATTEMPTS = 3
"""Each lost one means that the ticket, its order or the recipient changed meanwhile; the next read then refuses."""


class TransferInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    email: EmailAddress = Field(repr=False)


def transfer_ticket(user_id: str, ticket_id: str, email: str, correlation_id: str) -> TicketItem:
    """The old ticket, `transferred`. To give it to the same person again changes nothing. 10 write units.

    Raises Refusal `ticket_not_found`, `ticket_ended`, `ticket_used`, `event_over`, `event_cancelled`,
    `recipient_not_found`, `recipient_has_it`, `too_many_transfers`, or `changed_meanwhile`.
    """
    for attempt in range(_ATTEMPTS):
        ticket = _own(user_id, ticket_id)
        if ticket.transferred_to:
            return _repeated(ticket, email)
        _demand_usable(ticket)
        if attempt == 0:
            count(user_id, "TRANSFER", settings().transfers_per_hour, "too_many_transfers")
        recipient = find_email_owner(email)
        if recipient is None:
            raise Refusal("recipient_not_found")
        if recipient == user_id:
            raise Refusal("recipient_has_it")
        new = _successor(ticket, recipient, correlation_id)
        if _commit(ticket, new, recipient):
            enqueue(ticket_transferred(new.ticket_id))
            logger.info("ticket transferred", extra={"ticket_id": ticket_id, "transferred_to": new.ticket_id})
            return _own(user_id, ticket_id)
    raise Refusal("changed_meanwhile")


def _own(user_id: str, ticket_id: str) -> TicketItem:
    if customer_of_ticket(ticket_id) != user_id:
        raise Refusal("ticket_not_found")
    try:
        return TicketItem.get(*ticket_key(ticket_id), consistent_read=True)
    except DoesNotExist as error:
        raise Refusal("ticket_not_found") from error


def _repeated(ticket: TicketItem, email: str) -> TicketItem:
    """A repeat tells the new holder, in case the first one was cut off before it did. To anybody else it is gone."""
    new_id = str(ticket.transferred_to)
    if find_email_owner(email) != customer_of_ticket(new_id):
        raise Refusal("ticket_ended")
    enqueue(ticket_transferred(new_id))
    return ticket


def _demand_usable(ticket: TicketItem) -> None:
    payment = find_payment(ticket.order_id)
    if ticket.status != "valid" or payment is None or payment.order_status != "completed":
        raise Refusal("ticket_ended")
    if ticket.admitted_at:
        raise Refusal("ticket_used")
    event = read_event(ticket.event_id)
    if event is None or clock.parse(event.end_date) <= clock.utc_now():
        raise Refusal("event_over")
    if event.status == CANCELLED:
        raise Refusal("event_cancelled")


def _successor(ticket: TicketItem, recipient: str, correlation_id: str) -> TicketItem:
    """Its id is derived, so whoever tries again makes the same one; no Idempotency-Key has a line break in it."""
    ticket_id = f"{repeatable_order_id(recipient, f'transfer\n{ticket.ticket_id}')}-1"
    return new_ticket(
        ticket_id,
        ticket,
        price=int(ticket.price),
        purchase_date=ticket.purchase_date,
        transferred_from=ticket.ticket_id,
        received_at=clock.rfc3339(clock.utc_now()),
        given_by=ticket.given_by,
        correlation_id=correlation_id,
    )


def _commit(ticket: TicketItem, new: TicketItem, recipient: str) -> bool:
    """False, with nothing written, when something was no longer as it was read."""

    def commit() -> None:
        with transaction() as together:
            together.update(
                TicketItem(ticket.pk, ticket.sk),
                actions=[
                    TicketItem.status.set("transferred"),
                    TicketItem.transferred_to.set(new.ticket_id),
                    TicketItem.transferred_at.set(clock.rfc3339(clock.utc_now())),
                ],
                condition=(TicketItem.status == "valid") & TicketItem.admitted_at.does_not_exist(),
            )
            together.save(new)
            together.condition_check(
                PaymentItem, *payment_key(ticket.order_id), condition=PaymentItem.order_status == "completed"
            )
            together.condition_check(UserItem, user_key(recipient), PROFILE, condition=UserItem.pk.exists())

    return transact_if(commit)
