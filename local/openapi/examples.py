"""Examples that belong together: one customer, one event, one order. What the code can build, it builds."""

import json
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from local.daraja.callbacks import Outcome, callback_body
from local.daraja.plans import CallbackPlan
from local.daraja.results import CANCELLED as CANCELLED_ON_PHONE
from local.daraja.results import PAID, Result
from tiketi import clock
from tiketi.accounts.items import UserItem
from tiketi.catalogue.items import Event, EventItem
from tiketi.payments.items import PaymentItem
from tiketi.sales.orders import order_answer
from tiketi.sales.purchase import account_reference

ORDERED_AT = datetime(2026, 11, 20, 9, 30, 0, tzinfo=UTC)
HOLD_SECONDS = 180
USER_ID = "01K9Z3Q6W8R4T5Y6V7B8N9M0PA"
ORGANIZER_ID = "01K9Z3Q6W8R4T5Y6V7B8N9M0PB"
EVENT_ID = "01K9ZA7E5DF6G7H8J9K0XCVB3N"
ORDER_ID = f"{USER_ID}-7K3MQ2W9E5R8T1Y6"
REQUEST_ID = "6f1c0f5e-4f3f-4e0b-9d55-0a6b3a1c7d10"
CHECKOUT_REQUEST_ID = "ws_CO_20112026123001123712345678"
MERCHANT_REQUEST_ID = "29115-34620561-1"
STAFF_ID = "01K9ZB4Q6W8R4T5Y6V7B8N9M0D"
SCAN_ID = "0d9c2a64-5f0e-4a0b-8f4e-2b6d1c1f9f5a"
INVITE = f"{EVENT_ID}.{STAFF_ID}.q83vEjRWeJCrze8SNFZ4kA"
INVITE_LINK = f"https://api.example.com/v1/gate#invite={INVITE}"
TICKET_TOKEN = "6BF000000…"
RECEIPT = "SKJ4H7T61S"
PHONE = "254712345678"
ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl"

REGISTRATION: dict[str, Any] = {
    "email": "achieng@example.com",
    "password": "karibu-tamasha-2026",
    "phone_number": "0712 345 678",
    "name": "Achieng Otieno",
}
USER = UserItem(
    user_id=USER_ID,
    email="achieng@example.com",
    role="customer",
    phone_number=PHONE,
    name="Achieng Otieno",
    language="en",
).answer()

NEW_EVENT: dict[str, Any] = {
    "title": "Nyege Nights",
    "description": "Bands from six counties, until the sun comes up.",
    "location": "KICC, Nairobi",
    "category": "Concert",
    "tags": "music, live",
    "start_date": "2026-12-24T18:00",
    "end_date": "2026-12-24T23:30",
    "image_url": "https://images.example.com/nyege.jpg",
    "ticket_tiers": {
        "Early Bird": {"price": 500, "sales_end": "2026-12-01T00:00"},
        "VIP": {"price": 2500, "capacity": 40, "max_per_order": 4},
        "Community": {"price": 0, "capacity": 10, "max_per_customer": 2},
    },
    "total_tickets": 250,
}
EVENT_FORM: dict[str, Any] = {
    "title": "Nyege Nights",
    "description": "",
    "location": "KICC, Nairobi",
    "category": "Concert",
    "tags": "music, live",
    "start_date": "2026-12-24T18:00",
    "end_date": "2026-12-24T23:30",
    "image_url": "",
    "ticket_tiers": {"Early Bird": {"price": "500"}, "VIP": {"price": "2500"}, "VVIP": {"price": ""}},
    "total_tickets": "100",
}
EVENT = Event(
    EventItem(
        event_id=EVENT_ID,
        organizer_id=ORGANIZER_ID,
        **{
            key: NEW_EVENT[key]
            for key in ("title", "description", "location", "category", "image_url", "total_tickets")
        },
        tags=["music", "live"],
        start_date="2026-12-24T15:00:00Z",
        end_date="2026-12-24T20:30:00Z",
        tiers={
            "Early Bird": {"price": 500, "sales_end": "2026-11-30T21:00:00Z", "max_per_order": 10},
            "VIP": {"price": 2500, "capacity": 40, "max_per_order": 4},
            "Community": {"price": 0, "capacity": 10, "max_per_order": 10, "max_per_customer": 2},
        },
        pools={},
    ),
    sold={"VIP": 12, "*": 30},
    sold_out_until={},
).answer()
CANCELLATION: dict[str, Any] = {
    "event_id": EVENT_ID,
    "state": "refunding",
    "cancelled_at": "2026-11-21T08:00:00Z",
    "finished_at": "2026-11-21T08:00:09Z",
    "tickets_left": 0,
    "orders_ended": 31,
    "orders_to_refund": 29,
    "orders_refunded": 12,
    "amount_to_refund": 45000,
    "amount_refunded": 20000,
}
EVENT_PAGE: dict[str, Any] = {
    "events": [EVENT],
    "total_pages": 3,
    "current_page": 1,
    "total_events": 21,
    "per_page": 10,
    "next_cursor": "q83vEjRWeJCrze8SNFZ4kFsiMjAyNi0xMi0yNFQxNTowMDowMFoiLCAyXQ",
}


