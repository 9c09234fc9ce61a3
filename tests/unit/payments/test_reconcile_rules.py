"""Reconciliation as rules: a sound set of books, one thing put wrong in it, and what is found."""

import json
from typing import Any

import pytest

from tiketi.payments.reconcile_items import Item
from tiketi.payments.reconcile_rules import GRACE_SECONDS, OVERDUE_SECONDS, Finding, Report, reconcile

ORDER, RECEIPT, REFERENCE, AT = "order-1", "NLJ7RT61SV", "T0123456789A", 1_780_000_000
LATER = AT + GRACE_SECONDS


def payment(**changes: Any) -> Item:
    known = {"order_id": ORDER, "account_reference": REFERENCE, "event_id": "event", "pool": "VIP"}
    sold = {"status": "PAID", "order_status": "completed", "quantity": 2, "amount": 1000, "receipt": RECEIPT}
    times = {"completed_at": AT, "expires_at": AT}
    return {"type": "payment", **known, **sold, **times, "shares": {"0": 2}, **changes}


def receipt(name: str = RECEIPT, **changes: Any) -> Item:
    return {"type": "receipt", "PK": f"RECEIPT#{name}", "order_id": ORDER, "amount": 1000, "received_at": AT, **changes}


def entry(kind: str, reference: str = "", **lines: int) -> Item:
    return {"type": "ledger", "order_id": ORDER, "kind": kind, "reference": reference, "lines": json.dumps(lines)}


def ticket(number: int, **changes: Any) -> Item:
    return {"type": "ticket", "order_id": ORDER, "SK": f"TICKET#{ORDER}-{number}", "status": "valid", **changes}


def stock(number: int = 0, **changes: Any) -> Item:
    figures = {"capacity": 10, "available": 8, "sold": 2, "entries": {}}
    return {"type": "stock", "PK": f"STOCK#event#VIP#{number}", **figures, **changes}


def refund(what: str = "ORDER", **changes: Any) -> Item:
    known = {"refund_id": f"{ORDER}.{what}", "order_id": ORDER, "amount": 1000, "was_sold": True}
    return {"type": "refund", **known, "state": "refunded", "opened_at": AT, **changes}


def confirmation(name: str = RECEIPT, **changes: Any) -> Item:
    known = {"receipt": name, "reference": REFERENCE, "amount": 1000, "received_at": AT}
    return {"type": "confirmation", "PK": f"CONFIRMATION#{REFERENCE}", "SK": name, **known, **changes}


SOLD = entry("sold", customers=1000, organizers=-1000)
DUE = entry("refund_due", "ORDER", organizers=1000, refunds=-1000)
BACK = entry("refunded", "ORDER", refunds=1000, mpesa=-1000)
EMPTY = stock(available=10, sold=0)


def given_back(state: str = "refunded") -> list[Item]:
    """All of the order's money, by its refund."""
    ended = payment(order_status=state, stock_returned=True)
    dead = [ticket(number, status="refunded") for number in (1, 2)]
    return [ended, receipt(), SOLD, DUE, BACK, refund(), *dead, EMPTY]


def sale(**changes: Any) -> list[Item]:
    """A sale of two tickets that meets its counterparts, or its parts in place of those named."""
    parts: dict[str, Any] = {
        "payment": [payment()],
        "receipt": [receipt()],
        "ledger": [SOLD],
        "tickets": [ticket(1), ticket(2)],
        "stock": [stock()],
        "more": [],
    }
    return [item for part in {**parts, **changes}.values() for item in part]


def found(items: list[Item], now: int = LATER) -> list[tuple[str, str, int]]:
    return [(each.kind, each.subject, each.amount) for each in reconcile(items, now).findings]


def findings(items: list[Item], now: int = LATER) -> list[Finding]:
    return reconcile(items, now).findings


def test_a_sale_that_meets_its_counterparts_has_no_findings() -> None:
    books = [*sale(), confirmation(), {"type": "event", "order_id": "x", "created_at": LATER}]
    report = reconcile(books, LATER)
    assert report == Report(
        [],
        {"mpesa": 1000, "customers": 0, "organizers": -1000},
        {"orders": 1, "moving": 0, "receipts": 1, "refunds": 0, "tickets": 2, "confirmations": 1},
    )
    assert report.sum == 0


