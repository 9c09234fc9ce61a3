"""An organizer gives tickets away: a free order of the recipient's, on the way of every other order.

So it takes stock as a buyer does, is finished by the finalizer whatever crashes, reaches its holder by SMS and e-mail,
and counts as sold for KES 0.
"""

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from tiketi import clock
from tiketi.accounts.fields import EmailAddress
from tiketi.accounts.items import find_email_owner
from tiketi.catalogue.changes import find_event
from tiketi.delivery.rate import count
from tiketi.errors import Refusal
from tiketi.payments.items import PaymentItem
from tiketi.sales.buy_ticket import BuyTicket
from tiketi.sales.items import customer_key
from tiketi.sales.purchase import BuyTicketInput, Purchase
from tiketi.settings import settings
from tiketi.table import Item, put_if

MOST_AT_ONCE = 50
KEPT_SECONDS = 7 * 86_400


class ComplimentaryInput(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    ticket_type: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    quantity: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    email: EmailAddress = Field(repr=False)


class GiftItem(Item, discriminator="gift"):
    """`USER#<organizer>` / `GIFT#<hash of the Idempotency-Key>`: whom it is for, and what it was asked with."""

    recipient = UnicodeAttribute()
    request_hash = UnicodeAttribute()
    delete_after = NumberAttribute()


def give_tickets(
    buy: BuyTicket, event_id: str, organizer_id: str, given: ComplimentaryInput, key: str, correlation_id: str
) -> PaymentItem:
    """The recipient's order. With the same Idempotency-Key it is given once.

    Raises Refusal `event_not_found`, `not_your_event`, `event_not_published`, `recipient_not_found`, `too_many_gifts`,
    `idempotency_key_reused`, and what a purchase is refused with, but for the sale's times and the limit of an order,
    which bind customers.
    """
    find_event(event_id, organizer_id)
    recipient = _recipient(organizer_id, event_id, given, key)
    purchase = Purchase(
        user_id=recipient,
        wanted=BuyTicketInput(event_id=event_id, ticket_type=given.ticket_type, quantity=given.quantity),
        # No key that a customer sends has a line break in it.
        idempotency_key=f"gift\n{organizer_id}\n{key}" if key else "",
        callback_base="",
        correlation_id=correlation_id,
        given_by=organizer_id,
    )
    return buy(purchase)


def _recipient(organizer_id: str, event_id: str, given: ComplimentaryInput, key: str) -> str:
    """A key keeps to the recipient it was first used for, whoever has the address by now.

    It is counted before anybody is looked for: so nobody finds out by it which of many addresses have an account.
    """
    gift = GiftItem(
        customer_key(organizer_id),
        f"GIFT#{_hash(key)}",
        request_hash=_hash(event_id + given.model_dump_json()),
        delete_after=clock.epoch_now() + KEPT_SECONDS,
    )
    first = _first(gift) if key else None
    if first:
        return first
    count(organizer_id, "GIFT", settings().gifts_per_hour, "too_many_gifts")
    owner = find_email_owner(given.email)
    if owner is None:
        raise Refusal("recipient_not_found")
    gift.recipient = owner
    if not key or put_if(gift, GiftItem.pk.does_not_exist()):
        return owner
    return _first(gift) or owner


def _first(gift: GiftItem) -> str | None:
    """The recipient of an earlier request with the same key: it sends nothing new, so it is not counted again."""
    try:
        first = GiftItem.get(gift.pk, gift.sk, consistent_read=True)
    except DoesNotExist:
        return None
    if first.request_hash != gift.request_hash:
        raise Refusal("idempotency_key_reused")
    return first.recipient


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