def _order(language: Any = "en", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "order_id": ORDER_ID,
        "event_id": EVENT_ID,
        "event_title": NEW_EVENT["title"],
        "ticket_type": "VIP",
        "quantity": 2,
        "amount": 5000,
        "checkout_request_id": CHECKOUT_REQUEST_ID,
        "account_reference": account_reference(ORDER_ID),
        "created_at": clock.rfc3339(ORDERED_AT),
        "expires_at": int(ORDERED_AT.timestamp()) + HOLD_SECONDS,
        **changes,
    }
    with patch.object(clock, "epoch_now", lambda: int(ORDERED_AT.timestamp()) + 2):
        return order_answer(PaymentItem(**values), language)


PUBLIC_URL = "https://api-id.execute-api.af-south-1.amazonaws.com/v1"
TICKET_LINK = "AZ-H4bm4jSgVlgOwS0ZLfCeLmQ5PdQSkBm0p9vYlR3C0FJa3x5rWZ2u8kQ"
PENDING = _order()
FREE = _order(ticket_type="Community", quantity=1, amount=0, checkout_request_id=None, status="PAID")
COMPLETED = {
    **_order(status="PAID", order_status="completed", receipt=RECEIPT),
    "tickets": [
        {
            "id": f"{ORDER_ID}-{number}",
            "ticket_type": "VIP",
            "status": "valid",
            "code": code,
            "url": f"{PUBLIC_URL}/t/{TICKET_LINK}",
        }
        for number, code in ((1, "7K3M01XZ"), (2, "Q9D2WB4T"))
    ],
}
WRONG_PIN = _order(status="FAILED", order_status="failed", reason="wrong_pin")
CANCELLED = _order(status="FAILED", order_status="cancelled", reason="cancelled_by_customer")
EXPIRED = _order(status="EXPIRED", order_status="expired")
REFUND_PENDING = _order(status="PAID", order_status="refund_pending", reason="sold_out_before_payment", receipt=RECEIPT)
GIVEN_BACK = _order(status="PAID", order_status="refund_pending", reason="cancelled_by_request", receipt=RECEIPT)
TICKET = {
    "id": f"{ORDER_ID}-1",
    "order_id": ORDER_ID,
    "event_id": EVENT_ID,
    "event_title": NEW_EVENT["title"],
    "ticket_type": "VIP",
    "price": 2500,
    "status": "valid",
    "purchase_date": "2026-11-20T09:30:21Z",
    "code": "7K3M01XZ",
    "url": f"{PUBLIC_URL}/t/{TICKET_LINK}",
}
HELD_TICKET = {
    **TICKET,
    "location": NEW_EVENT["location"],
    "start_date": EVENT["start_date"],
    "end_date": EVENT["end_date"],
    "state": "valid",
    "admitted_at": None,
    "admitted_gate": None,
    "token": "Y50LC3B2NCH0 O2TB0/5A3WDRGK2QFOS8$KQ17ZOM4CV0NGQ5…",
}
TICKET_KEY = {
    "kty": "OKP",
    "crv": "Ed25519",
    "kid": "5e0c1f7a",
    "use": "sig",
    "alg": "EdDSA",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
PAYMENT = {
    "id": ORDER_ID,
    "order_id": ORDER_ID,
    "event_id": EVENT_ID,
    "event_title": NEW_EVENT["title"],
    "ticket_type": "VIP",
    "quantity": 2,
    "amount": 5000,
    "status": "completed",
    "order_status": "completed",
    "payment_method": "MPESA",
    "transaction_id": RECEIPT,
    "payment_date": "2026-11-20T09:30:21Z",
}


def _callback(result: Result, receipt: str | None) -> dict[str, Any]:
    """As the Daraja simulator sends it, which follows Safaricom's samples."""
    outcome = Outcome(MERCHANT_REQUEST_ID, CHECKOUT_REQUEST_ID, result, 5000, receipt, PHONE, ORDERED_AT)
    return json.loads(callback_body(outcome, CallbackPlan()))


PAID_CALLBACK = _callback(PAID, RECEIPT)
CANCELLED_CALLBACK = _callback(CANCELLED_ON_PHONE, None)

REFUND_RESULT: dict[str, Any] = {
    "Result": {
        "ResultType": 0,
        "ResultCode": 0,
        "ResultDesc": "The service request is processed successfully.",
        "OriginatorConversationID": "71840-27539181-07",
        "ConversationID": "AG_20261201_12345e7d9b2c3a4f5e6d",
        "TransactionID": "SLU7RT61SW",
        "ResultParameters": {"ResultParameter": [{"Key": "Amount", "Value": 5000}, {"Key": "Charge", "Value": 0}]},
    }
}

CONFIRMATION: dict[str, Any] = {
    "TransactionType": "Pay Bill",
    "TransID": "SLU7RT61SV",
    "TransTime": "20261201123000",
    "TransAmount": "5000.00",
    "BusinessShortCode": "600123",
    "BillRefNumber": "T7K3MQ9XW2PA",
}

REFUSAL_WORDS: dict[str, Any] = {
    "detail": "Expecting value at line 1",
    "limit": 100_000,
    "ticket_type": "VIP",
    "quantity": 2,
    "minimum": 12,
    "sales_start": "2026-12-01T06:00:00Z",
    "until": "2026-12-23T15:00:00Z",
    "method": "GET",
    "path": "/v1/nope",
    "most": 3,
}
"""What fills the words of the refusals."""
WRONG_BODIES: dict[str, dict[str, Any]] = {
    "RegisterInput": {**REGISTRATION, "email": "achieng", "password": "short"},
    "UpdateUserInput": {"phone_number": "12"},
    "NewEvent": {**NEW_EVENT, "title": "", "ticket_tiers": {"VIP": {"price": "99.50"}}},
    "EventChanges": {"start_date": "tomorrow"},
    "BuyTicketInput": {"event_id": EVENT_ID, "ticket_type": "VIP", "quantity": 0, "phone_number": "12"},
    "InviteInput": {"phone_number": "12"},
    "SessionInput": {},
    "ScanInput": {"gate": "", "scan_id": "1", "code": "7K3M01XZ"},
    "BatchInput": {"scans": []},
    "UndoInput": {},
    "ManifestInput": {"cursor": "x" * 301},
    "EventQuery": {"code": "x" * 41},
    "ListQuery": {"page": "0"},
    "SearchQuery": {"limit": "1000"},
    "Paging": {"page": "0"},
    "PageInput": {"limit": "0"},
    "TransferInput": {"email": "juma"},
    "VoidInput": {"reason": "no"},
    "ComplimentaryInput": {"ticket_type": "VIP", "quantity": 51, "email": "juma"},
    "ListInput": {"format": "xml", "limit": "0"},
}
"""For each model an input it refuses; an empty one for the others."""