def test_what_moved_within_the_grace_is_left_to_the_next_time() -> None:
    wrong = sale(receipt=[], stock=[stock(available=7, sold=3)], more=[refund(state="waiting"), confirmation("NEW")])
    assert found(wrong, LATER - 1) == []
    assert reconcile(wrong, LATER - 1).counts["moving"] == 1
    assert {kind for kind, *_ in found(wrong)} >= {"receipt_not_counted", "stock_lost", "confirmation_for_nothing"}
    alone: list[Item] = [ticket(1, created_at=AT), receipt("LONELY")]
    assert found(alone, LATER - 1) == []
    assert found(alone) == [("receipt_without_order", "LONELY", 1000), ("ticket_without_order", ORDER, 0)]


def test_one_order_that_moves_covers_no_other() -> None:
    moving = payment(order_id="order-2", account_reference="T2", receipt="OTHER", completed_at=LATER)
    assert ("tickets_missing", ORDER, 1000) in found([*sale(tickets=[ticket(1)]), moving])


def test_a_ledger_that_does_not_sum_to_zero_is_found() -> None:
    wrong = findings(sale(ledger=[entry("sold", customers=1000, organizers=-990)]))
    assert wrong[0] == Finding("ledger_not_zero", "", 10, "the entries of the ledger do not sum to zero")
    assert wrong[1:] == [Finding("earned_otherwise", ORDER, -10, "the ledger says 990, the order 1000")]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"receipt": [receipt(amount=900)]},
            ("receipt_not_counted", f"PAID by {RECEIPT}, which does not count for it"),
        ),
        (
            {"payment": [payment(receipt=None)], "receipt": [receipt()]},
            ("paid_by_nothing", "PAID, without a receipt and without a query's word"),
        ),
        (
            {"payment": [payment(receipt=None, unreceipted=True)], "receipt": []},
            ("receipt_unknown", "paid by the word of a query; no receipt has come"),
        ),
    ],
)
def test_a_payment_without_its_receipt_is_found(changes: dict[str, Any], wanted: tuple[str, str]) -> None:
    assert (wanted[0], ORDER, 1000, wanted[1]) in [
        (each.kind, each.subject, each.amount, each.words) for each in findings(sale(**changes))
    ]


def test_a_receipt_that_counts_for_another_order_does_not_pay_this_one() -> None:
    other = payment(order_id="order-2", account_reference="T2", quantity=0, amount=0, shares=None, receipt=None)
    stolen = sale(payment=[payment(), other], receipt=[receipt(order_id="order-2")])
    assert ("receipt_not_counted", ORDER, 1000) in found(stolen)


def test_what_is_not_paid_or_costs_nothing_needs_no_receipt() -> None:
    free = payment(amount=0, receipt=None)
    assert found(sale(payment=[free], receipt=[], ledger=[])) == []
    failed = payment(status="FAILED", order_status="failed", receipt=None, completed_at=None, shares=None)
    assert found([failed, EMPTY]) == []


def test_money_that_is_neither_earned_nor_due_is_found() -> None:
    lost = findings(sale(ledger=[]))
    assert lost == [
        Finding("neither_earned_nor_due", ORDER, 1000, "received, and neither sold nor due back"),
        Finding("earned_otherwise", ORDER, -1000, "the ledger says 0, the order 1000"),
    ]


def test_money_that_went_back_meets_its_refund() -> None:
    assert found(given_back()) == []
    surplus = [
        receipt("SECOND"),
        entry("refund_due", "SECOND", customers=1000, refunds=-1000),
        entry("refunded", "SECOND", refunds=1000, mpesa=-1000),
        refund("SECOND", was_sold=False),
    ]
    assert found([*sale(), *surplus]) == []


def test_what_is_undecided_long_after_its_deadline_is_found_and_asked_about() -> None:
    waits = payment(status="PENDING", order_status="pending", receipt=None, completed_at=None, shares=None)
    held = stock(available=8, sold=0, entries={ORDER: {"s": "held", "n": 2}})
    assert found([waits, held], AT - 1) == []
    assert found([waits, held], LATER - 1) == [("stock_left_behind", ORDER, 0)]
    assert findings([waits, held])[0] == Finding(
        "undecided", ORDER, 1000, "PENDING, long after its deadline", ORDER, "ask"
    )


def test_what_is_paid_and_came_to_no_end_is_found_and_brought_up_again() -> None:
    waits = payment(order_status="pending", completed_at=None, shares=None)
    entries = stock(sold=0, entries={ORDER: {"s": "held", "n": 2}})
    assert findings([waits, receipt(), entries])[1:] == [
        Finding("not_settled", ORDER, 1000, "PAID, and the order has come to no end", ORDER, "nudge"),
        Finding("stock_left_behind", ORDER, 0, "2 held in event#VIP for an order at its end"),
    ]
    unpaid = payment(status="FAILED", order_status="pending", receipt=None, completed_at=None, shares=None)
    assert found([unpaid, EMPTY]) == []


