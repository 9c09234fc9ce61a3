"""Money that does not come as it should: without its receipt, or another amount than was asked."""

from typing import Any

import pytest

from tests.unit.payments.test_receiving import paid, post, token_of
from tests.unit.shop import Shop
from tiketi.payments import booking, ledger
from tiketi.payments.items import PaymentItem, find_receipt
from tiketi.payments.ledger_rules import balances
from tiketi.payments.outcomes import mark_paid, mark_paid_by_query, register_receipt
from tiketi.payments.receive_callback import read_again
from tiketi.payments.refund_items import find_refund, refund_id_of
from tiketi.payments.refunds import retry_by_machine

RECEIPT = "NLJ7RT61SV"


def ledger_of(payment: PaymentItem, *receipts: str) -> dict[Any, int]:
    found = [find_receipt(receipt) for receipt in receipts]
    entries = [*ledger.entries_of(payment.order_id), *(each for each in found if each)]
    return {account: amount for account, amount in balances(map(ledger.entry_lines, entries)).items() if amount}


def sold_by_query(shop: Shop) -> PaymentItem:
    shop.open()
    payment = shop.buy()
    mark_paid_by_query(payment.order_id)
    return shop.settle(payment)


def test_what_a_query_says_was_paid_waits_on_the_ledger_for_its_receipt(shop: Shop) -> None:
    payment = sold_by_query(shop)
    assert payment.order_status == "completed"
    assert ledger_of(payment) == {"mpesa_unreceipted": 500, "organizers": -500}
    assert ledger_of(shop.settle(payment)) == {"mpesa_unreceipted": 500, "organizers": -500}


def test_the_receipt_that_comes_later_takes_its_place(api: Any, shop: Shop) -> None:
    payment = sold_by_query(shop)
    for _ in range(2):
        post(api, token_of(shop), paid(RECEIPT))
    assert shop.payment(payment).receipt == RECEIPT
    assert ledger_of(payment, RECEIPT) == {"mpesa": 500, "organizers": -500}


def test_the_receipt_may_come_before_the_order_is_settled(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid_by_query(payment.order_id)
    post(api, token_of(shop), paid(RECEIPT))
    shop.settle(payment)
    assert ledger_of(payment, RECEIPT) == {"mpesa": 500, "organizers": -500}


def test_a_callback_that_dies_before_it_books_the_receipt_is_read_again(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = sold_by_query(shop)
    with monkeypatch.context() as crash:
        crash.setattr(booking, "post", lambda *given: 1 / 0)
        assert post(api, token_of(shop), paid(RECEIPT)).status == 500
    assert ledger_of(payment, RECEIPT) == {
        "mpesa": 500,
        "mpesa_unreceipted": 500,
        "customers": -500,
        "organizers": -500,
    }
    body = paid(RECEIPT)
    read_again(payment.order_id, str(body).replace("'", '"'), "2026-01-01T00:00:00Z")
    assert ledger_of(payment, RECEIPT) == {"mpesa": 500, "organizers": -500}


def test_a_payment_that_came_with_its_receipt_costs_no_write_more(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    register_receipt(RECEIPT, payment.order_id, 500)
    mark_paid(payment.order_id, RECEIPT)
    shop.settle(payment)
    assert [entry.kind for entry in ledger.entries_of(payment.order_id)] == ["sold"]


def test_another_amount_than_was_asked_is_on_the_ledger_and_before_a_person(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    for _ in range(2):
        post(api, token_of(shop), paid(RECEIPT, amount=400))
    payment = shop.payment(payment)
    assert (payment.status, payment.review) == ("PENDING", [f"KES 400 were paid by {RECEIPT}, KES 500 were asked"])
    assert ledger_of(payment, RECEIPT) == {"mpesa": 400, "refunds": -400}
    refund = find_refund(refund_id_of(payment.order_id, RECEIPT))
    assert refund
    assert (refund.state, refund.amount, refund.gsi1_pk) == ("manual", 400, "REFUNDS#manual")
    assert retry_by_machine(refund.refund_id), "the operator may have M-PESA reverse it"


def test_money_in_doubt_pays_for_nothing_later(api: Any, shop: Shop) -> None:
    """Its receipt counts with the amount that it first came with: never a ticket and a refund for one receipt."""
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT, amount=400))
    post(api, token_of(shop), paid(RECEIPT))
    assert shop.payment(payment).status == "PENDING"
    assert len(shop.payment(payment).review or []) == 2


def test_money_that_paid_for_the_order_is_not_in_doubt_later(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT))
    post(api, token_of(shop), paid(RECEIPT, amount=400))
    payment = shop.settle(payment)
    assert payment.order_status == "completed"
    assert find_refund(refund_id_of(payment.order_id, RECEIPT)) is None
    assert ledger_of(payment, RECEIPT) == {"mpesa": 500, "organizers": -500}


def test_money_in_doubt_whose_function_died_is_read_again(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    with monkeypatch.context() as crash:
        crash.setattr("tiketi.payments.receive_callback.open_doubtful_refund", lambda *given: 1 / 0)
        assert post(api, token_of(shop), paid(RECEIPT, amount=400)).status == 500
    read_again(payment.order_id, str(paid(RECEIPT, amount=400)).replace("'", '"'), "2026-01-01T00:00:00Z")
    assert ledger_of(payment, RECEIPT) == {"mpesa": 400, "refunds": -400}
