"""A customer gives an order back: tickets end, stock returns once, money is due."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.conftest import Api
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.catalogue.items import EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import customer_of, new_id, ticket_ids
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import mark_paid
from tiketi.payments.refund_items import find_refund, refund_id_of
from tiketi.sales import cancel_order as cancelling
from tiketi.sales import finalize, returns, stock
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.sales.void_ticket import void_ticket


def allow(shop: Shop, hours: int = 24, percent: int = 100) -> None:
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.refund_until_hours.set(hours), EventItem.refund_percent.set(percent)]
    )


def bought(shop: Shop, quantity: int = 1) -> PaymentItem:
    payment = shop.buy(quantity)
    if int(payment.amount):
        mark_paid(payment.order_id, f"R{payment.order_id[-8:]}")
    return shop.settle(payment)


def cancel(payment: PaymentItem) -> PaymentItem:
    return cancel_order(customer_of(payment.order_id) or "", payment.order_id)


def statuses(payment: PaymentItem) -> list[str]:
    return [TicketItem.get(*ticket_key(each)).status for each in ticket_ids(payment.order_id, int(payment.quantity))]


def admit(ticket_id: str) -> None:
    TicketItem(*ticket_key(ticket_id)).update(
        [TicketItem.admitted_at.set("2099-12-24T15:00:00Z")], condition=TicketItem.status == "valid"
    )


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.code


def test_tickets_end_money_is_due_and_stock_returns_once(shop: Shop) -> None:
    shop.open(capacity=10)
    allow(shop, percent=50)
    payment = bought(shop, 3)
    assert shop.figures() == (7, 0, 3)
    cancelled = cancel(payment)
    assert (cancelled.order_status, cancelled.reason, cancelled.refund_amount) == (
        "refund_pending",
        "cancelled_by_request",
        750,
    )
    assert statuses(payment) == ["refunded"] * 3
    for _ in range(3):
        shop.settle(payment)
        assert shop.figures() == (10, 0, 0)
    assert cancel(payment).order_status == "refund_pending", "to cancel again changes nothing"


def test_an_event_that_was_brought_forward_and_is_over_takes_nothing_back(shop: Shop) -> None:
    """The start it was bought for is yet to come."""
    shop.open(capacity=5)
    allow(shop)
    payment = bought(shop)
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.start_date.set("2026-01-01T15:00:00Z"), EventItem.end_date.set("2026-01-01T20:00:00Z")]
    )
    assert refused(lambda: cancel(payment)) == "event_over"
    assert statuses(payment) == ["valid"]


def test_a_free_order_is_cancelled_and_no_refund_is_due(shop: Shop) -> None:
    shop.open(capacity=5, price=0)
    allow(shop)
    payment = bought(shop, 2)
    assert payment.order_status == "completed"
    cancelled = cancel(payment)
    assert (cancelled.order_status, cancelled.refund_amount) == ("cancelled", None)
    assert statuses(payment) == ["void", "void"]
    shop.settle(payment)
    shop.settle(payment)
    assert shop.figures() == (5, 0, 0)
    assert shop.payment(payment).order_status == "cancelled"


def test_stock_returns_to_the_shards_it_came_from(shop: Shop) -> None:
    shop.open(capacity=4, shards=4)
    allow(shop)
    first, second = bought(shop, 3), bought(shop, 1)
    cancel(first)
    shop.settle(first)
    assert shop.figures() == (3, 0, 1)
    cancel(second)
    shop.settle(second)
    assert shop.figures() == (4, 0, 0)


def test_a_sold_entry_that_is_still_there_goes_with_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=4)
    allow(shop)
    with monkeypatch.context() as crashed:
        crashed.setattr(finalize, "_hand_over", lambda *_: None)
        payment = bought(shop, 2)
    assert "sold" in {each.state for shard in stock.read_shards(shop.pool) for each in shard.entries.values()}
    cancel(payment)
    shop.settle(payment)
    stock.forget_sold(shop.pool, payment.order_id, 2)
    shop.settle(payment)
    assert shop.figures() == (4, 0, 0)


def test_two_finalizers_at_once_return_the_stock_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=4)
    allow(shop)
    bought(shop, 2)
    payment = bought(shop, 2)
    cancel(payment)
    give_back, first = returns._give_back, [True]  # pyright: ignore[reportPrivateUsage]

    def the_other_is_faster(*args: Any) -> bool:
        if first:
            first.clear()
            finalize.settle(payment.order_id, clock.epoch_now())
        return give_back(*args)

    monkeypatch.setattr(returns, "_give_back", the_other_is_faster)
    shop.settle(payment)
    assert shop.figures() == (2, 0, 2)


def test_nobody_gives_back_what_somebody_was_admitted_with(shop: Shop) -> None:
    shop.open()
    allow(shop)
    payment = bought(shop, 2)
    admit(f"{payment.order_id}-2")
    assert refused(lambda: cancel(payment)) == "tickets_used"
    assert statuses(payment) == ["valid", "valid"]
    assert shop.payment(payment).order_status == "completed"


def test_the_gate_and_the_customer_at_the_same_moment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan comes between the read and the write: the order stays whole, and so does the admission."""
    shop.open()
    allow(shop)
    payment = bought(shop, 2)
    end = cancelling._end  # pyright: ignore[reportPrivateUsage]

    def scanned_meanwhile(*args: Any) -> bool:
        admit(f"{payment.order_id}-1")
        return end(*args)

    monkeypatch.setattr(cancelling, "_end", scanned_meanwhile)
    assert refused(lambda: cancel(payment)) == "tickets_used"
    assert statuses(payment) == ["valid", "valid"]
    assert shop.settle(payment).order_status == "completed"


