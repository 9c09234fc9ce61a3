"""What a callback means, shape by shape."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiketi.errors import Refusal
from tiketi.payments.callback import Contradiction, Failed, Paid, Undecided, Unlisted, judge, read_callback
from tiketi.payments.callback_token import new_token, read_token
from tiketi.payments.items import PaymentItem

FORBIDDEN = ("mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query")


def payment(**changes: Any) -> PaymentItem:
    known: dict[str, Any] = {"checkout_request_id": "ws_CO_1", "merchant_request_id": "m-1"}
    attributes: dict[str, Any] = {"status": "PENDING", "amount": 500, **known, **changes}
    return PaymentItem("USER#u", "PAYMENT#p", **attributes)


def body(code: object = 0, items: list[dict[str, Any]] | None = None, **changes: Any) -> str:
    callback: dict[str, Any] = {
        "MerchantRequestID": "m-1",
        "CheckoutRequestID": "ws_CO_1",
        "ResultCode": code,
        "ResultDesc": "as it may be",
        **changes,
    }
    if items is not None:
        callback["CallbackMetadata"] = {"Item": items}
    return json.dumps({"Body": {"stkCallback": callback}})


PAID_ITEMS = [
    {"Name": "Amount", "Value": 500.00},
    {"Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV"},
    {"Name": "Balance"},
    {"Name": "TransactionDate", "Value": 20191219102115},
    {"Name": "PhoneNumber", "Value": 254708374149},
]


def test_a_paid_callback_pays() -> None:
    assert judge(payment(), read_callback(body(0, PAID_ITEMS))) == Paid("NLJ7RT61SV")


def test_items_are_read_by_name_in_whatever_order_they_come() -> None:
    assert judge(payment(), read_callback(body("0", PAID_ITEMS[::-1]))) == Paid("NLJ7RT61SV")


def test_a_masked_phone_number_matters_to_nobody() -> None:
    items = [*PAID_ITEMS[:4], {"Name": "PhoneNumber", "Value": "254708***430"}]
    assert judge(payment(), read_callback(body(0, items))) == Paid("NLJ7RT61SV")


@pytest.mark.parametrize("amount", [499, 500.01, "5e2x", None, True, -500, "NaN"])
def test_another_amount_goes_to_review(amount: object) -> None:
    items = [{"Name": "Amount", "Value": amount}, PAID_ITEMS[1]]
    assert isinstance(judge(payment(), read_callback(body(0, items))), Contradiction)


@pytest.mark.parametrize("receipt", [None, "", "a b", {"x": 1}, "X" * 21])
def test_a_paid_callback_without_a_receipt_goes_to_review(receipt: object) -> None:
    items = [PAID_ITEMS[0], {"Name": "MpesaReceiptNumber", "Value": receipt}]
    assert isinstance(judge(payment(), read_callback(body(0, items))), Contradiction)


@pytest.mark.parametrize(
    "change", [{"CheckoutRequestID": "ws_CO_2"}, {"MerchantRequestID": "m-2"}, {"CheckoutRequestID": None}]
)
def test_request_ids_of_another_push_go_to_review(change: dict[str, Any]) -> None:
    assert isinstance(judge(payment(), read_callback(body(0, PAID_ITEMS, **change))), Contradiction)


def test_a_callback_before_the_pushs_answer_is_taken_as_it_is() -> None:
    early = payment(checkout_request_id=None, merchant_request_id=None)
    assert judge(early, read_callback(body(0, PAID_ITEMS))) == Paid("NLJ7RT61SV")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1032, "cancelled_by_customer"),
        ("1037", "no_answer"),
        (1, "insufficient_funds"),
        (2001, "wrong_pin"),
    ],
)
def test_a_failed_callback_says_why(code: object, reason: str) -> None:
    assert judge(payment(), read_callback(body(code))) == Failed(reason, alert=False)


def test_a_failure_after_the_money_came_goes_to_review() -> None:
    assert isinstance(judge(payment(status="PAID"), read_callback(body(1032))), Contradiction)


def test_an_unknown_result_code_decides_nothing() -> None:
    assert isinstance(judge(payment(), read_callback(body("31337"))), Unlisted)
    assert isinstance(judge(payment(), read_callback(body("4999"))), Undecided)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"Body": []}', '{"Body": {"stkCallback": {}}}', "[" * 100_000]
)
def test_what_is_no_callback_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_callback(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["Body", "stkCallback", "ResultCode", "CallbackMetadata", "Item", "Name", "Value"]), inner
        )
    ),
)


@given(json_values)
def test_no_json_makes_the_reader_stumble(value: Any) -> None:
    with contextlib.suppress(Refusal):
        judge(payment(), read_callback(json.dumps({"Body": {"stkCallback": value}})))


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26))
def test_no_token_spells_a_word_that_daraja_rejects(user_id: str) -> None:
    token = new_token(f"{user_id}-EXECMDSQLQUERY00")
    assert not [word for word in FORBIDDEN if word in str(token).lower()]
    read = read_token(str(token))
    assert read
    assert read.order_id == token.order_id
    assert read.opens(token.hash)


@given(st.text())
def test_text_that_is_no_token_opens_nothing(text: str) -> None:
    read = read_token(text)
    assert read is None or not read.opens(new_token("x").hash)
