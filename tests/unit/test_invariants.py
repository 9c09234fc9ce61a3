"""The checker itself: it is quiet about true books, and names each thing that is wrong in others."""

from collections.abc import Callable

import pytest

from tests.invariants import Books, Charge, broken, unsettled

CHARGE = Charge("R1", "TA", "254700000001", 100, knowable=True)


def _books() -> Books:
    """One order is completed, another got its money back."""
    books = Books()
    for name, status in (("a", "completed"), ("b", "refunded")):
        books.payments[name] = {
            "account_reference": f"T{name.upper()}",
            "order_status": status,
            "status": "PAID",
            "quantity": 1,
            "amount": 100,
            "receipt": f"R{name}",
        }
        books.receipts[f"R{name}"] = {"order_id": name, "amount": 100}
    books.tickets["a"] = 1
    counts = {"tickets": {"2026-12-01#VIP": 1}, "earned": {"2026-12-01#VIP": 100}}
    books.shards.append({"PK": "S", "capacity": 5, "available": 4, "sold": 1, "entries": {}, **counts})
    books.refunds["b.ORDER"] = {"state": "refunded", "amount": 100}
    books.ledger = [
        {"SK": "sold", "lines": {"customers": 100, "organizers": -100}},
        {"SK": "due", "lines": {"customers": 100, "refunds": -100}},
        {"SK": "refunded", "lines": {"refunds": 100, "mpesa": -100}},
    ]
    return books


def _charges() -> list[Charge]:
    return [CHARGE, Charge("R2", "TB", "254700000002", 100, knowable=True)]


def _oversell(books: Books) -> None:
    books.shards[0]["sold"] = 2


def _count_a_sale_under_no_day(books: Books) -> None:
    books.shards[0]["tickets"] = {}


def _earn_what_went_back(books: Books) -> None:
    books.shards[0]["earned"]["2026-12-01#VIP"] = 200


def _lose_a_ticket(books: Books) -> None:
    books.tickets["a"] = 0


def _keep_a_refunded_ticket(books: Books) -> None:
    books.tickets["b"] = 1


def _count_a_receipt_twice(books: Books) -> None:
    books.payments["b"]["receipt"] = "Ra"


def _forget_paid_money(books: Books) -> None:
    books.payments["b"]["order_status"] = "expired"


def _unbalance_the_ledger(books: Books) -> None:
    books.ledger[0]["lines"]["customers"] = 99


def _refund_only_on_paper(books: Books) -> None:
    del books.ledger[2]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (_oversell, "do not come to 5"),
        (_oversell, "2 counted as sold, 1 in completed"),
        (_count_a_sale_under_no_day, "0 counted by tier and day, 1 sold"),
        (_earn_what_went_back, "KES 200 counted as earned, KES 100 by the orders"),
        (_lose_a_ticket, "a is completed with 0 tickets for 1"),
        (_keep_a_refunded_ticket, "b is refunded with 1 tickets for 0"),
        (_count_a_receipt_twice, "b has receipt Ra, which counts for another"),
        (_forget_paid_money, "KES 100 were paid for b, which is expired"),
        (_unbalance_the_ledger, "does not sum to zero"),
        (_refund_only_on_paper, "KES 100 are due back on the ledger"),
    ],
)
def test_each_wrong_book_is_named(wrong: Callable[[Books], None], words: str) -> None:
    books = _books()
    wrong(books)
    assert any(words in each for each in broken(books, _charges()))


def test_true_books_are_settled_and_whole() -> None:
    assert unsettled(_books()) == []
    assert broken(_books(), _charges()) == []


def test_a_second_charge_or_none_is_named() -> None:
    assert "a was paid 2 times" in broken(_books(), [*_charges(), CHARGE])
    assert "a is completed, and nobody paid" in broken(_books(), _charges()[1:])


def test_money_that_nobody_could_know_of_is_no_breach() -> None:
    books = _books()
    _forget_paid_money(books)
    del books.ledger[1:]
    books.refunds.clear()
    unknowable = Charge("R2", "TB", "254700000002", 100, knowable=False)
    assert broken(books, [CHARGE, unknowable]) == []
