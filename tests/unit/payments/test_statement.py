"""A statement of M-PESA's portal against the ledger."""

from datetime import UTC, datetime

import pytest

from tiketi.payments.reconcile_items import Item
from tiketi.payments.reconcile_rules import Finding
from tiketi.payments.statement import MARGIN_SECONDS, NotAStatement, Row, compare, read_statement

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


NINE_IN_NAIROBI = 1_795_500_000.0


@pytest.mark.parametrize(
    "written",
    ["24-11-2026 09:00:00", "2026-11-24 09:00:00", "24/11/2026 09:00:00", "24-11-2026 09:00", "2026-11-24 09:00"],
)
def test_a_time_is_read_as_each_of_the_portal_s_forms_writes_it(written: str) -> None:
    [row] = read_statement([HEAD, f"NLJ7RT61SV,{written},,,Completed,1,,"])
    assert row.at == NINE_IN_NAIROBI


def test_a_statement_with_few_columns_and_short_rows_is_read_as_far_as_it_goes() -> None:
    head = "Receipt No..,Completion Time,Paid In,Withdrawn"
    rows = read_statement([head, "", ",24-11-2026 09:00,1,", "A,24-11-2026 09:00,1", "B,24-11-2026 09:00,,"])
    assert rows == [Row("A", NINE_IN_NAIROBI, 1, 0, ""), Row("B", NINE_IN_NAIROBI, 0, 0, "")]


def test_who_brings_another_file_is_told_what_makes_a_statement() -> None:
    with pytest.raises(NotAStatement) as wrong:
        read_statement(["a,b"])
    assert str(wrong.value) == 'no line names the columns: none has "Receipt No."'


def at(hour: int) -> float:
    return NINE_IN_NAIROBI + 3600 * (hour - 9)


def rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def test_only_a_refund_s_own_reference_explains_what_left() -> None:
    left = [Row("OUT", at(9), 0, 500, "Transaction Reversal")]
    gone = [("withdrawal_unknown", "OUT", 500)]
    for items, wanted in (
        ([{"type": "refund", "reference": "OUT"}], []),
        ([{"type": "refund"}], gone),
        ([{"type": "ledger", "reference": "OUT"}], gone),
    ):
        assert [(each.kind, each.subject, each.amount) for each in compare(left, items)] == wanted
    assert list(compare([Row("OUT", at(9), 0, 0, "Nothing moved")], [])) == []
    assert list(compare([Row("OUT", at(9), 0, 9, "Pay Bill CHARGE")], [])) == []


def test_a_person_reads_forty_letters_of_what_m_pesa_says() -> None:
    details = "x" * 50
    known, unknown = compare([Row("OUT", at(9), 0, 5, details), Row("IN", at(9), 5, 0, details)], [])
    assert known.words == f"left the account ({'x' * 40}), and no refund is known by it"
    assert unknown.words == f"M-PESA has received it ({'x' * 40})"
    [other] = compare([Row("IN", at(9), 5, 0, "")], [receipt("IN", 6, rfc3339(at(9)))])
    assert other.words == "KES 5 on the statement, KES 6 on the ledger"


def test_a_receipt_near_the_ends_of_a_statement_may_be_on_its_neighbour() -> None:
    ends = [Row("A", at(9), 1, 0, ""), Row("B", at(15), 1, 0, "")]
    stated = [receipt("A", 1, rfc3339(at(9))), receipt("B", 1, rfc3339(at(12)))]
    inside = {at(9) + MARGIN_SECONDS: 1, at(9) + MARGIN_SECONDS - 1: 0, at(15) - MARGIN_SECONDS: 1}
    for moment, findings in {**inside, at(15) - MARGIN_SECONDS + 1: 0}.items():
        found = list(compare(ends, [*stated, receipt("FORGED", 900, rfc3339(moment))]))
        forged = Finding("receipt_not_stated", "FORGED", 900, "on the ledger, and M-PESA does not know it")
        assert found == [forged] * findings
    assert MARGIN_SECONDS == 3600


def test_a_statement_of_nothing_but_withdrawals_covers_no_time() -> None:
    assert list(compare([], [receipt("A", 1, rfc3339(at(9)))])) == []
