"""A callback is kept before it is acted on; whatever dies in between, the stream brings what was kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, Api, load_function
from tests.unit.payments.test_receiving import paid, post, stk, token_of
from tests.unit.shop import Shop
from tiketi.payments import outcomes, receive_callback
from tiketi.payments.daraja import Unknown
from tiketi.payments.items import REVIEWS, CallbackItem, PaymentItem, ReviewItem
from tiketi.payments.refund_items import find_refund, refund_id_of


def the_stream_brings_callbacks(payment: PaymentItem) -> None:
    """As DynamoDB hands them over: every callback that was ever kept for the payment's customer."""
    records = [
        {
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {"SequenceNumber": str(number), "NewImage": item.serialize()},
        }
        for number, item in enumerate(CallbackItem.query(payment.pk, CallbackItem.sk.startswith("CALLBACK#")))
    ]
    answer = load_function("sales/finalize_ticket").handler({"Records": records}, LAMBDA_CONTEXT)
    assert answer == {"batchItemFailures": []}


def dies(*_: object, **__: object) -> Any:
    raise RuntimeError("the function is gone")


def die_at(monkeypatch: pytest.MonkeyPatch, step: str, act: Callable[[], int]) -> None:
    with monkeypatch.context() as crash:
        crash.setattr(receive_callback, step, dies)
        assert act() == 500


def test_a_callback_that_died_after_it_was_kept_pays_its_order_although_the_pushs_answer_was_lost(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    shop.daraja.answers = [Unknown("ReadTimeout")]
    payment = shop.buy()
    die_at(monkeypatch, "register_receipt", lambda: post(api, token_of(shop), paid()).status)
    assert shop.payment(payment).status == "PENDING"
    the_stream_brings_callbacks(payment)
    assert shop.settle(payment).order_status == "completed"


def test_a_receipt_that_was_registered_and_not_told_to_its_payment_is_told(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    die_at(monkeypatch, "mark_paid", lambda: post(api, token_of(shop), paid()).status)
    the_stream_brings_callbacks(payment)
    assert (shop.payment(payment).status, shop.payment(payment).receipt) == ("PAID", "NLJ7RT61SV")


def test_a_second_receipt_whose_callback_died_is_given_back_all_the_same(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid())
    die_at(monkeypatch, "mark_paid", lambda: post(api, token_of(shop), paid("NLJ7RT61SW")).status)
    refund_id = refund_id_of(payment.order_id, "NLJ7RT61SW")
    assert find_refund(refund_id) is None
    the_stream_brings_callbacks(payment)
    assert find_refund(refund_id)


def test_a_callback_that_was_acted_on_is_read_again_without_a_write(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    first, second = shop.buy(), shop.buy()
    post(api, token_of(shop), stk(1032))
    post(api, token_of(shop), paid())
    post(api, token_of(shop), paid("NLJ7RT61SW"))
    post(api, token_of(shop), paid(amount=1))
    post(api, token_of(shop), stk(4999))
    post(api, token_of(shop, 1), paid(checkout="ws_CO_2", merchant="m-2"))
    before = [shop.payment(each).to_simple_dict() for each in (first, second)]
    monkeypatch.setattr(outcomes, "change", dies)
    monkeypatch.setattr(receive_callback, "register_receipt", dies)
    for payment in (first, second):
        the_stream_brings_callbacks(payment)
    assert [shop.payment(each).to_simple_dict() for each in (first, second)] == before


def test_a_kept_body_that_says_nothing_does_not_hold_up_the_stream(api: Api, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    api("payments/mpesa_callback", "POST", "/c", raw_body="{", path_parameters={"token": token_of(shop)})
    the_stream_brings_callbacks(payment)
    assert shop.payment(payment).status == "PENDING"


def test_two_notes_at_the_same_moment_are_both_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    payment = shop.buy()
    stale = shop.payment(payment)
    outcomes.put_to_review(payment.order_id, "one")
    monkeypatch.setattr(outcomes, "find_payment", lambda order_id: stale)
    outcomes.put_to_review(payment.order_id, "another")
    outcomes.put_to_review(payment.order_id, "one")
    assert shop.payment(payment).review == ["one", "another"]
    assert [each.sk for each in ReviewItem.query(REVIEWS)] == [payment.order_id]


def test_what_a_person_has_looked_at_is_not_noted_again(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    payment.update(actions=[PaymentItem.reviewed.set(["one"])])
    outcomes.put_to_review(payment.order_id, "one")
    assert not shop.payment(payment).review


def test_the_body_that_is_read_again_is_the_one_that_came(api: Api, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    receive_callback.read_again(payment.order_id, json.dumps(paid()), "2026-11-24T09:00:00Z")
    assert shop.payment(payment).receipt == "NLJ7RT61SV"
    receive_callback.read_again("no order", json.dumps(paid()), "2026-11-24T09:00:00Z")
