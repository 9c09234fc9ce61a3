"""A request to buy, and the order that is made of it: what may be bought, at the price of the tier."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tiketi import clock
from tiketi.catalogue.figures import look_again
from tiketi.catalogue.items import Event, load_event
from tiketi.errors import Refusal, invalid_field
from tiketi.payments.callback_token import CallbackToken, new_token
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.phone import PhoneNumber
from tiketi.sales.cancellation_rules import terms_now
from tiketi.sales.deadline import WORKING_SECONDS
from tiketi.sales.purchase_rules import tier_to_give, tier_to_sell
from tiketi.settings import settings

HINT_SECONDS = 60
"""So old may the figures be that tell a buyer "sold out"."""


class BuyTicketInput(BaseModel):
    """`amount` may be sent and is ignored: the price is the tier's."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    event_id: str = Field(min_length=1, max_length=64)
    ticket_type: str = Field(min_length=1, max_length=60)
    quantity: int = Field(default=1, ge=1, le=100)
    phone_number: PhoneNumber | None = None
    access_code: str = Field(default="", max_length=40, repr=False)
    """Opens a tier that its organizer has hidden."""

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Purchase:
    """One request to buy: who, what, and what it is recognized by when it comes again."""

    user_id: str
    wanted: BuyTicketInput
    idempotency_key: str
    callback_base: str
    """This API's public address including its stage: Daraja's callback comes there."""
    correlation_id: str
    given_by: str = ""
    """The organizer who gives the tickets away; empty where the customer buys them."""


def new_payment(purchase: Purchase, order_id: str) -> tuple[PaymentItem, CallbackToken]:
    """The order as it is to be written, with its secret. Raises Refusal for what may not be bought at this moment."""
    wanted = purchase.wanted
    now = clock.utc_now()
    event = _with_a_hint_of_now(load_event(wanted.event_id), wanted.ticket_type)
    price = _price(purchase, event, now)
    if event.says_sold_out(wanted.ticket_type, int(now.timestamp())):
        raise Refusal("sold_out", ticket_type=wanted.ticket_type)
    if price and wanted.phone_number is None:
        raise invalid_field("phone_number", "missing", "Say which phone pays.")
    token = new_token(order_id)
    payment = PaymentItem(
        *payment_key(order_id),
        order_id=order_id,
        event_id=event.id,
        event_title=event.item.title,
        ticket_type=wanted.ticket_type,
        pool=event.item.pool_of(wanted.ticket_type),
        pool_shards=event.item.pool(wanted.ticket_type)["shards"],
        quantity=wanted.quantity,
        max_per_customer=_limit(purchase, event),
        refund_terms=_refund_terms(event),
        unit_price=price,
        amount=price * wanted.quantity,
        phone_number=wanted.phone_number or "",
        account_reference=account_reference(order_id),
        token_hash=token.hash,
        request_hash=wanted.hash,
        created_at=clock.rfc3339(now),
        expires_at=int(now.timestamp()) + settings().hold_seconds,
        working_until=int(now.timestamp()) + WORKING_SECONDS,
        complimentary_by=purchase.given_by or None,
        correlation_id=purchase.correlation_id,
    )
    return payment, token


def _price(purchase: Purchase, event: Event, now: datetime) -> int:
    """KES for each ticket. Raises Refusal when it may not be had."""
    wanted = purchase.wanted
    if purchase.given_by:
        tier_to_give(event, wanted.ticket_type, now)
        return 0
    return tier_to_sell(event, wanted.ticket_type, wanted.quantity, now, wanted.access_code)["price"]


def _refund_terms(event: Event) -> dict[str, Any] | None:
    """What the organizer promises at this moment: he may promise less to others later."""
    terms = terms_now(event.item)
    return terms and terms.kept()


def _limit(purchase: Purchase, event: Event) -> int | None:
    """Whoever gives tickets away may give as many as he likes."""
    tier = event.item.tier(purchase.wanted.ticket_type)
    return tier.get("max_per_customer") if tier and not purchase.given_by else None


def _with_a_hint_of_now(event: Event, ticket_type: str) -> Event:
    """Nobody is told "sold out" by figures of more than a minute ago: one buyer a minute brings them up to date."""
    now = clock.epoch_now()
    old = event.says_sold_out(ticket_type, now) and event.looked_at + HINT_SECONDS <= now
    return look_again(event.id) if old else event


def account_reference(order_id: str) -> str:
    """What the customer reads in the prompt and in the SMS: 12 characters, 55 bits of the order's id, so unique."""
    return f"T{order_id.rpartition('-')[2][:11]}"
