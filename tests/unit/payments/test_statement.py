"""A statement of M-PESA's portal against the ledger."""

import pytest

from tiketi.payments.reconcile_items import Item
from tiketi.payments.statement import NotAStatement, Row, compare, read_statement

HEAD = "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance"
STATEMENT = f"""Organization,Tiketi
Report Date,2026-11-24

{HEAD}
NLJ7RT61SV,24-11-2026 09:00:00,24-11-2026 09:00:00,Pay Bill from 2547*****345,Completed,"1,000.00",,5000
nlj7rt61sw,24-11-2026 12:00:00,24-11-2026 12:00:00,Pay Bill from 2547*****345,Completed,500.00,,5500
NLJ7RT61SX,24-11-2026 12:30:00,24-11-2026 12:30:00,Pay Bill from 2547*****345,Failed,700.00,,5500
NLJ7RT61SY,24-11-2026 15:00:00,24-11-2026 15:00:00,Transaction Reversal,Completed,,-500.00,5000
NLJ7RT61SZ,24-11-2026 15:00:00,24-11-2026 15:00:00,Pay Bill Charge,Completed,,-12.50,4987
"""


def receipt(name: str, amount: int, at: str) -> Item:
    return {"type": "receipt", "PK": f"RECEIPT#{name}", "amount": amount, "received_at": at}


REFUND: Item = {"type": "refund", "reference": "NLJ7RT61SY"}
FIRST = receipt("NLJ7RT61SV", 1000, "2026-11-24T06:00:10Z")
SECOND = receipt("NLJ7RT61SW", 500, "2026-11-24T09:00:10Z")


def found(*items: Item) -> list[tuple[str, str, int]]:
    return [(each.kind, each.subject, each.amount) for each in compare(read_statement(STATEMENT.splitlines()), items)]


def test_a_statement_is_read_by_its_column_names_and_nairobi_time() -> None:
    rows = read_statement(STATEMENT.splitlines())
    assert rows[0] == Row("NLJ7RT61SV", 1_795_500_000.0, 1000, 0, "Pay Bill from 2547*****345")
    assert [(row.receipt, row.paid_in, row.withdrawn) for row in rows[1:]] == [
        ("NLJ7RT61SW", 500, 0),
        ("NLJ7RT61SY", 0, 500),
        ("NLJ7RT61SZ", 0, 13),
    ]


def test_a_statement_that_agrees_has_no_findings() -> None:
    assert found(FIRST, SECOND, REFUND) == []


def test_money_that_the_ledger_does_not_know_is_found() -> None:
    assert found(FIRST, REFUND) == [("money_unknown", "NLJ7RT61SW", 500)]


def test_another_amount_is_found() -> None:
    assert found(FIRST, {**SECOND, "amount": 400}, REFUND) == [("amounts_differ", "NLJ7RT61SW", 500)]


def test_money_that_left_for_no_refund_is_found() -> None:
    assert found(FIRST, SECOND) == [("withdrawal_unknown", "NLJ7RT61SY", 500)]


def test_a_receipt_that_m_pesa_does_not_know_is_found_if_the_statement_covers_its_time() -> None:
    inside, near_its_end = receipt("FORGED", 900, "2026-11-24T07:30:00Z"), receipt("NEXT", 900, "2026-11-24T08:59:00Z")
    assert found(FIRST, SECOND, REFUND, inside, near_its_end) == [("receipt_not_stated", "FORGED", 900)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2", "no line names the columns"),
        ("Receipt No.,Details\nA,B", "no column completion time, paid in, withdrawn"),
        (f"{HEAD}\nA,yesterday,,,Completed,1,,", "line 2: 'yesterday' is no time"),
        (f"{HEAD}\nA,24-11-2026 09:00:00,,,Completed,much,,", "line 2: 'much' is no amount"),
    ],
)
def test_what_is_wrong_with_a_statement_is_said(text: str, words: str) -> None:
    with pytest.raises(NotAStatement, match=words):
        read_statement(text.splitlines())
