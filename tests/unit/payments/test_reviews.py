"""A person decides about payments in doubt."""

from typing import Any

import pytest

from operations import reviews as commands
from tests.unit.payments.test_receiving import paid, post, token_of
from tests.unit.shop import Shop
from tiketi.payments import reviews
from tiketi.payments.items import REVIEWS, PaymentItem, ReviewItem
from tiketi.payments.outcomes import put_to_review
from tiketi.sales.orders import order_answer

RECEIPT = "NLJ7RT61SV"


@pytest.fixture
def doubtful(api: Any, shop: Shop) -> PaymentItem:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT, checkout="ws_CO_other"))
    return shop.payment(payment)


def test_payments_in_doubt_are_listed_with_what_it_is(doubtful: PaymentItem) -> None:
    [told] = commands.list_doubts()
    assert doubtful.order_id in told
    assert "KES 500  PENDING, pending, no receipt" in told
    assert "- the callback's CheckoutRequestID is not the payment's" in told


def test_a_doubt_that_was_looked_at_is_gone_and_does_not_come_back(api: Any, shop: Shop, doubtful: PaymentItem) -> None:
    assert commands.clear(doubtful.order_id) == f"{doubtful.order_id}: 1 cleared."
    post(api, token_of(shop), paid(RECEIPT, checkout="ws_CO_other"))
    assert commands.list_doubts() == ["No payment is in doubt."]
    assert commands.clear(doubtful.order_id) == f"There is no doubt about {doubtful.order_id}."


def test_what_the_portal_shows_as_paid_is_taken(shop: Shop, doubtful: PaymentItem) -> None:
    for _ in range(2):
        assert "is paid by" in commands.accept(doubtful.order_id, RECEIPT.lower())
    payment = shop.settle(doubtful)
    assert (payment.order_status, payment.receipt) == ("completed", RECEIPT)


@pytest.mark.parametrize(
    ("order", "receipt", "words"),
    [("nobody", RECEIPT, "no such order"), ("", "A-B", "is no receipt"), ("", "", "is no receipt")],
)
def test_what_cannot_be_is_not_taken(doubtful: PaymentItem, order: str, receipt: str, words: str) -> None:
    with pytest.raises(SystemExit, match=words):
        commands.accept(order or doubtful.order_id, receipt)


def test_a_receipt_of_another_order_is_not_taken_nor_a_second_one(api: Any, shop: Shop, doubtful: PaymentItem) -> None:
    other = shop.buy()
    post(api, token_of(shop, 1), paid("NLJ7RT61SW", checkout="ws_CO_2", merchant="m-2"))
    with pytest.raises(SystemExit, match="counts for another order"):
        commands.accept(doubtful.order_id, "NLJ7RT61SW")
    with pytest.raises(SystemExit, match="was paid by NLJ7RT61SW before"):
        commands.accept(other.order_id, "NLJ7RT61SX")


def test_an_entry_of_the_list_without_a_doubt_yet_is_passed_over(shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    ReviewItem(REVIEWS, payment.order_id, noted_at="2026-01-01T00:00:00Z").save()
    assert commands.list_doubts() == ["No payment is in doubt."]
    assert [each.sk for each in ReviewItem.query(REVIEWS)] == [payment.order_id], "its doubt may be on its way"


def test_a_doubt_that_comes_meanwhile_is_not_lost(
    shop: Shop, doubtful: PaymentItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = reviews.change

    def slowly(*given: Any) -> Any:
        put_to_review(doubtful.order_id, "another doubt")
        return change(*given)

    monkeypatch.setattr(reviews, "change", slowly)
    with pytest.raises(SystemExit, match="look again"):
        commands.clear(doubtful.order_id)
    assert len(shop.payment(doubtful).review or []) == 2


def test_the_customer_reads_that_a_person_looks_at_it_until_it_is_decided(shop: Shop, doubtful: PaymentItem) -> None:
    assert order_answer(doubtful, "en")["message"].startswith("A person has to look at this payment.")
    assert order_answer(doubtful, "sw")["message"].startswith("Mtu anapaswa")
    commands.accept(doubtful.order_id, RECEIPT)
    assert order_answer(shop.settle(doubtful), "en")["message"] == "Your tickets are ready."
