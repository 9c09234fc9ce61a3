"""What the customer reads of his order, and whether its stock waits."""

from typing import Any

import pytest

from tiketi.payments.items import PaymentItem
from tiketi.payments.order_status import keeps_hold, order_status


def payment(**attributes: Any) -> PaymentItem:
    known: dict[str, Any] = {"amount": 500, "expires_at": 1_000}
    return PaymentItem("USER#u", "PAYMENT#p", **{**known, **attributes})


@pytest.mark.parametrize("settled", ["completed", "cancelled", "refund_pending", "refunded"])
@pytest.mark.parametrize("status", ["PAID", "EXPIRED"])
def test_what_was_settled_is_what_the_order_says(settled: str, status: str) -> None:
    assert order_status(payment(status=status, order_status=settled), 5_000) == settled


def test_money_that_has_come_makes_no_finished_order_yet() -> None:
    assert order_status(payment(status="PAID"), 5_000) == "pending"


def test_an_unpaid_order_is_pending_until_half_a_minute_after_its_deadline() -> None:
    assert order_status(payment(status="PENDING"), 1_029) == "pending"
    assert order_status(payment(status="PENDING"), 1_030) == "expired"
    assert order_status(payment(status="PENDING"), 1_031) == "expired"


def test_an_expired_order_is_expired_at_any_time() -> None:
    assert order_status(payment(status="EXPIRED"), 0) == "expired"


def test_who_cancels_on_the_phone_has_cancelled_and_any_other_failure_is_one() -> None:
    assert order_status(payment(status="FAILED", reason="cancelled_by_customer"), 0) == "cancelled"
    assert order_status(payment(status="FAILED", reason="wrong_pin"), 0) == "failed"
    assert order_status(payment(status="FAILED"), 0) == "failed"


def test_stock_waits_for_a_late_answer_until_its_hold_lapses() -> None:
    assert keeps_hold(payment(status="FAILED", reason="no_answer"), 999)
    assert not keeps_hold(payment(status="FAILED", reason="no_answer"), 1_000)
    assert not keeps_hold(payment(status="FAILED", reason="no_answer"), 1_001)


def test_stock_waits_for_no_other_failure_and_for_no_other_state() -> None:
    assert not keeps_hold(payment(status="FAILED", reason="wrong_pin"), 0)
    assert not keeps_hold(payment(status="EXPIRED", reason="no_answer"), 0)
