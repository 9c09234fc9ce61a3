"""One test for each row of the table of faults in docs/daraja-simulator.md."""

import queue
import time
from typing import Any

import pytest
import requests

from local.daraja.process import running_simulator
from local.daraja.results import KNOWN_CODES

PHONE = "254708374149"
CONFIRMATIONS = "/mpesa/c2b/v2/registerurl"


def nothing_comes(listener: Any) -> bool:
    """Nothing is on its way once the simulator says that the callback was dealt with."""
    try:
        listener.posted.get(timeout=0.1)
    except queue.Empty:
        return True
    return False


def wait_until_told(phones: Any) -> dict[str, Any]:
    give_up = time.monotonic() + 10
    while not (payments := phones.payments()) or not payments[0]["callback_done"]:
        assert time.monotonic() < give_up, "the simulator never dealt with the callback"
        time.sleep(0.01)
    return payments[0]


@pytest.mark.parametrize("code", KNOWN_CODES)
def test_every_result_code_can_be_asked_for(code: str, merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(behaviour="result", result_code=code)
    checkout_request_id = merchant.push().json()["CheckoutRequestID"]
    assert str(listener.next().callback["ResultCode"]) == code
    assert merchant.query(checkout_request_id).json()["ResultCode"] == code


def test_a_lost_callback_leaves_the_query_to_tell(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"lost": True})
    checkout_request_id = merchant.push().json()["CheckoutRequestID"]
    assert wait_until_told(phones)["state"] == "paid"
    assert nothing_comes(listener)
    assert merchant.query(checkout_request_id).json()["ResultCode"] == "0"


def test_a_callback_can_come_three_times_with_the_same_receipt(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"copies": 3})
    merchant.push()
    assert len({listener.next().items["MpesaReceiptNumber"] for _ in range(3)}) == 1


def test_a_late_callback_comes_after_the_query_knew(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"delay_seconds": 0.5})
    checkout_request_id = merchant.push().json()["CheckoutRequestID"]
    give_up = time.monotonic() + 10
    while merchant.query(checkout_request_id).json()["ResultCode"] != "0":
        assert time.monotonic() < give_up, "the query never told of the payment"
    assert listener.posted.empty()
    assert listener.next().callback["ResultCode"] == 0


def test_a_callback_can_come_before_the_push_is_answered(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"before_answer": True})
    answer = merchant.push()
    posted = listener.posted.get_nowait()
    assert posted.callback["CheckoutRequestID"] == answer.json()["CheckoutRequestID"]


@pytest.mark.parametrize(
    ("confirmation", "order"), [("before", ["confirm", "result"]), ("after", ["result", "confirm"])]
)
def test_the_c2b_confirmation_comes_in_either_order(
    confirmation: str, order: list[str], merchant: Any, phones: Any, listener: Any
) -> None:
    urls = {"ConfirmationURL": f"{listener.url}/c2b/confirm", "ValidationURL": f"{listener.url}/c2b/validate"}
    registration = {"ShortCode": merchant.credentials.short_code, "ResponseType": "Completed", **urls}
    assert "OriginatorCoversationID" in merchant.call(CONFIRMATIONS, registration).json()
    phones.plan(callback={"confirmation": confirmation})
    merchant.push()
    posted = [listener.next(), listener.next()]
    assert [one.path.rpartition("/")[2] for one in posted] == order
    by_path = {one.path.rpartition("/")[2]: one for one in posted}
    assert by_path["confirm"].body["TransID"] == by_path["result"].items["MpesaReceiptNumber"]
    assert by_path["confirm"].body["TransAmount"] == "500.00"


@pytest.mark.parametrize(
    ("callback", "item", "value"),
    [
        ({"balance": "without_value"}, "Balance", None),
        ({"masked_phone": True}, "PhoneNumber", "254708***149"),
        ({"amount": 499}, "Amount", 499),
        ({"amount": "0.5"}, "Amount", 0.5),
        ({"receipt": "ULO7RT61SV"}, "MpesaReceiptNumber", "ULO7RT61SV"),
    ],
)
def test_the_items_of_a_success_can_be_bent(
    callback: dict[str, Any], item: str, value: object, merchant: Any, phones: Any, listener: Any
) -> None:
    phones.plan(callback=callback)
    merchant.push()
    assert listener.next().items[item] == value


