from datetime import datetime, timedelta
from typing import Any

import pytest

from local.daraja.answers import Refused
from local.daraja.push_rules import check_push
from local.daraja.settings import Credentials


def refusal_of(body: dict[str, Any], credentials: Credentials, moment: datetime) -> tuple[int, str, str]:
    with pytest.raises(Refused) as refused:
        check_push(body, credentials, moment)
    refusal = refused.value.refusal
    return refusal.status, refusal.code, refusal.message


def test_a_careful_push_is_accepted_with_its_amount_and_reference(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push = check_push(push_body, credentials, moment)
    assert (push.amount, push.phone, push.account_reference) == (500, "254708374149", "T9FKQ2M4XA")


def test_numbers_may_come_as_strings_or_as_integers(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body.update(BusinessShortCode=174379, PartyA=254708374149, PhoneNumber=254708374149, Amount="500")
    assert check_push(push_body, credentials, moment).amount == 500


@pytest.mark.parametrize("amount", [0, -1, 250_001, 499.5, 500.0, "500.00", "", "five", True, None, "٥"])
def test_an_amount_that_is_not_whole_shillings_within_the_limit_is_refused(
    amount: object, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["Amount"] = amount
    assert refusal_of(push_body, credentials, moment) == (400, "400.002.02", "Bad Request - Invalid Amount")


@pytest.mark.parametrize("amount", [1, 250_000])
def test_the_smallest_and_the_largest_amount_are_accepted(
    amount: int, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["Amount"] = amount
    assert check_push(push_body, credentials, moment).amount == amount


@pytest.mark.parametrize("phone", ["0708374149", "+254708374149", "254208374149", "25470837414", "2547083741490", ""])
@pytest.mark.parametrize("field", ["PartyA", "PhoneNumber"])
def test_a_phone_that_is_not_in_the_one_form_daraja_takes_is_refused(
    field: str, phone: str, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body[field] = phone
    assert refusal_of(push_body, credentials, moment) == (400, "400.002.02", f"Bad Request - Invalid {field}")


def test_a_password_made_with_another_passkey_is_refused_by_the_merchant_check(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["Password"] = "d3Jvbmc="
    assert refusal_of(push_body, credentials, moment) == (
        500,
        "500.001.1001",
        "[MerchantValidate] - Wrong credentials",
    )


def test_a_short_code_that_nobody_has_does_not_exist(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["BusinessShortCode"] = "600000"
    assert refusal_of(push_body, credentials, moment)[2] == "Merchant does not exist"


def test_a_timestamp_in_utc_is_three_hours_off_and_refused(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["Timestamp"] = "20261224090000"
    assert refusal_of(push_body, credentials, moment)[2] == "Bad Request - Invalid Timestamp"


@pytest.mark.parametrize("timestamp", ["2026-12-24 12:00:00", "20261324120000", "202612241200", ""])
def test_a_timestamp_that_is_not_fourteen_digits_of_a_moment_is_refused(
    timestamp: str, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["Timestamp"] = timestamp
    assert refusal_of(push_body, credentials, moment)[2] == "Bad Request - Invalid Timestamp"


def test_a_clock_that_is_a_few_minutes_off_is_tolerated(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    assert check_push(push_body, credentials, moment + timedelta(minutes=4)).amount == 500
    assert check_push(push_body, credentials, moment - timedelta(minutes=4)).amount == 500


@pytest.mark.parametrize(
    "url",
    [
        "https://tickets.example/mpesa_callback/0123456789abcdef",
        "https://tickets.example/M-PESA",
        "https://SQL.example/x",
        "https://tickets.example/v1?QuErY=1",
        "https://tickets.example/t/aaaexeaaa",
        "https://tickets.example/run/CMD",
        "https://Tickets.example/v1",
        "https://<host>/v1",
        "http://tickets.example/v1",
        "ftp://127.0.0.1/v1",
        "http://127.0.0.1.example/v1",
        "https:///v1",
        "https://tickets.example:port/v1",
        "",
        None,
        7,
    ],
)
def test_a_callback_url_that_safaricom_would_not_call_is_refused(
    url: object, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["CallBackURL"] = url
    assert refusal_of(push_body, credentials, moment)[2] == "Bad Request - Invalid CallBackURL"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1/x", "http://localhost/v1", "http://[::1]:80/v1", "https://api.example:8443/v1"]
)
def test_plain_http_is_accepted_on_this_machine_only(
    url: str, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body["CallBackURL"] = url
    assert check_push(push_body, credentials, moment).callback_url == url


@pytest.mark.parametrize(
    ("changes", "blamed"),
    [
        ({"AccountReference": "T9FKQ2M4XA123"}, "AccountReference"),
        ({"AccountReference": "T9FK-2M4XA"}, "AccountReference"),
        ({"AccountReference": ""}, "AccountReference"),
        ({"AccountReference": None}, "Remarks"),
        ({"TransactionDesc": None}, "Remarks"),
        ({"TransactionDesc": ""}, "Remarks"),
        ({"TransactionDesc": "Tickets for two"}, "Remarks"),
        ({"TransactionType": "CustomerPayBill"}, "TransactionType"),
        ({"PartyB": "600000"}, "PartyB"),
        ({"BusinessShortCode": "till"}, "BusinessShortCode"),
    ],
)
def test_the_field_that_is_wrong_is_named(
    changes: dict[str, Any], blamed: str, push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body.update(changes)
    assert refusal_of(push_body, credentials, moment) == (400, "400.002.02", f"Bad Request - Invalid {blamed}")


def test_a_till_is_paid_on_its_own_number(
    push_body: dict[str, Any], credentials: Credentials, moment: datetime
) -> None:
    push_body.update(TransactionType="CustomerBuyGoodsOnline", PartyB="5123456")
    assert check_push(push_body, credentials, moment).transaction_type == "CustomerBuyGoodsOnline"
