"""A statement of the M-PESA organization portal, as CSV, held against the ledger. Pure.

Columns are found by their names, below whatever the portal writes above them: `Receipt No.`, `Completion Time`,
`Details`, `Transaction Status`, `Paid In`, `Withdrawn`. Times are Nairobi's.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import ceil

from tiketi.clock import NAIROBI
from tiketi.payments.reconcile_items import Item
from tiketi.payments.reconcile_rules import Finding

MARGIN_SECONDS = 3600
"""So near the ends of a statement, a receipt may be on the one before or after."""
_TIMES = ("%d-%m-%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M")


class NotAStatement(ValueError):
    """The words say what is missing, or in which line."""


@dataclass(frozen=True)
class Row:
    receipt: str
    at: float
    """Seconds since 1970."""
    paid_in: int
    withdrawn: int
    details: str


def read_statement(lines: Iterable[str]) -> list[Row]:
    """Raises NotAStatement. Rows that were not completed moved nothing and are passed over."""
    rows = csv.reader(lines)
    for names in rows:
        columns = {name.strip().lower().rstrip("."): place for place, name in enumerate(names)}
        if "receipt no" in columns:
            missing = {"completion time", "paid in", "withdrawn"} - columns.keys()
            if missing:
                raise NotAStatement(f"the statement has no column {', '.join(sorted(missing))}")
            return [row for row in (_row(columns, cells, rows.line_num) for cells in rows) if row]
    raise NotAStatement('no line names the columns: none has "Receipt No."')


def _row(columns: Mapping[str, int], cells: list[str], line: int) -> Row | None:
    def cell(name: str) -> str:
        place = columns.get(name, -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    if not cell("receipt no") or cell("transaction status").lower() not in ("", "completed"):
        return None
    try:
        paid_in, withdrawn = _kes(cell("paid in")), _kes(cell("withdrawn"))
        return Row(cell("receipt no").upper(), _time(cell("completion time")), paid_in, withdrawn, cell("details"))
    except ValueError as error:
        raise NotAStatement(f"line {line}: {error}") from error


def _kes(text: str) -> int:
    try:
        amount = abs(Decimal(text.replace(",", "") or "0"))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    return ceil(amount)


def _time(text: str) -> float:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=NAIROBI).timestamp()
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no time")


def compare(rows: Iterable[Row], items: Iterable[Item]) -> Iterator[Finding]:
    """What M-PESA and the ledger do not agree about, in the time the statement covers."""
    kept = list(items)
    receipts = {item["PK"].partition("#")[2]: item for item in kept if item["type"] == "receipt"}
    returned = {item["reference"] for item in kept if item["type"] == "refund" and item.get("reference")}
    stated: dict[str, Row] = {}
    for row in rows:
        if row.paid_in:
            stated[row.receipt] = row
            yield from _money_in(row, receipts.get(row.receipt))
        elif row.receipt not in returned and "charge" not in row.details.lower() and row.withdrawn:
            words = f"left the account ({row.details[:40]}), and no refund is known by it"
            yield Finding("withdrawal_unknown", row.receipt, row.withdrawn, words)
    if stated:
        yield from _not_stated(stated, receipts)


def _money_in(row: Row, counted: Item | None) -> Iterator[Finding]:
    if counted is None:
        yield Finding("money_unknown", row.receipt, row.paid_in, f"M-PESA has received it ({row.details[:40]})")
    elif counted["amount"] != row.paid_in:
        words = f"KES {row.paid_in} on the statement, KES {counted['amount']} on the ledger"
        yield Finding("amounts_differ", row.receipt, row.paid_in, words)


def _not_stated(stated: Mapping[str, Row], receipts: Mapping[str, Item]) -> Iterator[Finding]:
    first = min(row.at for row in stated.values()) + MARGIN_SECONDS
    last = max(row.at for row in stated.values()) - MARGIN_SECONDS
    for receipt, item in receipts.items():
        at = datetime.fromisoformat(item["received_at"]).timestamp()
        if first <= at <= last and receipt not in stated:
            yield Finding("receipt_not_stated", receipt, item["amount"], "on the ledger, and M-PESA does not know it")
