import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.daraja.payments import Payment
from local.daraja.plans import Plan, QueryPlan
from local.daraja.push_rules import Push
from local.daraja.queries import query_answer
from local.daraja.results import CANCELLED, PAID, Result
from local.daraja.spike_arrest import SpikeArrest


@pytest.fixture
def payment(moment: datetime) -> Iterator[Payment]:
    loop = asyncio.new_event_loop()
    yield Payment(
        merchant_request_id="2654-4b64-97ff-b827b542881d3130",
        checkout_request_id="ws_CO_24122026120000276708374149",
        push=Push("174379", "CustomerPayBillOnline", 500, "254708374149", "https://x.example/", "TABC", "Tickets"),
        body={},
        created=moment,
        deadline=moment + timedelta(seconds=60),
        plan=Plan(),
        fault=None,
        decision=loop.create_future(),
    )
    loop.close()


def ask(payment: Payment, result: Result | None = None, **plan: Any) -> tuple[int, dict[str, Any]]:
    payment.result = result
    payment.queries += 1
    answer = query_answer(payment, QueryPlan.model_validate(plan))
    return answer.status, json.loads(answer.text)


def test_a_finished_payment_answers_a_string_code_and_neither_receipt_nor_amount(payment: Payment) -> None:
    status, body = ask(payment, PAID)
    assert (status, body["ResultCode"], body["ResponseCode"]) == (200, "0", "0")
    assert set(body) == {
        "ResponseCode",
        "ResponseDescription",
        "MerchantRequestID",
        "CheckoutRequestID",
        "ResultCode",
        "ResultDesc",
    }


@pytest.mark.parametrize(
    ("shape", "status", "field", "value"),
    [
        ("4999", 200, "ResultCode", "4999"),
        ("500.001.1001", 500, "errorMessage", "The transaction is being processed"),
        ("200_empty_error", 200, "errorMessage", ""),
        ("400_too_early", 400, "errorMessage", "Bad Request - Invalid CheckoutRequestID"),
    ],
)
def test_not_finished_has_four_shapes(payment: Payment, shape: str, status: int, field: str, value: str) -> None:
    answered, body = ask(payment, shape=shape)
    assert (answered, body[field]) == (status, value)


@pytest.mark.parametrize("shape", ["4999", "500.001.1001", "200_empty_error", "400_too_early"])
def test_a_shape_of_not_finished_ends_with_the_result_unless_it_is_for_always(payment: Payment, shape: str) -> None:
    assert ask(payment, PAID, shape=shape)[1]["ResultCode"] == "0"
    assert ask(payment, PAID, shape=shape, always=True)[1].get("ResultCode") != "0"


def test_a_flapping_query_denies_a_finished_payment_every_other_time(payment: Payment) -> None:
    assert [ask(payment, PAID, shape="flap")[0] for _ in range(4)] == [500, 200, 500, 200]


def test_a_contradicting_query_tells_the_opposite_of_the_callback(payment: Payment) -> None:
    assert ask(payment, PAID, shape="contradict")[1]["ResultCode"] == "1032"
    assert ask(payment, CANCELLED, shape="contradict")[1]["ResultCode"] == "0"


def test_too_many_requests_come_in_the_gateways_own_envelope(payment: Payment) -> None:
    status, body = ask(payment, PAID, shape="429")
    assert status == 429
    assert "MessageRate{messagesPerPeriod=5, periodInMicroseconds=60000000" in body["fault"]["faultstring"]


def test_five_a_minute_without_a_burst_is_one_every_twelve_seconds(moment: datetime) -> None:
    limit = SpikeArrest(5)
    allowed = [limit.allows(moment + timedelta(seconds=second)) for second in (0, 1, 11, 12, 13, 24)]
    assert allowed == [True, False, False, True, False, True]