@pytest.mark.parametrize(
    ("callback", "key", "value"),
    [
        ({"string_result_code": True}, "ResultCode", "0"),
        ({"checkout_request_id": "ws_CO_of_somebody_else"}, "CheckoutRequestID", "ws_CO_of_somebody_else"),
        ({"merchant_request_id": "1-2-3"}, "MerchantRequestID", "1-2-3"),
    ],
)
def test_the_envelope_of_a_callback_can_be_bent(
    callback: dict[str, Any], key: str, value: str, merchant: Any, phones: Any, listener: Any
) -> None:
    phones.plan(callback=callback)
    merchant.push()
    assert listener.next().callback[key] == value


def test_a_forged_token_reaches_the_same_path_with_another_token(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"forged_token": True})
    merchant.push()
    assert listener.next().path == f"/v1/payments/{'0' * 32}/result"


def test_the_answer_to_a_push_can_be_lost_after_the_phone_rang(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(push={"answer": "lost"})
    with pytest.raises(requests.ConnectionError):
        merchant.push()
    assert listener.next().callback["ResultCode"] == 0


def test_the_answer_to_a_push_can_be_too_late_for_the_client(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(push={"answer": "timeout", "delay_seconds": 5})
    with pytest.raises(requests.Timeout):
        merchant.push(timeout=0.2)
    assert listener.next().callback["ResultCode"] == 0


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("500.003.02", 500, "System is busy"),
        ("spike_arrest", 500, "Spike Arrest Violation"),
        ("500.003.03", 500, "Quota Violation"),
        ("429", 429, '"faultstring"'),
        ("html_403", 403, "Incapsula incident ID"),
        ("empty_400", 400, ""),
        ("locked", 500, "Unable to lock subscriber"),
        ("wrong_credentials", 500, "[MerchantValidate] - Wrong credentials"),
        ("merchant_does_not_exist", 500, "Merchant does not exist"),
        ("error_with_200", 200, '"errorCode": "500.001.1001"'),
        ("response_code_1", 200, '"ResponseCode": "1"'),
    ],
)
def test_a_push_can_be_refused_before_the_phone_rings(
    answer: str, status: int, words: str, merchant: Any, phones: Any
) -> None:
    phones.plan(push={"answer": answer}, times=1)
    refused = merchant.push()
    assert refused.status_code == status and words in refused.text
    assert phones.payments() == []
    assert merchant.push().json()["ResponseCode"] == "0"


@pytest.mark.parametrize(("answer", "status"), [("500.003.01", 500), ("garbage", 200)])
def test_an_answer_that_leaves_the_outcome_open_hides_a_payment(
    answer: str, status: int, merchant: Any, phones: Any, listener: Any
) -> None:
    phones.plan(push={"answer": answer})
    assert merchant.push().status_code == status
    assert listener.next().callback["ResultCode"] == 0


def test_a_token_rejected_in_mid_flight_is_a_404_and_a_new_one_helps(merchant: Any, phones: Any) -> None:
    phones.plan(push={"answer": "token_rejected"}, times=1)
    refused = merchant.push()
    assert (refused.status_code, refused.json()["errorCode"]) == (404, "404.001.03")
    assert merchant.push().status_code == 404
    merchant.sign_in()
    assert merchant.push().status_code == 200


def test_all_tokens_can_be_revoked_at_once(merchant: Any, phones: Any) -> None:
    phones.tell("DELETE", "tokens").raise_for_status()
    assert merchant.push().json()["errorCode"] == "404.001.03"