@pytest.mark.parametrize("state", ["refund_pending", "refunded"])
def test_an_order_given_back_without_its_refund_or_its_stock_is_found(state: str) -> None:
    no_refund = [item for item in given_back(state) if item["type"] != "refund"]
    missing = Finding("refund_missing", ORDER, 1000, "its money is to go back, and no refund is open", ORDER, "nudge")
    assert missing in findings(no_refund)
    assert missing in findings([*no_refund, refund("SECOND")])
    kept = [payment(order_status=state), *given_back(state)[1:-1], stock()]
    assert findings(kept) == [
        Finding("stock_not_returned", ORDER, 0, "it was given back, and its tickets were not", ORDER, "nudge")
    ]


def test_stock_is_owed_back_by_what_was_paid_for_and_ended_only() -> None:
    for still in ({"order_status": "pending", "completed_at": None}, {"status": "FAILED", "order_status": "failed"}):
        kinds = {kind for kind, *_ in found([payment(**still), receipt(), stock()])}
        assert "stock_not_returned" not in kinds
    never_had_any = payment(order_status="cancelled", amount=0, receipt=None, completed_at=None, shares=None)
    assert found([never_had_any, EMPTY]) == []


def test_tickets_are_as_many_as_are_owed() -> None:
    assert findings(sale(tickets=[ticket(1)])) == [Finding("tickets_missing", ORDER, 1000, "1 tickets, 2 are owed")]
    assert findings(sale(tickets=[ticket(number) for number in (1, 2, 3)])) == [
        Finding("tickets_too_many", ORDER, 1000, "3 tickets, 2 are owed")
    ]
    alive = [*given_back()[:-3], ticket(1), ticket(2, status="refunded"), EMPTY]
    assert findings(alive) == [Finding("tickets_too_many", ORDER, 1000, "1 tickets, 0 are owed")]


def test_a_void_ticket_is_not_missing_and_a_passed_on_one_counts_once() -> None:
    assert found(sale(tickets=[ticket(1), ticket(2, status="void")])) == []
    passed = [ticket(1), ticket(2, status="transferred"), {**ticket(2), "SK": "TICKET#another-1"}]
    assert found(sale(tickets=passed)) == []
    for ended in ("refunded", "transferred"):
        assert found(sale(tickets=[ticket(1), ticket(2, status=ended)])) == [("tickets_missing", ORDER, 1000)]


def test_a_doubt_is_named_with_its_words() -> None:
    assert findings(sale(payment=[payment(review=["one", "another"])])) == [
        Finding("in_review", ORDER, 1000, "one; another")
    ]


def test_a_ticket_and_a_receipt_without_their_order_are_found() -> None:
    assert findings([ticket(1), ticket(2), receipt()]) == [
        Finding("receipt_without_order", RECEIPT, 1000, f"counts for {ORDER}, not there"),
        Finding("ticket_without_order", ORDER, 0, "2 tickets of an order that is not there"),
    ]


def test_a_receipt_that_pays_for_nothing_is_found_unless_it_is_due_back() -> None:
    second = receipt("SECOND", amount=70)
    due = entry("refund_due", "SECOND", customers=70, refunds=-70)
    wrong = findings([*sale(), second, due])
    assert wrong == [Finding("receipt_for_nothing", "SECOND", 70, "pays for no order, and is not due back")]
    back = refund("SECOND", amount=70, was_sold=False, state="waiting")
    assert found([*sale(), second, due, back]) == []
    assert found([*sale(), second, due, {**back, "refund_id": f"{ORDER}.XSECOND"}])[0][0] == "receipt_for_nothing"


def test_a_refund_is_on_the_ledger_when_it_is_due_and_again_when_it_has_arrived() -> None:
    no_due = [item for item in given_back() if item is not DUE]
    assert Finding("refund_not_booked", f"{ORDER}.ORDER", 1000, "due, and the ledger does not know") in findings(no_due)
    for state, left_out, words in (
        ("refunded", BACK, "refunded, and the ledger says otherwise"),
        ("sent", None, "sent, and the ledger says otherwise"),
    ):
        books = [refund(state=state) if item["type"] == "refund" else item for item in given_back()]
        wrong = findings([item for item in books if item is not left_out])
        assert wrong == [Finding("refund_not_booked", f"{ORDER}.ORDER", 1000, words)]