def test_an_order_with_a_ticket_that_was_passed_on_stays(shop: Shop) -> None:
    shop.open()
    allow(shop)
    payment = bought(shop, 2)
    TicketItem(*ticket_key(f"{payment.order_id}-1")).update([TicketItem.status.set("transferred")])
    assert refused(lambda: cancel(payment)) == "tickets_passed_on"


def void(shop: Shop, ticket_id: str) -> None:
    void_ticket(EventItem.get(event_key(shop.event_id), "EVENT").organizer_id, ticket_id, "bought with a stolen phone")


def test_the_rest_of_an_order_goes_back_when_the_organizer_has_made_a_ticket_void(shop: Shop) -> None:
    shop.open(capacity=10)
    allow(shop, percent=50)
    payment = bought(shop, 3)
    void(shop, f"{payment.order_id}-2")
    cancelled = cancel(payment)
    assert (cancelled.order_status, cancelled.refund_amount) == ("refund_pending", 500), "half of two of three tickets"
    assert statuses(payment) == ["refunded", "void", "refunded"]
    for _ in range(2):
        shop.settle(payment)
        assert shop.figures() == (10, 0, 0), "every seat is back, the void one as well, and once"
    refund = find_refund(refund_id_of(payment.order_id, "ORDER"))
    assert refund and int(refund.amount) == 500


def test_an_order_of_void_tickets_only_has_nothing_to_give_back(shop: Shop) -> None:
    shop.open()
    allow(shop)
    payment = bought(shop)
    void(shop, f"{payment.order_id}-1")
    assert refused(lambda: cancel(payment)) == "tickets_ended"


def test_a_ticket_that_is_made_void_at_that_moment_is_not_paid_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    allow(shop)
    payment = bought(shop, 2)
    end, first = cancelling._end, [True]  # pyright: ignore[reportPrivateUsage]

    def made_void_meanwhile(*args: Any) -> bool:
        if first:
            first.clear()
            void(shop, f"{payment.order_id}-1")
        return end(*args)

    monkeypatch.setattr(cancelling, "_end", made_void_meanwhile)
    assert (cancel(payment).refund_amount, statuses(payment)) == (500, ["void", "refunded"])


def test_the_terms_of_the_purchase_bind_the_organizer(shop: Shop) -> None:
    shop.open()
    allow(shop, percent=80)
    payment = bought(shop, 2)
    EventItem(event_key(shop.event_id), "EVENT").update([EventItem.refund_until_hours.remove()])
    assert refused(lambda: cancel(bought(shop))) == "no_cancellation", "who buys now buys on the terms of now"
    assert cancel(payment).refund_amount == 800


def test_what_is_not_completed_or_not_ones_own_is_not_cancelled(shop: Shop) -> None:
    shop.open()
    allow(shop)
    payment = shop.buy()
    assert refused(lambda: cancel(payment)) == "order_not_completed"
    assert refused(lambda: cancel_order(new_id(), payment.order_id)) == "order_not_found"
    assert refused(lambda: cancel_order(new_id(), "nonsense")) == "order_not_found"


def test_without_the_organizers_word_nothing_is_taken_back(shop: Shop) -> None:
    shop.open()
    assert refused(lambda: cancel(bought(shop))) == "no_cancellation"


def test_over_http(shop: Shop, api: Api) -> None:
    shop.open()
    allow(shop)
    payment = bought(shop)
    user = (customer_of(payment.order_id) or "", "customer")
    path = {"order_id": payment.order_id}
    answer = api("sales/cancel_order", "POST", path_parameters=path, user=user)
    assert (answer.status, answer.json["status"], answer.json["reason"]) == (
        200,
        "refund_pending",
        "cancelled_by_request",
    )
    late = api("sales/cancel_order", "POST", path_parameters=path, user=(new_id(), "customer"))
    assert (late.status, late.json["code"]) == (404, "order_not_found")
