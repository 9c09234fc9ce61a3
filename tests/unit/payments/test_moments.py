"""Whatever ends an order or a ticket says when, so that reconciliation does not take what is under way for a loss."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.payments.test_receiving import paid, post, token_of
from tests.unit.sales.test_transferring import account
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.catalogue.items import EventItem, event_key
from tiketi.ids import customer_of
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import expire
from tiketi.payments.reconcile import items
from tiketi.payments.reconcile_rules import Report, reconcile
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.end_order import end_order, end_ticket
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.sales.transfer import transfer_ticket
from tiketi.sales.void_ticket import void_ticket

RECEIPT = "NLJ7RT61SV"


@pytest.fixture
def order(api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> PaymentItem:
    """Two tickets, paid and issued more than an hour ago."""
    shop.open()
    EventItem(event_key(shop.event_id), "EVENT").update([EventItem.refund_until_hours.set(24)])
    payment = shop.buy(2)
    post(api, token_of(shop), paid(RECEIPT, amount=1000))
    payment = shop.settle(payment)
    later = clock.epoch_now() + 4000
    monkeypatch.setattr(clock, "epoch_now", lambda: later)
    monkeypatch.setattr(clock, "epoch_millis", lambda: later * 1000)
    assert look().counts["moving"] == 0
    return payment


def look() -> Report:
    return reconcile(items(), clock.epoch_now())


def giver(order: PaymentItem) -> str:
    return customer_of(order.order_id) or ""


def give_back(shop: Shop, order: PaymentItem) -> None:
    cancel_order(giver(order), order.order_id)


def end_with_the_event(shop: Shop, order: PaymentItem) -> None:
    end_order(order.order_id)


def end_the_first_ticket(shop: Shop, order: PaymentItem) -> None:
    end_ticket(TicketItem.get(*ticket_key(f"{order.order_id}-1")))


def pass_on(shop: Shop, order: PaymentItem) -> None:
    account("juma@example.com")
    transfer_ticket(giver(order), f"{order.order_id}-1", "juma@example.com", "")


def make_void(shop: Shop, order: PaymentItem) -> None:
    organizer = EventItem.get(event_key(shop.event_id), "EVENT").organizer_id
    void_ticket(organizer, f"{order.order_id}-1", "a stolen phone")


@pytest.mark.parametrize("deed", [give_back, end_with_the_event, end_the_first_ticket, pass_on, make_void])
def test_an_order_is_moving_right_after(
    deed: Callable[[Shop, PaymentItem], None], shop: Shop, order: PaymentItem
) -> None:
    deed(shop, order)
    report = look()
    assert (report.counts["moving"], report.findings) == (1, [])


def test_a_ticket_is_not_counted_twice_that_is_passed_on_while_the_table_is_read(
    shop: Shop, order: PaymentItem
) -> None:
    """The reader has passed by the old item, and comes to the new one."""
    before = list(items())
    pass_on(shop, order)
    new = TicketItem.get(*ticket_key(f"{order.order_id}-1")).transferred_to
    seen = [*before, *(each for each in items() if each.get("ticket_id") == new)]
    assert reconcile(seen, clock.epoch_now()).findings == []


def test_nor_is_one_missing_whose_new_item_came_after_the_reader(shop: Shop, order: PaymentItem) -> None:
    pass_on(shop, order)
    new = TicketItem.get(*ticket_key(f"{order.order_id}-1")).transferred_to
    seen = [each for each in items() if each.get("ticket_id") != new]
    assert reconcile(seen, clock.epoch_now()).findings == []


def test_late_money_that_finds_nothing_left_is_moving_when_it_goes_back(api: Any, shop: Shop) -> None:
    shop.open(capacity=1)
    late = shop.buy()
    token = token_of(shop)
    assert expire(late.order_id, clock.epoch_now() + 4000)
    shop.settle(late)
    shop.buy()
    post(api, token, paid(RECEIPT))
    assert shop.settle(late).ended_at