@pytest.mark.parametrize(
    ("shape", "status", "words"),
    [
        ("4999", 200, '"ResultCode": "4999"'),
        ("500.001.1001", 500, "The transaction is being processed"),
        ("200_empty_error", 200, '"errorMessage": ""'),
        ("400_too_early", 400, "Invalid CheckoutRequestID"),
        ("429", 429, '"faultstring"'),
        ("html_403", 403, "Incapsula"),
        ("500.003.02", 500, "System is busy"),
        ("does_not_exist", 500, "The transaction does not Exist"),
        ("token_rejected", 404, "404.001.03"),
    ],
)
def test_a_query_about_an_open_prompt_can_take_every_shape(
    shape: str, status: int, words: str, merchant: Any, phones: Any
) -> None:
    phones.plan(behaviour="manual", query={"shape": shape})
    answer = merchant.query(merchant.push().json()["CheckoutRequestID"])
    assert answer.status_code == status and words in answer.text


def test_the_answer_to_a_query_can_be_lost(merchant: Any, phones: Any) -> None:
    phones.plan(behaviour="manual", query={"shape": "lost"})
    with pytest.raises(requests.ConnectionError):
        merchant.query(merchant.push().json()["CheckoutRequestID"])


def test_a_query_can_flap_and_it_can_contradict_the_callback(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(query={"shape": "flap"})
    checkout_request_id = merchant.push().json()["CheckoutRequestID"]
    listener.next()
    assert [merchant.query(checkout_request_id).status_code for _ in range(3)] == [500, 200, 500]
    phones.tell("PATCH", f"payments/{checkout_request_id}", query={"shape": "contradict"}).raise_for_status()
    assert merchant.query(checkout_request_id).json()["ResultCode"] == "1032"


def test_queries_are_limited_when_asked_for(merchant: Any) -> None:
    with running_simulator("--query-rate-limit", "--quiet") as url:
        merchant.url = url
        merchant.sign_in()
        checkout_request_id = merchant.push().json()["CheckoutRequestID"]
        answers = [merchant.query(checkout_request_id) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "messagesPerPeriod=5" in answers[1].json()["fault"]["faultstring"]


def test_the_same_amount_twice_within_two_minutes_is_rule_limited_when_asked_for(merchant: Any, listener: Any) -> None:
    with running_simulator("--limit-repeats", "--default-behaviour", "approve", "--quiet") as url:
        merchant.url = url
        merchant.sign_in()
        codes: list[int] = []
        for amount in (500, 500, 501):
            merchant.push(Amount=amount)
            codes.append(listener.next().callback["ResultCode"])
    assert codes == [0, 17, 0]


@pytest.mark.parametrize(
    ("answer", "status"), [("empty_400", 400), ("html_403", 403), ("500.003.01", 500), ("429", 429)]
)
def test_the_token_endpoint_can_fail(answer: str, status: int, merchant: Any, phones: Any) -> None:
    phones.tell("PUT", "oauth", answer=answer, times=1).raise_for_status()
    assert merchant.sign_in().status_code == status
    assert merchant.sign_in().status_code == 200


def test_a_callback_can_be_sent_again_with_something_changed(merchant: Any, phones: Any, listener: Any) -> None:
    phones.plan(callback={"lost": True})
    checkout_request_id = merchant.push().json()["CheckoutRequestID"]
    wait_until_told(phones)
    phones.tell("POST", f"payments/{checkout_request_id}/callback", amount=7).raise_for_status()
    assert listener.next().items["Amount"] == 7


def test_chaos_meets_pushes_at_random_and_says_which(merchant: Any, phones: Any) -> None:
    phones.tell("PUT", "defaults", behaviour="approve", delay_seconds=0).raise_for_status()
    chaos = {"seed": 7, "rate": 1, "faults": ["callback_lost", "callback_doubled"]}

    def faults() -> list[str]:
        phones.tell("POST", "chaos", **chaos).raise_for_status()
        for number in range(6):
            merchant.push(phone=f"25471100000{number}")
        return [payment["fault"] for payment in phones.payments()[:6]]

    first = faults()
    assert set(first) == {"callback_lost", "callback_doubled"}
    phones.tell("POST", "reset")
    phones.tell("PUT", "defaults", behaviour="approve", delay_seconds=0).raise_for_status()
    assert faults() == first
