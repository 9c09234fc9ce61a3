"""What is read of a callback to the last field, and the words a person gets who has to decide."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tiketi.errors import Refusal
from tiketi.payments.callback import (
    Contradiction,
    Failed,
    Paid,
    StkCallback,
    Undecided,
    Unlisted,
    is_receipt,
    judge,
    read_callback,
    whole_kes,
)
from tiketi.payments.callback_token import CallbackToken, new_token, read_token
from tiketi.payments.items import PaymentItem


def payment(**changes: Any) -> PaymentItem:
    known: dict[str, Any] = {"checkout_request_id": "ws_CO_1", "merchant_request_id": "m-1"}
    attributes: dict[str, Any] = {"status": "PENDING", "amount": 500, **known, **changes}
    return PaymentItem("USER#u", "PAYMENT#p", **attributes)


def told(code: str = "0", **changes: Any) -> StkCallback:
    ids = {"merchant_request_id": "m-1", "checkout_request_id": "ws_CO_1"}
    said: dict[str, Any] = {**ids, "description": "", "amount": Decimal(500), "receipt": "NLJ7RT61SV", **changes}
    return StkCallback(result_code=code, **said)


def body(metadata: Any = None, **changes: Any) -> str:
    callback: dict[str, Any] = {
        "MerchantRequestID": "m-1",
        "CheckoutRequestID": "ws_CO_1",
        "ResultCode": 0,
        "ResultDesc": "as it may be",
        "CallbackMetadata": metadata,
    }
    return json.dumps({"Body": {"stkCallback": {**callback, **changes}}})


def test_every_field_is_read_and_the_receipt_is_put_in_one_form() -> None:
    items = [{"Name": "Amount", "Value": 500.5}, {"Name": "MpesaReceiptNumber", "Value": " nlj7rt61sv "}]
    assert read_callback(body({"Item": items})) == StkCallback(
        "m-1", "ws_CO_1", "0", "as it may be", Decimal("500.5"), "NLJ7RT61SV"
    )


def test_fields_that_are_missing_or_nested_are_empty() -> None:
    callback = read_callback(body(MerchantRequestID=None, CheckoutRequestID=["x"], ResultDesc={"x": 1}))
    assert callback == StkCallback("", "", "0", "", None, "")


def test_text_that_no_store_takes_is_made_fit() -> None:
    assert read_callback(body(ResultDesc="a\ud800b")).description == "a?b"


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        {"Item": {"Name": "Amount"}},
        {"Item": [None, "x", {"Name": 3, "Value": 4}, {"Value": 5}]},
        {"Item": [{"Name": ["Amount"], "Value": 500}, {"Name": {"x": 1}}]},
    ],
)
def test_metadata_of_another_shape_says_nothing(metadata: Any) -> None:
    callback = read_callback(body(metadata))
    assert (callback.amount, callback.receipt) == (None, "")


@pytest.mark.parametrize("amount", [True, False, None, "many", "Infinity", "NaN"])
def test_an_amount_that_is_no_number_is_none(amount: object) -> None:
    assert read_callback(body({"Item": [{"Name": "Amount", "Value": amount}]})).amount is None


def test_who_sends_what_cannot_be_read_is_told_which_it_was() -> None:
    with pytest.raises(Refusal) as broken:
        read_callback("{")
    assert (broken.value.code, broken.value.params) == ("broken_json", {"detail": "it cannot be read"})
    for text in ('{"Body": {"stkCallback": {"ResultDesc": ""}}}', '{"Body": {"stkCallback": ["ResultCode"]}}'):
        with pytest.raises(Refusal, match=r"^not_a_callback$"):
            read_callback(text)


def test_the_first_id_that_differs_is_named() -> None:
    checkout, merchant = told(checkout_request_id="ws_CO_2"), told(merchant_request_id="m-2")
    assert judge(payment(), checkout) == Contradiction("the callback's CheckoutRequestID is not the payment's")
    assert judge(payment(), merchant) == Contradiction("the callback's MerchantRequestID is not the payment's")


def test_a_failure_says_why_and_whether_it_is_ours_and_one_after_the_money_contradicts() -> None:
    assert judge(payment(), told("1032")) == Failed("cancelled_by_customer", alert=False)
    assert judge(payment(), told("1037")) == Failed("no_answer", alert=False)
    assert judge(payment(), told("SFC_IC0003")) == Failed("mpesa_unavailable", alert=True)
    for code in ("1032", "1037"):
        after = Contradiction(f"result {code} came after the payment was paid")
        assert judge(payment(status="PAID"), told(code)) == after


def test_what_decides_nothing_says_what_it_is_waiting_for() -> None:
    assert judge(payment(), told("4999")) == Undecided("M-PESA is still at work")
    nobody_knows = f"result code {'9' * 40} is in no list"
    assert judge(payment(), told("9" * 41)) == Unlisted(nobody_knows)
    assert judge(payment(status="PAID"), told("9" * 41)) == Contradiction(nobody_knows)


def test_a_person_reads_what_is_wrong_with_a_paid_callback() -> None:
    assert judge(payment(), told(amount=None)) == Contradiction("a paid callback without an amount")
    for paid in (499, 501):
        why = f"KES {paid} were paid by NLJ7RT61SV, KES 500 were asked"
        assert judge(payment(), told(amount=Decimal(paid))) == Contradiction(why, "NLJ7RT61SV", paid)
        nameless = f"KES {paid} were paid, KES 500 were asked"
        assert judge(payment(), told(amount=Decimal(paid), receipt="A-B")) == Contradiction(nameless)
    for receipt in ("", "A-B", "X" * 21):
        assert judge(payment(), told(receipt=receipt)) == Contradiction("a paid callback without a receipt")
    assert judge(payment(), told(receipt="X" * 20)) == Paid("X" * 20)


@pytest.mark.parametrize(
    ("amount", "kes"),
    [("1", 1), ("1.00", 1), ("500000", 500_000), ("500001", 0), ("0.5", 0), ("499.5", 0), ("0", 0), ("-1", 0)],
)
def test_m_pesa_moves_whole_shillings_and_no_more_than_a_wallet_holds(amount: str, kes: int) -> None:
    assert whole_kes(Decimal(amount)) == kes


def test_a_receipt_is_letters_and_digits() -> None:
    assert is_receipt("NLJ7RT61SV")
    assert not is_receipt("NLJ7RT61S\u00c9")


def test_a_token_is_the_order_and_128_random_bits() -> None:
    token, other = new_token("an order"), new_token("an order")
    assert len(bytes.fromhex(token.secret)) == 16
    assert token.secret != other.secret
    assert read_token(str(token)) == token
    assert token.opens(token.hash)
    assert not token.opens(other.hash)


def test_a_token_is_read_in_either_case_and_only_with_an_order() -> None:
    token = CallbackToken("A1", "ab" * 16)
    assert str(token) == "4131" + "ab" * 16
    assert read_token(str(token).upper()) == token
    for text in ("", "ab" * 16, "zz" + "ab" * 16, "4" + "ab" * 16, "e9" + "ab" * 16):
        assert read_token(text) is None
