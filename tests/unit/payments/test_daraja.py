"""The Daraja client against recorded shapes of its answers."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, NewConnectionError

from tiketi.payments.daraja import TOKEN_REJECTED, Accepted, Daraja, Refused, Unknown
from tiketi.settings import settings

BASE = "http://daraja.test"
PUSH = f"{BASE}/mpesa/stkpush/v1/processrequest"
QUERY = f"{BASE}/mpesa/stkpushquery/v1/query"
OAUTH = f"{BASE}/oauth/v1/generate"
NOON_UTC = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
ACCEPTED = {
    "MerchantRequestID": "2654-4b64-97ff-b827b542881d3130",
    "CheckoutRequestID": "ws_CO_26032026133641276708729173",
    "ResponseCode": "0",
    "ResponseDescription": "Success. Request accepted for processing",
}


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(OAUTH, json={"access_token": "token-1", "expires_in": "3599"})
        yield mock


def push(client: Daraja | None = None) -> Accepted | Refused | Unknown:
    return (client or Daraja(settings())).push(
        phone_number="254712345678",
        amount=500,
        account_reference="T7K3M0000000",
        callback_url="https://api.tiketi.example/v1/payments/ab/result",
        now=NOON_UTC,
        seconds=20,
    )


def sent_to(http: responses.RequestsMock, url: str) -> list[dict[str, Any]]:
    return [json.loads(call.request.body or "{}") for call in http.calls if str(call.request.url).startswith(url)]


def test_a_push_is_sent_as_daraja_wants_it(http: responses.RequestsMock) -> None:
    http.post(PUSH, json=ACCEPTED)
    assert push() == Accepted(ACCEPTED["MerchantRequestID"], ACCEPTED["CheckoutRequestID"])
    body = sent_to(http, PUSH)[0]
    assert body["Timestamp"] == "20261123150000", "Nairobi is three hours ahead of UTC"
    assert base64.b64decode(body["Password"]).decode() == "174379passkey20261123150000"
    assert body["Amount"] == 500
    assert isinstance(body["Amount"], int)
    assert body["PartyA"] == body["PhoneNumber"] == "254712345678"
    assert body["PartyB"] == body["BusinessShortCode"] == "174379"
    assert 1 <= len(body["TransactionDesc"]) <= 13


def test_the_token_is_fetched_once_and_used_again(http: responses.RequestsMock) -> None:
    http.post(PUSH, json=ACCEPTED)
    client = Daraja(settings())
    push(client)
    push(client)
    assert len([call for call in http.calls if str(call.request.url).startswith(OAUTH)]) == 1


@pytest.mark.parametrize("code", sorted(TOKEN_REJECTED))
def test_a_rejected_token_is_replaced_once_whatever_the_code(http: responses.RequestsMock, code: str) -> None:
    http.post(PUSH, json={"requestId": "1", "errorCode": code, "errorMessage": "Invalid Access Token"}, status=404)
    http.post(PUSH, json=ACCEPTED)
    assert isinstance(push(), Accepted)
    assert len(sent_to(http, PUSH)) == 2


def test_a_token_rejected_twice_is_not_asked_for_a_third_time(http: responses.RequestsMock) -> None:
    http.post(PUSH, json={"errorCode": "404.001.03", "errorMessage": "Invalid Access Token"}, status=404)
    assert isinstance(push(), Refused)
    assert len(sent_to(http, PUSH)) == 2


def error(code: str, message: str) -> dict[str, str]:
    return {"requestId": "1", "errorCode": code, "errorMessage": message}


REFUSED = [
    (400, error("400.002.02", "Bad Request - Invalid PhoneNumber"), "mpesa_refused"),
    (400, error("400.002.02", "Bad Request - Invalid Amount"), "mpesa_unavailable"),
    (200, error("400.002.05", "Invalid Request Payload"), "mpesa_unavailable"),
    (404, error("404.001.01", "Resource not found"), "mpesa_unavailable"),
    (500, error("500.001.1001", "Merchant does not exist"), "mpesa_unavailable"),
    (500, error("500.001.001", "[MerchantValidate] - Wrong credentials"), "mpesa_unavailable"),
    (
        500,
        error(
            "500.001.1001",
            "[STK] - Unable to lock subscriber, a transaction is already in process for the current subscriber",
        ),
        "mpesa_subscriber_busy",
    ),
    (500, error("500.003.02", "System is busy. Please try again in few minutes"), "mpesa_busy"),
    (500, error("500.003.03", "Quota Violation"), "mpesa_busy"),
    (429, {"fault": {"faultstring": "Spike arrest violation. Allowed rate : MessageRate{…}"}}, "mpesa_busy"),
    (200, {**ACCEPTED, "ResponseCode": "1"}, "mpesa_unavailable"),
    (403, None, "mpesa_unavailable"),
]


@pytest.mark.parametrize(("status", "body", "reason"), REFUSED)
def test_an_answer_that_says_nothing_was_sent_is_a_refusal(
    http: responses.RequestsMock, status: int, body: dict[str, Any] | None, reason: str
) -> None:
    http.post(PUSH, status=status, body="<html>Incapsula incident ID</html>" if body is None else json.dumps(body))
    outcome = push()
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason
    assert len(sent_to(http, PUSH)) == 1


UNKNOWN = [
    (500, error("500.003.01", "Internal Server Error")),
    (500, error("500.001.1001", "something nobody has seen")),
    (502, None),
    (200, None),
    (200, {"ResponseCode": "0"}),
    (408, None),
    (504, {"fault": {"faultstring": "Gateway Timeout"}}),
    (500, {"fault": {"faultstring": "Execution of ServiceCallout failed"}}),
    (200, {**ACCEPTED, "CheckoutRequestID": "ws_\ud800"}),
    (200, {**ACCEPTED, "CheckoutRequestID": ["ws_CO_1"]}),
]


@pytest.mark.parametrize(("status", "body"), UNKNOWN)
def test_an_answer_that_leaves_it_open_is_unknown_and_not_repeated(
    http: responses.RequestsMock, status: int, body: dict[str, Any] | None
) -> None:
    http.post(PUSH, status=status, body="" if body is None else json.dumps(body))
    assert isinstance(push(), Unknown)
    assert len(sent_to(http, PUSH)) == 1


@pytest.mark.parametrize("fault", [requests.ReadTimeout(), requests.ConnectionError("reset by peer")])
def test_a_push_cut_off_on_its_way_is_unknown_and_not_repeated(http: responses.RequestsMock, fault: Exception) -> None:
    http.post(PUSH, body=fault)
    assert isinstance(push(), Unknown)
    assert len(sent_to(http, PUSH)) == 1


def test_a_push_that_never_left_is_a_refusal(http: responses.RequestsMock) -> None:
    never = MaxRetryError(None, PUSH, NewConnectionError(None, "refused"))  # pyright: ignore[reportArgumentType]
    http.post(PUSH, body=requests.ConnectionError(never))
    assert push() == Refused("mpesa_unavailable", "ConnectionError", down=True)


@pytest.mark.parametrize("status", [400, 403, 500])
def test_without_a_token_nothing_is_sent(status: int) -> None:
    with responses.RequestsMock() as http:
        http.get(OAUTH, status=status, body="", content_type="text/plain")
        outcome = push()
    assert isinstance(outcome, Refused)
    assert outcome.alert == (status in (400, 403)), "refused credentials need somebody to act"


CHECKOUT = ACCEPTED["CheckoutRequestID"]
SETTLED = {"ResponseCode": "0", "CheckoutRequestID": CHECKOUT, "ResultCode": "1032", "ResultDesc": "cancelled"}
PENDING = [
    (200, {**SETTLED, "ResultCode": "4999"}),
    (500, error("500.001.1001", "The transaction is being processed")),
    (200, error("500.001.1001", "")),
    (400, error("400.002.02", "Bad Request - Invalid CheckoutRequestID")),
    (429, {"fault": {"faultstring": "Spike arrest violation"}}),
    (200, {**SETTLED, "CheckoutRequestID": "ws_CO_another"}),
    (200, {**SETTLED, "ResponseCode": "1"}),
    (502, None),
]


@pytest.mark.parametrize(("status", "body"), PENDING)
def test_every_shape_of_not_yet_is_no_answer(
    http: responses.RequestsMock, status: int, body: dict[str, Any] | None
) -> None:
    http.post(QUERY, status=status, body="" if body is None else json.dumps(body))
    assert Daraja(settings()).query(CHECKOUT, NOON_UTC) is None


def test_a_settled_query_gives_its_result(http: responses.RequestsMock) -> None:
    http.post(QUERY, json=SETTLED)
    assert Daraja(settings()).query(CHECKOUT, NOON_UTC) == ("1032", "cancelled")
