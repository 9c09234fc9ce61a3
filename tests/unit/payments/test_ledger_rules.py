"""Between which accounts each kind of entry moves money."""

import pytest

from tiketi.payments.ledger_rules import Account, EntryKind, balances, lines_of


@pytest.mark.parametrize(
    ("kind", "gains", "loses"),
    [
        ("received", "mpesa", "customers"),
        ("received_without_receipt", "mpesa_unreceipted", "customers"),
        ("receipt_found", "customers", "mpesa_unreceipted"),
        ("sold", "customers", "organizers"),
        ("refund_due", "customers", "refunds"),
        ("refunded", "refunds", "mpesa"),
        ("fee", "fees", "mpesa"),
    ],
)
def test_every_kind_of_entry_moves_money_between_two_accounts(kind: EntryKind, gains: Account, loses: Account) -> None:
    assert lines_of(kind, 500) == {gains: 500, loses: -500}


def test_a_refund_of_a_sold_order_is_taken_from_the_organizer() -> None:
    assert lines_of("refund_due", 500, was_sold=True) == {"organizers": 500, "refunds": -500}


def test_that_an_order_was_sold_changes_no_other_entry() -> None:
    assert lines_of("refunded", 500, was_sold=True) == {"refunds": 500, "mpesa": -500}


def test_a_free_order_moves_nothing_and_less_than_nothing_is_refused_in_words() -> None:
    assert lines_of("sold", 0) == {"customers": 0, "organizers": 0}
    with pytest.raises(ValueError, match=r"^a ledger entry moves no negative amount; the opposite kind undoes it$"):
        lines_of("sold", -1)


def test_balances_add_up_what_entries_say() -> None:
    entries = [lines_of("received", 500), lines_of("received", 700), lines_of("fee", 5)]
    assert balances(entries) == {"mpesa": 1195, "customers": -1200, "fees": 5}
    assert balances([]) == {}
