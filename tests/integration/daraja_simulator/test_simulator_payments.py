"""A payment through HTTP: push, prompt, PIN, callback, query."""

from typing import Any

import pytest
import requests

from local.daraja.process import running_simulator

PHONE = "254708374149"


def test_a_customer_who_enters_the_pin_pays_and_the_merchant_is_called_back(
    merchant: Any, phones: Any, listener: Any
) -> None:
    pushed = merchant.push()
    assert pushed.status_code == 200 and pushed.json()["ResponseCode"] == "0"
    checkout_request_id = pushed.json()["CheckoutRequestID"]
    assert merchant.query(checkout_request_id).json()["ResultCode"] == "4999"

    phones.tell("POST", "phones/0708 374 149/pin", pin="1234").raise_for_status()

    posted = listener.next()
    assert posted.path == f"/v1/payments/{'0123456789abcdef' * 2}/result"
    assert posted.headers["Businessshortcode"] == merchant.credentials.short_code
    assert posted.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert posted.callback["CheckoutRequestID"] == checkout_request_id
    assert posted.callback["MerchantRequestID"] == pushed.json()["MerchantRequestID"]
    assert (posted.callback["ResultCode"], posted.items["Amount"], posted.items["PhoneNumber"]) == (0, 500, int(PHONE))
    assert merchant.query(checkout_request_id).json()["ResultCode"] == "0"


def test_the_phone_shows_the_prompt_and_then_the_message_with_the_receipt(
    merchant: Any, phones: Any, listener: Any
) -> None:
    merchant.push(Amount=3500)
    prompt = phones.tell("GET", f"phones/{PHONE}").json()["prompt"]
    assert prompt["text"] == "Do you want to pay KES 3,500 to TIKETI TAMASHA (174379) Account no. T9FKQ2M4XA?"

    phones.tell("POST", f"prompts/{prompt['checkout_request_id']}/pin", pin="1234").raise_for_status()
    receipt = listener.next().items["MpesaReceiptNumber"]

    phone = phones.tell("GET", f"phones/{PHONE}").json()
    assert phone["prompt"] is None
    assert phone["messages"][0]["text"].startswith(f"{receipt} Confirmed. Ksh3,500.00 sent to TIKETI TAMASHA")


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [("pin", {"pin": "0000"}, 2001), ("cancel", {}, 1032), ("result", {"result_code": "1"}, 1)],
)
def test_a_wrong_pin_a_cancel_and_an_empty_account_each_fail_the_payment_with_their_code(
    action: str, body: dict[str, str], code: int, merchant: Any, phones: Any, listener: Any
) -> None:
    merchant.push()
    phones.tell("POST", f"phones/{PHONE}/{action}", **body).raise_for_status()
    assert listener.next().callback["ResultCode"] == code


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [("approve", 0), ("cancel", 1032), ("wrong_pin", 2001), ("insufficient_funds", 1), ("no_answer", 1037)],
)
def test_a_phone_that_was_told_what_to_do_does_it_by_itself(
    behaviour: str, code: int, merchant: Any, phones: Any, listener: Any
) -> None:
    phones.plan(behaviour=behaviour)
    merchant.push()
    assert listener.next().callback["ResultCode"] == code


def test_a_prompt_that_nobody_answers_ends_with_1037(listener: Any, merchant: Any) -> None:
    with running_simulator("--prompt-seconds", "0.1", "--quiet") as url:
        merchant.url = url
        merchant.sign_in()
        merchant.push()
        assert listener.next().callback["ResultDesc"] == "No response from user."


def test_a_phone_shows_one_prompt_at_a_time(merchant: Any, phones: Any, listener: Any) -> None:
    merchant.push()
    second = merchant.push(Amount=700)
    assert second.status_code == 500
    assert second.json()["errorMessage"].startswith("[STK] - Unable to lock subscriber")
    assert merchant.push(phone="254711000001").status_code == 200

    phones.tell("POST", f"phones/{PHONE}/cancel")
    listener.next()
    assert merchant.push(Amount=700).status_code == 200


def test_two_pushes_with_the_same_reference_are_two_payments(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan()
    receipts: set[str] = set()
    for _ in range(2):
        merchant.push()
        receipts.add(listener.next().items["MpesaReceiptNumber"])
    assert len(receipts) == 2


def test_a_callback_that_is_answered_500_is_not_sent_again(merchant: Any, phones: Any, listener: Any) -> None:
    listener.status = 500
    phones.plan()
    merchant.push()
    listener.next()
    phones.plan("254711000001")
    merchant.push(phone="254711000001")
    assert listener.next().items["PhoneNumber"] == 254711000001
    assert [callback["status"] for callback in phones.payments()[1]["callbacks"]] == [500]


def test_the_list_of_payments_keeps_the_push_without_its_password(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan()
    merchant.push()
    listener.next()
    payment = phones.payments()[0]
    assert payment["push"]["CallBackURL"] == listener.callback_url
    assert "Password" not in payment["push"]
    assert payment["callback_url"].endswith("/v1/payments/{token}/result")


def test_a_token_is_asked_of_every_call(merchant: Any) -> None:
    merchant.token = "never handed out"
    refused = merchant.push()
    assert (refused.status_code, refused.json()["errorCode"]) == (404, "404.001.03")
    assert merchant.query("ws_CO_1").json()["errorCode"] == "404.001.03"


def test_wrong_consumer_credentials_get_an_empty_400(merchant: Any) -> None:
    answer = requests.get(
        f"{merchant.url}/oauth/v1/generate?grant_type=client_credentials", auth=("key", "wrong"), timeout=5
    )
    assert (answer.status_code, answer.text) == (400, "")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_another_grant_type_is_refused(merchant: Any) -> None:
    auth = (merchant.credentials.consumer_key, merchant.credentials.consumer_secret)
    answer = requests.get(f"{merchant.url}/oauth/v1/generate?grant_type=password", auth=auth, timeout=5)
    assert answer.json()["errorCode"] == "400.008.02"


def test_a_form_instead_of_json_is_an_invalid_short_code(merchant: Any) -> None:
    headers = {"Authorization": f"Bearer {merchant.token}"}
    url = f"{merchant.url}/mpesa/stkpush/v1/processrequest"
    assert requests.post(url, data={"Amount": "1"}, headers=headers, timeout=5).json()["errorMessage"] == (
        "Bad Request - Invalid BusinessShortCode"
    )
    headers["Content-Type"] = "application/json"
    assert requests.post(url, data="[", headers=headers, timeout=5).json()["errorCode"] == "400.002.05"


def test_an_unknown_path_and_a_wrong_method_are_answered_as_daraja_does(merchant: Any) -> None:
    assert requests.get(f"{merchant.url}/mpesa/nothing", timeout=5).json()["errorCode"] == "404.001.01"
    refused = requests.get(f"{merchant.url}/mpesa/stkpush/v1/processrequest", timeout=5)
    assert (refused.status_code, refused.json()["errorCode"]) == (405, "405.001")


def test_a_query_about_an_unknown_payment_says_that_it_does_not_exist(merchant: Any) -> None:
    answer = merchant.query("ws_CO_24122026120000276708374149")
    assert (answer.status_code, answer.json()["errorMessage"]) == (500, "The transaction does not Exist")
