"""Callbacks through their function, and the timer that does without them."""

import json
from typing import Any

import pytest

from tests.unit.shop import Shop
from tiketi import clock
from tiketi.payments import receive_callback as receiving
from tiketi.payments.check_payment import LATE_CHECKS_SECONDS, check_payment, next_check
from tiketi.payments.check_queue import Check
from tiketi.payments.items import CallbackItem, PaymentItem
from tiketi.payments.outcomes import expire, mark_paid
from tiketi.payments.query_rate import Rate
from tiketi.payments.refund_items import find_refund, refund_id_of
from tiketi.payments.waiting_line import WaitingLine
from tiketi.settings import Settings


def paid(
    receipt: str = "NLJ7RT61SV", amount: float = 500.0, checkout: str = "ws_CO_1", merchant: str = "m-1"
) -> dict[str, Any]:
    items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": receipt}]
    return stk(0, checkout, merchant, CallbackMetadata={"Item": items})


def stk(code: object, checkout: str = "ws_CO_1", merchant: str = "m-1", **more: Any) -> dict[str, Any]:
    callback = {
        "MerchantRequestID": merchant,
        "CheckoutRequestID": checkout,
        "ResultCode": code,
        "ResultDesc": "-",
        **more,
    }
    return {"Body": {"stkCallback": callback}}


def token_of(shop: Shop, push: int = 0) -> str:
    return shop.daraja.pushes[push]["callback_url"].split("/")[-2]


def post(api: Any, token: str | None, body: object, **more: Any) -> Any:
    parameters = {"token": token} if token else None
    return api("payments/mpesa_callback", "POST", "/callback", body=body, path_parameters=parameters, **more)


def test_a_callback_marks_its_payment_paid_and_nothing_else(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    answer = post(api, token_of(shop), paid())
    assert (answer.status, answer.json) == (200, {"ResultCode": 0, "ResultDesc": "Accepted"})
    payment = shop.payment(payment)
    assert (payment.status, payment.receipt, payment.order_status) == ("PAID", "NLJ7RT61SV", "pending")
    assert shop.figures() == (9, 1, 0), "stock and tickets are the finalizer's"


def test_the_body_is_kept_as_it_came(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid())
    kept = list(CallbackItem.query(payment.pk, CallbackItem.sk.startswith("CALLBACK#")))
    assert json.loads(kept[0].body) == paid()


def test_the_same_callback_twice_changes_nothing(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid())
    first = shop.payment(payment).to_simple_dict()
    assert post(api, token_of(shop), paid()).status == 200
    assert shop.payment(payment).to_simple_dict() == first


@pytest.mark.parametrize("token", ["x", "00", "ab" * 40, "", "..%2f"])
def test_an_unknown_token_is_404_and_nothing_more(api: Any, shop: Shop, token: str) -> None:
    shop.open()
    payment = shop.buy()
    answer = api("payments/mpesa_callback", "POST", "/callback", body=paid(), path_parameters={"token": token})
    assert answer.status == 404
    assert shop.payment(payment).status == "PENDING"


def test_another_payments_token_does_not_pay_this_one(api: Any, shop: Shop) -> None:
    shop.open()
    first, second = shop.buy(), shop.buy()
    post(api, token_of(shop, 1), paid(checkout="ws_CO_1", merchant="m-1"))
    assert shop.payment(first).status == "PENDING"
    assert shop.payment(second).status == "PENDING"
    assert shop.payment(second).review == ["the callback's CheckoutRequestID is not the payment's"]


def test_a_receipt_counts_once(api: Any, shop: Shop) -> None:
    shop.open()
    shop.buy()
    second = shop.buy()
    post(api, token_of(shop, 0), paid("NLJ7RT61SV"))
    post(api, token_of(shop, 1), paid("NLJ7RT61SV", checkout="ws_CO_2", merchant="m-2"))
    assert shop.payment(second).status == "PENDING"
    assert shop.payment(second).review == ["receipt NLJ7RT61SV counts for another order, or another amount, already"]


def test_a_second_receipt_is_money_too_much_and_never_a_second_ticket(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid("NLJ7RT61SV"))
    post(api, token_of(shop), paid("NLJ7RT61SW"))
    payment = shop.settle(payment)
    assert payment.receipt == "NLJ7RT61SV"
    refund = find_refund(refund_id_of(payment.order_id, "NLJ7RT61SW"))
    assert refund
    assert (refund.state, refund.amount, refund.receipt) == ("due", 500, "NLJ7RT61SW")
    assert payment.order_status == "completed"
    assert shop.figures() == (9, 0, 1)


def test_a_paid_callback_after_a_failed_one_wins(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), stk(1032))
    assert shop.payment(payment).reason == "cancelled_by_customer"
    post(api, token_of(shop), paid())
    assert shop.settle(payment).order_status == "completed"


def test_a_failed_callback_after_a_paid_one_goes_to_review(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid())
    post(api, token_of(shop), stk(1032))
    assert shop.payment(payment).status == "PAID"
    assert shop.payment(payment).review


def test_a_callback_that_overtakes_the_pushs_answer_finds_its_order(api: Any, shop: Shop) -> None:
    shop.open()
    shop.daraja.on_push = lambda sent: post(api, sent["callback_url"].split("/")[-2], paid())
    payment = shop.buy()
    assert (payment.status, payment.checkout_request_id) == ("PAID", "ws_CO_1")
    assert shop.settle(payment).order_status == "completed"


