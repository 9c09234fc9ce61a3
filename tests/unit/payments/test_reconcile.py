"""Reconciliation: a sound table has no findings, and whatever is put wrong in it is found."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from pynamodb.models import Model

from operations.reviews import settle_confirmation
from tests.unit.conftest import ROOT
from tests.unit.payments.test_receiving import paid, post, token_of
from tests.unit.shop import FakeQueue, Shop
from tiketi import clock
from tiketi.ids import new_id, new_order_id
from tiketi.payments import ledger
from tiketi.payments.confirmations import confirmation_token
from tiketi.payments.items import PaymentItem, ReceiptItem, receipt_key
from tiketi.payments.outcomes import mark_paid_by_query, put_to_review, register_receipt
from tiketi.payments.reconcile import items, reconcile_table
from tiketi.payments.reconcile_rules import OVERDUE_SECONDS, Report, reconcile
from tiketi.payments.refund_items import RefundItem, refund_id_of, refund_key
from tiketi.sales.items import TicketItem
from tiketi.sales.stock import StockItem, stock_key

RECEIPT = "NLJ7RT61SV"
SOON, TOMORROW = 2000, OVERDUE_SECONDS + 2000


def look(seconds: int = SOON) -> Report:
    return reconcile(items(), clock.epoch_now() + seconds)


def found(seconds: int = SOON) -> list[tuple[str, str, int]]:
    return sorted((each.kind, each.subject, each.amount) for each in look(seconds).findings)


@pytest.fixture
def order(api: Any, shop: Shop) -> PaymentItem:
    """Two tickets, paid and issued."""
    shop.open()
    payment = shop.buy(2)
    post(api, token_of(shop), paid(RECEIPT, amount=1000))
    return shop.settle(payment)


def write(item: Model, *actions: Any) -> None:
    item.update(actions=list(actions))


def test_a_sale_meets_its_counterparts_everywhere(order: PaymentItem) -> None:
    report = look()
    assert report.findings == []
    assert report.totals == {"mpesa": 1000, "customers": 0, "organizers": -1000}
    assert (report.sum, report.counts["tickets"], report.counts["receipts"]) == (0, 2, 1)


def test_what_moved_a_moment_ago_is_left_to_the_next_time(order: PaymentItem) -> None:
    ReceiptItem(*receipt_key(RECEIPT)).delete()
    assert found(0) == []
    assert look(0).counts["moving"] == 1
    assert found() != []


def test_free_tickets_need_no_money(shop: Shop) -> None:
    shop.open(price=0)
    shop.settle(shop.buy())
    assert found() == []


def test_an_order_that_failed_leaves_nothing_to_find(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(
        api,
        token_of(shop),
        {"Body": {"stkCallback": {"ResultCode": 1032, "MerchantRequestID": "m-1", "CheckoutRequestID": "ws_CO_1"}}},
    )
    assert shop.settle(payment).order_status == "cancelled"
    assert found() == []


def _lose_the_receipt(order: PaymentItem) -> None:
    ReceiptItem(*receipt_key(RECEIPT)).delete()


def _count_it_for_another(order: PaymentItem) -> None:
    write(ReceiptItem(*receipt_key(RECEIPT)), ReceiptItem.order_id.set(new_order_id(new_id())))


def _lose_the_payment(order: PaymentItem) -> None:
    order.delete()


def _lose_a_ticket(order: PaymentItem) -> None:
    TicketItem(order.pk, f"TICKET#{order.order_id}-1").delete()


def _add_a_ticket(order: PaymentItem) -> None:
    found = TicketItem.get(order.pk, f"TICKET#{order.order_id}-1")
    found.sk = f"TICKET#{order.order_id}-3"
    found.save()


def _lose_the_sale_from_the_ledger(order: PaymentItem) -> None:
    [entry] = ledger.entries_of(order.order_id)
    entry.delete()


def _unbalance_the_ledger(order: PaymentItem) -> None:
    [entry] = ledger.entries_of(order.order_id)
    write(entry, ledger.EntryItem.lines.set({"customers": 1000, "organizers": -999}))


def _count_a_receipt_for_nothing(order: PaymentItem) -> None:
    register_receipt("NLJ7RT61SW", order.order_id, 700)


def _forget_the_receipt(order: PaymentItem) -> None:
    write(order, PaymentItem.receipt.remove())


def _lose_stock(order: PaymentItem) -> None:
    write(StockItem(stock_key(order.event_id, "VIP", 0), "STOCK"), StockItem.available.set(7))


def _sell_without_an_order(order: PaymentItem) -> None:
    shard = StockItem(stock_key(order.event_id, "VIP", 0), "STOCK")
    write(shard, StockItem.available.set(7), StockItem.sold.set(3))


def _sell_more_than_stock_says(order: PaymentItem) -> None:
    shard = StockItem(stock_key(order.event_id, "VIP", 0), "STOCK")
    write(shard, StockItem.available.set(9), StockItem.sold.set(1))


def _leave_a_refund_out_of_the_ledger(order: PaymentItem) -> None:
    refund_id = refund_id_of(order.order_id, "NLJ7RT61SW")
    RefundItem(
        *refund_key(refund_id),
        refund_id=refund_id,
        order_id=order.order_id,
        amount=50,
        paid=50,
        phone_number="254712345678",
        opened_at=clock.epoch_now(),
    ).save()


def _never_settle(order: PaymentItem) -> None:
    write(order, PaymentItem.order_status.set("pending"))


@pytest.mark.parametrize(
    ("break_it", "kinds"),
    [
        (_lose_the_receipt, {"receipt_not_counted": 1000, "neither_earned_nor_due": -1000}),
        (
            _count_it_for_another,
            {"receipt_not_counted": 1000, "receipt_without_order": 1000, "neither_earned_nor_due": -1000},
        ),
        (_lose_the_payment, {"receipt_without_order": 1000, "ticket_without_order": 0, "stock_lost": 0}),
        (_lose_a_ticket, {"tickets_missing": 1000}),
        (_add_a_ticket, {"tickets_too_many": 1000}),
        (_lose_the_sale_from_the_ledger, {"neither_earned_nor_due": 1000, "earned_otherwise": -1000}),
        (_unbalance_the_ledger, {"ledger_not_zero": 1, "earned_otherwise": -1}),
        (_count_a_receipt_for_nothing, {"receipt_for_nothing": 700, "neither_earned_nor_due": 700}),
        (_forget_the_receipt, {"paid_by_nothing": 1000, "receipt_for_nothing": 1000}),
        (_lose_stock, {"stock_out_of_balance": 0}),
        (_sell_without_an_order, {"stock_lost": 0}),
        (_sell_more_than_stock_says, {"oversold": 0}),
        (_leave_a_refund_out_of_the_ledger, {"refund_not_booked": 50}),
        (_never_settle, {"not_settled": 1000, "tickets_too_many": 1000}),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_whatever_does_not_meet_its_counterpart_is_found(
    order: PaymentItem, break_it: Callable[[PaymentItem], None], kinds: dict[str, int]
) -> None:
    break_it(order)
    assert {kind: amount for kind, _, amount in found()} == kinds


def test_what_a_query_alone_says_was_paid_is_named_until_its_receipt_comes(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid_by_query(payment.order_id)
    shop.settle(payment)
    assert found() == [("receipt_unknown", payment.order_id, 500)]
    post(api, token_of(shop), paid(RECEIPT))
    assert found() == []


def test_a_refund_that_waits_is_named_after_a_day(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT, amount=400))
    assert {kind for kind, *_ in found()} == {"in_review", "undecided", "stock_left_behind"}
    assert ("refund_overdue", f"{payment.order_id}.{RECEIPT}", 400) in found(TOMORROW)


def test_a_doubt_is_named_until_a_person_has_looked_at_it(order: PaymentItem) -> None:
    put_to_review(order.order_id, "a doubt")
    assert found() == [("in_review", order.order_id, 1000)]


def test_a_hold_of_an_order_at_its_end_is_found(order: PaymentItem) -> None:
    shard = StockItem.get(stock_key(order.event_id, "VIP", 0), "STOCK")
    entry = {order.order_id: {"s": "held", "n": 1, "u": 0}}
    write(shard, StockItem.available.set(7), StockItem.entries.set(entry))
    assert found() == [("stock_left_behind", order.order_id, 0)]


def test_a_confirmation_that_no_order_has_is_found(order: PaymentItem) -> None:
    def confirmed(receipt: str, amount: int) -> dict[str, Any]:
        return {
            "type": "confirmation",
            "PK": "CONFIRMATION#T1",
            "SK": receipt,
            "receipt": receipt,
            "reference": "T1",
            "amount": amount,
            "received_at": "2026-01-01T00:00:00Z",
        }

    told = [confirmed(RECEIPT, 1000), confirmed("NLJ7RT61SW", 30), confirmed(RECEIPT, 999)]
    report = reconcile([*items(), *told], clock.epoch_now() + SOON)
    assert [(each.kind, each.subject) for each in report.findings] == [
        ("confirmation_for_nothing", "NLJ7RT61SW"),
        ("amounts_differ", RECEIPT),
    ]


def test_the_nightly_run_counts_its_findings_for_the_alarm(order: PaymentItem, api: Any) -> None:
    put_to_review(order.order_id, "a doubt")
    assert len(reconcile_table(FakeQueue(), clock.epoch_now() + SOON).findings) == 1  # pyright: ignore[reportArgumentType]


def test_a_payment_whose_timer_was_lost_gets_another_one(shop: Shop) -> None:
    shop.open()
    payment, queue = shop.buy(), FakeQueue()
    reconcile_table(queue, clock.epoch_now() + SOON)  # pyright: ignore[reportArgumentType]
    assert queue.asked == [(payment.order_id, 0, 0)]


@pytest.fixture
def refunding(order: PaymentItem) -> PaymentItem:
    """It is to be refunded, and its record of the stream was given up."""
    back = [PaymentItem.order_status.set("refund_pending"), PaymentItem.reason.set("cancelled_by_request")]
    write(order, *back)
    for ticket in TicketItem.query(order.pk, TicketItem.sk.startswith("TICKET#")):
        write(ticket, TicketItem.status.set("refunded"))
    return order


def test_a_refund_that_nobody_opened_is_found_and_brought_before_the_finalizer(
    shop: Shop, refunding: PaymentItem
) -> None:
    kinds = {"refund_missing", "stock_not_returned"}
    assert {kind for kind, *_ in found()} == kinds
    reconcile_table(FakeQueue(), clock.epoch_now() + SOON)  # pyright: ignore[reportArgumentType]
    assert shop.payment(refunding).nudged_at
    shop.settle(refunding)
    assert found() == []
    assert shop.figures() == (10, 0, 0)


def test_what_is_wrong_with_the_stock_keeps_no_money(shop: Shop, refunding: PaymentItem) -> None:
    write(StockItem(stock_key(refunding.event_id, "VIP", 0), "STOCK"), StockItem.sold.set(0))
    with pytest.raises(RuntimeError):
        shop.settle(refunding)
    assert RefundItem.get(*refund_key(refund_id_of(refunding.order_id, "ORDER"))).amount == 1000


def test_confirmed_money_of_no_order_is_named_until_a_person_has_settled_it(api: Any, table: Any) -> None:
    body = {"TransID": RECEIPT, "TransAmount": "300.00", "BillRefNumber": "my ticket"}
    token = confirmation_token()
    path = f"/confirmations/{token}"
    api("payments/receive_confirmation", "POST", path, body=body, path_parameters={"token": token})
    assert [kind for kind, *_ in found()] == ["confirmation_for_nothing"]
    assert settle_confirmation(RECEIPT, "", "sent back in the portal") == f"{RECEIPT}: sent back in the portal."
    assert found() == []
    with pytest.raises(SystemExit, match="No confirmation of NOTHERE"):
        settle_confirmation("NOTHERE", "", "-")


def test_every_finding_is_a_row_of_the_ledgers_page() -> None:
    payments = ROOT / "layers/tiketi/tiketi/payments"
    source = "".join((payments / f"{name}.py").read_text() for name in ("reconcile_rules", "statement"))
    kinds = set(re.findall(r'Finding\(\s*"(\w+)"', source))
    page = (ROOT / "docs/ledger.md").read_text()
    assert len(kinds) > 20
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in page] == []
