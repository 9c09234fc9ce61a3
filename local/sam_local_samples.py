"""python -m local.sam_local_samples: what the sample events in `events/` speak of, put where it is missing.

A customer, an event of his own to change, an event to buy tickets for, and an order that waits for its callback.
Runs with the environment of a function, against the table that it names.
"""

from datetime import timedelta

from tiketi import clock
from tiketi.accounts.items import PROFILE, UserItem, email_guard, find_user, user_key
from tiketi.accounts.passwords import hash_password
from tiketi.catalogue.event_rules import stock_of
from tiketi.catalogue.items import EVENT, FIGURES, EventItem, FiguresItem, Tier, event_key, read_items
from tiketi.catalogue.listings import refresh_soon
from tiketi.catalogue.popularity import RANKED, rank
from tiketi.payments.callback_token import CallbackToken
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool
from tiketi.settings import settings

CUSTOMER = "01JD5QK7V1M8Z6T3W9XHAPN4EB"
OWN_EVENT = "01JE0N8YV3QK5W7R2T4X6Z8A1C"
EVENT_ON_SALE = "01JE0N8YV3QK5W7R2T4X6Z8A1D"
ANOTHER_ORGANIZER = "01JD5QK7V1M8Z6T3W9XHAPN4EC"
ORDER = CallbackToken(f"{CUSTOMER}-SAMP1E0RDER00001", "7d1f0c52a9e84b36905e2f6ad81b4c37")
CHECKOUT_REQUEST_ID = "ws_CO_01122026123000712345678"
MERCHANT_REQUEST_ID = "29115-34620561-1"
TIERS: dict[str, Tier] = {"Early Bird": {"price": 500}, "VIP": {"price": 2500, "capacity": 30}}
TICKETS = 300


def put_customer() -> None:
    """Not with the address of events/accounts/register.json, which is to be free."""
    if find_user(CUSTOMER):
        return
    user = UserItem(
        user_key(CUSTOMER),
        PROFILE,
        user_id=CUSTOMER,
        email="asha.mwangi@example.com",
        password_hash=hash_password("mtoto wa Lamu"),
        role="customer",
        phone_number="254712345678",
        name="Asha Mwangi",
        created_at=clock.rfc3339(clock.utc_now()),
    )
    email_guard(user.email, CUSTOMER).save()
    user.save()


def put_event(event_id: str, organizer_id: str, title: str) -> None:
    if read_items(event_id, consistent=True)[0]:
        return
    now = clock.utc_now()
    capacities, total = stock_of(TIERS, TICKETS, total_is_asked_for=True)
    event = EventItem(
        event_key(event_id),
        EVENT,
        event_id=event_id,
        organizer_id=organizer_id,
        title=title,
        location="KICC, Nairobi",
        category="Music",
        tags=["live", "afro"],
        start_date=clock.rfc3339(now + timedelta(days=30)),
        end_date=clock.rfc3339(now + timedelta(days=30, hours=8)),
        tiers=TIERS,
        pools={name: stock.pool_size(capacity) for name, capacity in capacities.items()},
        total_tickets=total,
        created_at=clock.rfc3339(now),
    )
    stock.create_shards(event_id, event.pools)
    event.save()
    FiguresItem(event_key(event_id), FIGURES, gsi1_pk=RANKED, gsi1_sk=rank(event, 0, now)).save()
    refresh_soon(event_id)


def put_order() -> None:
    """Its prompt is on no phone, but events/payments/mpesa_callback.json says how it ends."""
    if find_payment(ORDER.order_id):
        return
    until = clock.epoch_now() + settings().hold_seconds
    price = TIERS["VIP"]["price"]
    payment = PaymentItem(
        *payment_key(ORDER.order_id),
        order_id=ORDER.order_id,
        event_id=EVENT_ON_SALE,
        event_title="Safari Sounds",
        ticket_type="VIP",
        pool="VIP",
        pool_shards=1,
        quantity=1,
        unit_price=price,
        amount=price,
        phone_number="254712345678",
        account_reference="TSAMP1E0RDER",
        token_hash=ORDER.hash,
        request_hash="",
        created_at=clock.rfc3339(clock.utc_now()),
        expires_at=until,
        merchant_request_id=MERCHANT_REQUEST_ID,
        checkout_request_id=CHECKOUT_REQUEST_ID,
        gsi1_pk=f"CHECKOUT#{CHECKOUT_REQUEST_ID}",
        gsi1_sk=ORDER.order_id,
    )
    payment.save()
    stock.hold(Pool(EVENT_ON_SALE, "VIP", 1), ORDER.order_id, 1, until)


def main() -> None:
    put_customer()
    put_event(OWN_EVENT, CUSTOMER, "Koroga Festival")
    put_event(EVENT_ON_SALE, ANOTHER_ORGANIZER, "Safari Sounds")
    put_order()


if __name__ == "__main__":
    main()