def test_a_callback_without_a_token_only_has_the_payment_asked_about(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    receiving.receive_hint(json.dumps(paid()), "196.201.212.69", shop.queue)  # pyright: ignore[reportArgumentType]
    assert shop.queue.asked_once == [payment.order_id]
    assert shop.payment(payment).status == "PENDING"


@pytest.mark.parametrize(("check", "status"), [("log", 200), ("enforce", 404)])
def test_an_unlisted_address_is_logged_or_kept_out(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch, check: Any, status: int
) -> None:
    shop.open()
    shop.buy()
    chosen = Settings(mpesa_callback_ips=["10.0.0.1"], mpesa_callback_ip_check=check)
    monkeypatch.setattr(receiving, "settings", lambda: chosen)
    assert post(api, token_of(shop), paid()).status == status


def test_a_broken_body_with_the_right_token_is_kept_and_told_off(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    answer = api("payments/mpesa_callback", "POST", "/c", raw_body="{", path_parameters={"token": token_of(shop)})
    assert (answer.status, answer.json["code"]) == (400, "broken_json")
    assert len(list(CallbackItem.query(payment.pk, CallbackItem.sk.startswith("CALLBACK#")))) == 1


def check(shop: Shop, payment: PaymentItem, now: int | None = None, attempt: int = 0) -> int | None:
    line = WaitingLine(Rate(60_000, 1000))
    millis = 1000 * (now or clock.epoch_now())
    following = check_payment(Check(payment.order_id, attempt), shop.daraja, line, millis)  # pyright: ignore[reportArgumentType]
    return following and following.delay_seconds


def test_a_lost_callback_is_found_by_asking(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    assert check(shop, payment) == 25, "no answer yet: ask again"
    shop.daraja.results["ws_CO_1"] = ("0", "processed")
    check(shop, payment)
    assert shop.settle(payment).order_status == "completed"
    assert check(shop, payment), "its receipt may come still"
    assert check(shop, payment, int(payment.expires_at) + LATE_CHECKS_SECONDS[-1]) is None


def test_a_cancelled_payment_is_found_by_asking(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    shop.daraja.results["ws_CO_1"] = ("1032", "cancelled")
    check(shop, payment)
    assert shop.settle(payment).order_status == "cancelled"


def test_nobody_knows_until_the_deadline_and_then_the_order_expires(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    deadline = int(payment.expires_at)
    assert check(shop, payment, deadline - 5) == 5, "the last check is at the deadline itself"
    assert check(shop, payment, deadline)
    assert shop.payment(payment).status == "EXPIRED"
    assert shop.settle(payment).order_status == "expired"
    assert shop.figures() == (10, 0, 0)


def test_money_found_after_the_deadline_still_counts(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    expire(payment.order_id, int(payment.expires_at))
    shop.settle(payment)
    shop.daraja.results["ws_CO_1"] = ("0", "processed")
    late = next_check(shop.payment(payment), 5, int(payment.expires_at))
    assert late == 300
    check(shop, payment, int(payment.expires_at) + late)
    assert shop.settle(payment).order_status == "completed"


def test_a_decided_payment_that_was_not_settled_is_brought_up_again(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid(payment.order_id, "NLJ7RT61SV")
    assert check(shop, payment, attempt=1), "not settled: check again"
    assert shop.payment(payment).nudged_at


def test_an_unlisted_result_code_stays_pending_and_then_goes_to_review(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    shop.daraja.results["ws_CO_1"] = ("31337", "who knows")
    check(shop, payment)
    assert shop.payment(payment).status == "PENDING"
    check(shop, payment, int(payment.expires_at))
    assert shop.payment(payment).status == "EXPIRED"
    assert shop.payment(payment).review == ["result code 31337 is in no list"]


def test_a_callback_with_an_unlisted_code_decides_nothing_until_the_deadline(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), stk("31337"))
    assert (shop.payment(payment).status, shop.payment(payment).review) == ("PENDING", None)
    check(shop, payment, int(payment.expires_at))
    assert shop.payment(payment).status == "EXPIRED"
    assert shop.payment(payment).review == ["result code 31337 is in no list"]


def test_an_unlisted_code_is_reviewed_whoever_ends_the_payment_when_its_timer_is_lost(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), stk("31337"))
    expire(payment.order_id, int(payment.expires_at))
    assert shop.settle(payment).order_status == "expired"
    assert shop.payment(payment).review == ["result code 31337 is in no list"]
    assert shop.settle(payment).review == ["result code 31337 is in no list"]


@pytest.mark.parametrize("late", [False, True])
def test_what_an_unlisted_code_left_open_a_query_decides(api: Any, shop: Shop, late: bool) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), stk("31337"))
    if late:
        check(shop, payment, int(payment.expires_at))
    shop.daraja.results["ws_CO_1"] = ("0", "processed")
    check(shop, payment, int(payment.expires_at) + LATE_CHECKS_SECONDS[0] if late else None)
    assert bool(shop.payment(payment).review) is late
    assert shop.settle(payment).order_status == "completed"


def test_who_is_told_of_a_listed_reason_is_not_asked_about_an_unlisted_one(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), stk("31337"))
    post(api, token_of(shop), stk("1032"))
    check(shop, payment, int(payment.expires_at))
    assert (shop.payment(payment).status, shop.payment(payment).review) == ("FAILED", None)


def test_what_contradicts_itself_gets_no_ticket_even_when_the_query_says_paid(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(amount=1))
    shop.daraja.results["ws_CO_1"] = ("0", "processed")
    check(shop, payment)
    assert shop.payment(payment).status == "PENDING"
    assert shop.payment(payment).review


@pytest.mark.parametrize("code", ["\ud800", "\x00", "x" * 5000])
def test_a_result_code_that_is_no_text_does_not_break_the_callback(api: Any, shop: Shop, code: str) -> None:
    shop.open()
    payment = shop.buy()
    assert post(api, token_of(shop), stk(code)).status == 200
    assert shop.payment(payment).status == "PENDING"