def test_a_refund_that_waits_for_a_day_is_found() -> None:
    books = [item for item in given_back("refund_pending") if item is not BACK]
    waiting = [refund(state="waiting", detail="no money") if item["type"] == "refund" else item for item in books]
    assert found(waiting, AT + OVERDUE_SECONDS - 1) == []
    assert findings(waiting, AT + OVERDUE_SECONDS) == [
        Finding("refund_overdue", f"{ORDER}.ORDER", 1000, "waiting: no money")
    ]
    silent = [refund(state="waiting") if item["type"] == "refund" else item for item in books]
    assert findings(silent, AT + OVERDUE_SECONDS)[0].words == "waiting"
    assert found(given_back(), AT + OVERDUE_SECONDS) == []


def test_confirmed_money_that_counts_for_nothing_is_found_and_its_order_asked_about() -> None:
    unknown = confirmation("NEW", amount=30)
    assert findings([*sale(), unknown]) == [
        Finding(
            "confirmation_for_nothing",
            "NEW",
            30,
            f"confirmed for {REFERENCE}, and counts for none",
            order=ORDER,
            remedy="ask",
        )
    ]
    nobody = confirmation("NEW", amount=30, reference="")
    assert findings([*sale(), nobody]) == [
        Finding("confirmation_for_nothing", "NEW", 30, "confirmed for no order, and counts for none")
    ]
    assert found([*sale(), confirmation("NEW", settled="sent back in the portal")]) == []


def test_confirmed_money_of_another_amount_is_found() -> None:
    assert findings([*sale(), confirmation(amount=999)]) == [
        Finding("amounts_differ", RECEIPT, 999, "KES 999 by M-PESA's confirmation, KES 1000 on the ledger")
    ]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"available": 7}, "7 available, 0 held, 2 sold of 10"),
        ({"available": -1, "sold": 11}, "-1 available, 0 held, 11 sold of 10"),
        ({"available": 8, "entries": {ORDER: {"s": "held", "n": 1}}}, "8 available, 1 held, 2 sold of 10"),
    ],
)
def test_a_shard_whose_figures_do_not_sum_to_its_capacity_is_found(figures: dict[str, Any], words: str) -> None:
    wrong = findings(sale(stock=[stock(3, **figures)]))
    assert wrong[0] == Finding("stock_out_of_balance", "event#VIP#3", 0, words)


def test_what_is_sold_is_what_orders_have_over_all_shards() -> None:
    two = [stock(0, available=9, sold=1), stock(1, available=9, sold=1)]
    assert found(sale(stock=two)) == []
    assert findings(sale(stock=[stock(available=7, sold=3)])) == [
        Finding("stock_lost", "event#VIP", 0, "3 sold, orders have 2")
    ]
    assert findings(sale(stock=[stock(available=9, sold=1)])) == [
        Finding("oversold", "event#VIP", 0, "1 sold, orders have 2")
    ]


def test_stock_without_shares_is_owed_by_a_completed_order_only() -> None:
    assert found(sale(payment=[payment(shares=None)])) == []
    failed = payment(status="FAILED", order_status="failed", receipt=None, completed_at=None, shares=None)
    assert found([failed, stock()]) == [("stock_lost", "event#VIP", 0)]


def test_an_entry_of_an_order_that_still_waits_is_where_it_belongs() -> None:
    waits = payment(status="PENDING", order_status="pending", receipt=None, completed_at=None, shares=None)
    held = stock(sold=0, entries={ORDER: {"s": "held", "n": 2}})
    ended = stock(1, available=9, sold=0, entries={"order-0": {"s": "held", "n": 1}})
    late = found([{**waits, "expires_at": AT + 1}, held, ended], AT)
    assert late == [("stock_left_behind", "order-0", 0)]


def test_a_sold_entry_that_is_forgotten_late_is_found() -> None:
    wrong = findings(sale(stock=[stock(entries={ORDER: {"s": "sold", "n": 2}})]))
    assert wrong == [Finding("stock_left_behind", ORDER, 0, "2 sold in event#VIP for an order at its end")]


def test_pools_are_counted_each_by_itself() -> None:
    other = {**stock(), "PK": "STOCK#event#Regular#0", "available": 10, "sold": 0}
    assert found(sale(stock=[stock(), other])) == []
