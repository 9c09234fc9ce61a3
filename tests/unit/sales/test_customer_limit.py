"""A tier's limit for one customer, over all of his orders: who counts, who does not any more, and late money."""

from collections.abc import Callable

import pytest

from tests.unit.shop import Shop
from tiketi import clock
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.payments.daraja import Refused
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import expire, mark_failed, mark_paid
from tiketi.sales import allowance

CUSTOMER = new_id()


@pytest.fixture
def limited(shop: Shop) -> Shop:
    shop.open(max_per_customer=2)
    return shop


def buys(shop: Shop, quantity: int = 1) -> PaymentItem:
    return shop.buy(quantity, user_id=CUSTOMER)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_orders_that_wait_for_their_money_count(limited: Shop) -> None:
    buys(limited)
    buys(limited)
    assert refused(lambda: buys(limited)) == "customer_limit"
    assert limited.figures() == (8, 2, 0), "no stock is taken for it"
    assert len(limited.daraja.pushes) == 2, "and no phone rings"


def test_tickets_count(limited: Shop) -> None:
    payment = buys(limited, 2)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    assert limited.settle(payment).order_status == "completed"
    assert refused(lambda: buys(limited)) == "customer_limit"


def test_another_customer_has_a_limit_of_his_own(limited: Shop) -> None:
    buys(limited, 2)
    limited.buy(2, user_id=new_id())


def test_the_refusal_says_how_many(limited: Shop) -> None:
    buys(limited, 2)
    with pytest.raises(Refusal) as caught:
        buys(limited)
    assert (caught.value.params["most"], caught.value.params["ticket_type"]) == (2, "VIP")


@pytest.mark.parametrize("settled", [True, False], ids=["settled", "not settled by the stream"])
def test_an_order_that_failed_does_not_count_any_more(limited: Shop, settled: bool) -> None:
    payment = buys(limited, 2)
    mark_failed(payment.order_id, "cancelled_by_customer")
    if settled:
        limited.settle(payment)
    assert buys(limited, 2).status == "PENDING"
    assert limited.payment(payment).order_status == "cancelled"
    assert limited.figures() == (8, 2, 0)


def test_an_order_that_m_pesa_refused_does_not_count(limited: Shop) -> None:
    limited.daraja.answers.append(Refused("mpesa_busy", "-"))
    assert refused(lambda: buys(limited, 2)) == "mpesa_busy"
    assert buys(limited, 2).status == "PENDING"


def test_an_order_past_its_deadline_is_brought_to_its_end_by_the_next_one(limited: Shop) -> None:
    payment = buys(limited, 2)
    payment.update([PaymentItem.expires_at.set(clock.epoch_now())])
    assert buys(limited, 2).status == "PENDING"
    assert limited.payment(payment).order_status == "expired"


def test_a_prompt_that_nobody_answered_counts_until_its_hold_lapses(limited: Shop) -> None:
    payment = buys(limited, 2)
    mark_failed(payment.order_id, "no_answer")
    assert refused(lambda: buys(limited)) == "customer_limit"
    payment.update([PaymentItem.expires_at.set(clock.epoch_now())])
    assert buys(limited, 2).status == "PENDING"


def test_an_order_whose_money_goes_back_does_not_count(limited: Shop) -> None:
    payment = buys(limited, 2)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    limited.settle(payment).update([PaymentItem.order_status.set("refund_pending")])
    assert buys(limited, 2).status == "PENDING"


def late(shop: Shop) -> PaymentItem:
    """An order that expired, and whose share another one took, or could have."""
    payment = buys(shop, 2)
    expire(payment.order_id, int(payment.expires_at))
    shop.settle(payment)
    return payment


def test_late_money_has_its_tickets_while_the_limit_allows(limited: Shop) -> None:
    payment = late(limited)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    assert limited.settle(payment).order_status == "completed"
    assert refused(lambda: buys(limited)) == "customer_limit"


def test_late_money_goes_back_when_another_order_has_used_the_limit_up(limited: Shop) -> None:
    payment, other = late(limited), buys(limited, 2)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    after = limited.settle(payment)
    assert (after.order_status, after.reason) == ("refund_pending", "limit_before_payment")
    mark_paid(other.order_id, "NLJ7RT61SW")
    assert limited.settle(other).order_status == "completed"
    assert limited.figures() == (8, 0, 2)


def test_a_tier_without_a_limit_writes_no_allowance(shop: Shop) -> None:
    shop.open()
    buys(shop, 10)
    assert not list(allowance.AllowanceItem.query(f"USER#{CUSTOMER}", allowance.AllowanceItem.sk.startswith("ALLOW")))


def test_who_is_outrun_by_himself_each_time_is_told_to_try_again(
    limited: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "_put", lambda *given: False)  # pyright: ignore[reportUnknownLambdaType]
    assert refused(lambda: buys(limited)) == "stock_moving"
