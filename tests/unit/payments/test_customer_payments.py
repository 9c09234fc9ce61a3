"""A customer looks at what he paid, and at what became of it."""

import json
import time
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function
from tiketi.clock import from_epoch
from tiketi.ids import new_id, new_order_id
from tiketi.payments.items import PaymentItem, payment_key

ASHA, JUMA = new_id(), new_id()
NOW = int(time.time())
RECEIPT = "TLK7XYZ123"
CHECKOUT = "ws_CO_01122026093000123712345678"


def put_payment(user_id: str = ASHA, age: int = 60, **fields: Any) -> str:
    order_id = new_order_id(user_id)
    described: dict[str, Any] = {
        "order_id": order_id,
        "event_id": "01JD0000000000000000000001",
        "event_title": "Koroga Festival",
        "ticket_type": "VIP",
        "pool": "VIP",
        "pool_shards": 1,
        "quantity": 2,
        "unit_price": 2500,
        "amount": 5000,
        "phone_number": "254712345678",
        "account_reference": "TKT0123456",
        "token_hash": "the token's hash",
        "request_hash": "the request's hash",
        "created_at": from_epoch(NOW - age),
        "expires_at": NOW - age + (180 if age > 600 else 86_400),
        "checkout_request_id": CHECKOUT,
    }
    PaymentItem(*payment_key(order_id), **{**described, **fields}).save()
    return order_id


def payments(api: Any, user_id: str = ASHA, **query: str) -> Any:
    return api("payments/list_user_payments", "GET", "/user/payments", user=(user_id, "customer"), query=query)


def test_a_payment_that_waits_for_the_pin_is_known_by_its_checkout_request(table: Any, api: Any) -> None:
    order_id = put_payment()
    answer = payments(api)
    assert answer.status == 200
    assert answer.json == {
        "payments": [
            {
                "id": order_id,
                "order_id": order_id,
                "event_id": "01JD0000000000000000000001",
                "event_title": "Koroga Festival",
                "ticket_type": "VIP",
                "quantity": 2,
                "amount": 5000,
                "status": "pending",
                "order_status": "pending",
                "payment_method": "MPESA",
                "transaction_id": CHECKOUT,
                "payment_date": from_epoch(NOW - 60),
            }
        ],
        "next_cursor": None,
    }


def test_a_paid_one_is_known_by_its_receipt_and_dated_by_its_payment(table: Any, api: Any) -> None:
    paid_at = from_epoch(NOW - 20)
    put_payment(status="PAID", order_status="completed", receipt=RECEIPT, paid_at=paid_at)
    (payment,) = payments(api).json["payments"]
    assert (payment["status"], payment["transaction_id"], payment["payment_date"]) == ("completed", RECEIPT, paid_at)


@pytest.mark.parametrize(
    ("fields", "status", "order_status"),
    [
        ({"status": "PAID", "order_status": "pending"}, "completed", "pending"),
        ({"status": "PAID", "order_status": "completed"}, "completed", "completed"),
        ({"status": "PAID", "order_status": "refund_pending"}, "completed", "refund_pending"),
        ({"status": "PAID", "order_status": "refunded"}, "cancelled", "refunded"),
        ({"status": "FAILED", "reason": "cancelled_by_customer"}, "cancelled", "cancelled"),
        ({"status": "FAILED", "order_status": "failed", "reason": "wrong_pin"}, "failed", "failed"),
        ({"status": "EXPIRED", "order_status": "expired"}, "failed", "expired"),
        ({"age": 3600}, "failed", "expired"),
    ],
    ids=str,
)
def test_what_became_of_a_payment_is_told_in_the_clients_four_words(
    table: Any, api: Any, fields: dict[str, Any], status: str, order_status: str
) -> None:
    put_payment(**fields)
    (payment,) = payments(api).json["payments"]
    assert (payment["status"], payment["order_status"]) == (status, order_status)


def test_a_free_order_has_no_transaction(table: Any, api: Any) -> None:
    put_payment(status="PAID", order_status="completed", amount=0, unit_price=0, checkout_request_id=None)
    (payment,) = payments(api).json["payments"]
    assert (payment["transaction_id"], payment["amount"], payment["status"]) == (None, 0, "completed")


def test_the_newest_payment_comes_first_and_the_cursor_leads_on(table: Any, api: Any) -> None:
    orders = {age: put_payment(age=age) for age in (300, 100, 500, 200, 400)}
    first = payments(api, limit="3").json
    second = payments(api, limit="3", cursor=first["next_cursor"]).json
    shown = [payment["id"] for payment in first["payments"] + second["payments"]]
    assert shown == [orders[age] for age in (100, 200, 300, 400, 500)]
    assert second["next_cursor"] is None


def test_nobody_sees_somebody_elses_payments(table: Any, api: Any) -> None:
    put_payment(JUMA)
    assert payments(api).json == {"payments": [], "next_cursor": None}
    assert api("payments/list_user_payments", "GET", "/user/payments").status == 401


def test_neither_hashes_nor_the_phone_number_are_answered(table: Any, api: Any) -> None:
    put_payment(checkout_request_id=None)
    answer = str(payments(api).json)
    assert "hash" not in answer
    assert "712345678" not in answer


def test_a_cursor_that_is_not_ours_is_refused(table: Any, api: Any) -> None:
    answer = payments(api, cursor="nonsense")
    assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_the_sample_event_works(table: Any) -> None:
    event = json.loads((ROOT / "events" / "payments" / "list_user_payments.json").read_text())
    assert load_function("payments/list_user_payments").handler(event, LAMBDA_CONTEXT)["statusCode"] == 200
