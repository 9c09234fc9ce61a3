"""The ledger: entries are put once, and their lines sum to zero."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.shop import Shop
from tiketi.ids import new_id, new_order_id
from tiketi.payments import ledger
from tiketi.payments.ledger_rules import EntryKind, balances, lines_of
from tiketi.payments.outcomes import mark_paid

KINDS: list[EntryKind] = list(get_args(EntryKind))


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 250_000), st.booleans())))
def test_whatever_is_posted_the_ledger_sums_to_zero(posted: list[tuple[EntryKind, int, bool]]) -> None:
    entries = [lines_of(kind, amount, was_sold=sold) for kind, amount, sold in posted]
    assert sum(balances(entries).values()) == 0


def test_a_sale_leaves_nothing_with_the_customer_and_a_refund_leaves_nothing_anywhere() -> None:
    sale = [lines_of("received", 500), lines_of("sold", 500)]
    assert balances(sale) == {"mpesa": 500, "customers": 0, "organizers": -500}
    refund = [*sale, lines_of("refund_due", 500, was_sold=True), lines_of("refunded", 500)]
    assert set(balances(refund).values()) == {0}
    unsold = [lines_of("received", 500), lines_of("refund_due", 500), lines_of("refunded", 500)]
    assert set(balances(unsold).values()) == {0}


def test_a_receipt_that_is_found_takes_the_place_of_the_query_s_word() -> None:
    entries = [lines_of("received_without_receipt", 500), lines_of("received", 500), lines_of("receipt_found", 500)]
    assert balances(entries) == {"mpesa": 500, "customers": -500, "mpesa_unreceipted": 0}


def test_no_entry_moves_a_negative_amount() -> None:
    with pytest.raises(ValueError, match="negative"):
        lines_of("sold", -1)


def test_an_entry_is_posted_once_and_never_changed(table: Any) -> None:
    order_id = new_order_id(new_id())
    assert ledger.post(order_id, "sold", 500)
    assert not ledger.post(order_id, "sold", 500)
    with pytest.raises(ledger.LedgerConflict):
        ledger.post(order_id, "sold", 400)
    ledger.post(order_id, "refund_due", 500, "R1", was_sold=True)
    assert [entry.kind for entry in ledger.entries_of(order_id)] == ["refund_due", "sold"]


def test_a_sale_is_booked_once_however_often_the_stream_comes_by(shop: Shop) -> None:
    shop.open()
    payment = shop.buy(2)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    for _ in range(3):
        shop.settle(payment)
    entries = ledger.entries_of(payment.order_id)
    assert [(entry.kind, entry.lines) for entry in entries] == [("sold", {"customers": 1000, "organizers": -1000})]


def test_a_sale_whose_booking_a_crash_prevented_is_booked_by_the_next_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid(payment.order_id, "NLJ7RT61SV")
    with monkeypatch.context() as crash:
        crash.setattr(ledger, "post", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shop.settle(payment)
    assert shop.payment(payment).order_status == "completed"
    shop.settle(payment)
    assert [entry.kind for entry in ledger.entries_of(payment.order_id)] == ["sold"]


def test_a_free_ticket_moves_no_money(shop: Shop) -> None:
    shop.open(price=0)
    payment = shop.settle(shop.buy())
    assert payment.order_status == "completed"
    assert ledger.entries_of(payment.order_id) == []
