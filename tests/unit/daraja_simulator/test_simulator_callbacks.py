import json
from datetime import datetime
from typing import Any

import pytest

from local.daraja.callbacks import Outcome, callback_body
from local.daraja.plans import CallbackPlan
from local.daraja.results import KNOWN_CODES, result


def outcome_of(code: str, moment: datetime) -> Outcome:
    return Outcome(
        merchant_request_id="2654-4b64-97ff-b827b542881d3130",
        checkout_request_id="ws_CO_24122026120000276708374149",
        result=result(code),
        amount=500,
        receipt="ULO7RT61SV" if code == "0" else None,
        phone="254708374149",
        settled=moment,
    )


def callback(code: str, moment: datetime, **plan: Any) -> dict[str, Any]:
    body = json.loads(callback_body(outcome_of(code, moment), CallbackPlan.model_validate(plan)))
    return body["Body"]["stkCallback"]


def items(callback: dict[str, Any]) -> dict[str, Any]:
    return {item["Name"]: item.get("Value") for item in callback["CallbackMetadata"]["Item"]}


def test_a_success_carries_safaricoms_five_items_with_their_types(moment: datetime) -> None:
    told = callback("0", moment)
    assert told["ResultCode"] == 0
    assert told["CallbackMetadata"]["Item"] == [
        {"Name": "Amount", "Value": 500.0},
        {"Name": "MpesaReceiptNumber", "Value": "ULO7RT61SV"},
        {"Name": "Balance"},
        {"Name": "TransactionDate", "Value": 20261224120000},
        {"Name": "PhoneNumber", "Value": 254708374149},
    ]


def test_the_amount_has_two_decimals_on_the_wire(moment: datetime) -> None:
    assert '"Value": 500.00}' in callback_body(outcome_of("0", moment), CallbackPlan())


@pytest.mark.parametrize("code", [code for code in KNOWN_CODES if code != "0"])
def test_every_failure_has_its_code_and_no_metadata(code: str, moment: datetime) -> None:
    told = callback(code, moment)
    assert str(told["ResultCode"]) == code
    assert "CallbackMetadata" not in told and told["ResultDesc"]


def test_a_code_with_letters_stays_a_string(moment: datetime) -> None:
    assert callback("SFC_IC0003", moment)["ResultCode"] == "SFC_IC0003"


def test_a_result_code_can_come_as_a_string(moment: datetime) -> None:
    assert callback("0", moment, string_result_code=True)["ResultCode"] == "0"


def test_a_wrong_amount_may_have_cents(moment: datetime) -> None:
    assert items(callback("0", moment, amount="499.5"))["Amount"] == 499.5


def test_the_phone_can_be_masked(moment: datetime) -> None:
    assert items(callback("0", moment, masked_phone=True))["PhoneNumber"] == "254708***149"


def test_the_balance_can_be_absent_or_text(moment: datetime) -> None:
    assert "Balance" not in items(callback("0", moment, balance="absent"))
    assert items(callback("0", moment, balance="text"))["Balance"].startswith("{Amount={CurrencyCode=KES")


def test_items_can_be_missing_and_in_another_order(moment: datetime) -> None:
    told = items(callback("0", moment, shuffled=True, missing=["MpesaReceiptNumber"]))
    assert list(told) == ["PhoneNumber", "TransactionDate", "Balance", "Amount"]


def test_the_date_can_be_text(moment: datetime) -> None:
    assert items(callback("0", moment, date_as_text=True))["TransactionDate"] == "2026-12-24 12:00:00"


def test_ids_receipt_and_result_can_be_forged(moment: datetime) -> None:
    told = callback("1032", moment, checkout_request_id="ws_CO_other", result_code="0", receipt="FORGED0001")
    assert (told["CheckoutRequestID"], told["ResultCode"]) == ("ws_CO_other", 0)
    assert items(told)["MpesaReceiptNumber"] == "FORGED0001"


def test_no_answer_reads_differently_in_the_callback_than_in_the_query() -> None:
    assert result("1037").callback_text == "No response from user."
    assert result("1037").query_text == "DS timeout user cannot be reached."
