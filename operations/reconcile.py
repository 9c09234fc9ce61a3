"""Holds the ledger, the payments, the tickets and the stock of a table against each other, and against a statement.

make reconcile TABLE=...                                          all that does not meet its counterpart
make reconcile TABLE=... STATEMENT=statement.csv                  and what M-PESA's own statement says
make reconcile TABLE=... ALL=1                                    also what moved in the last quarter of an hour
"""

import argparse
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiketi.payments.reconcile_rules import Finding, Report


def told(report: "Report", findings: Iterable["Finding"]) -> list[str]:
    lines = [", ".join(f"{number:,} {what}" for what, number in report.counts.items())]
    lines += [f"  {account:<18} KES {amount:>14,}" for account, amount in sorted(report.totals.items())]
    lines.append(f"  {'sum':<18} KES {report.sum:>14,}")
    lines += [f"{each.kind}  {each.subject}  KES {each.amount:,}  {each.words}" for each in findings]
    return lines


def reconcile(statement: Path | None, now: int) -> tuple[list[str], int]:
    """What to print, and how many findings there are. Raises NotAStatement."""
    from tiketi.payments.reconcile import items
    from tiketi.payments.reconcile_rules import reconcile as reconcile_items
    from tiketi.payments.statement import compare, read_statement

    rows = read_statement(statement.read_text("utf-8-sig").splitlines()) if statement else []
    kept: list[Mapping[str, object]] = list(items())
    report = reconcile_items(kept, now)
    findings = [*report.findings, *compare(rows, kept)]
    return told(report, findings), len(findings)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make reconcile", description=__doc__)
    parser.add_argument("--table", required=True, help="the output TableName of the stack")
    parser.add_argument("--statement", type=Path, help="a statement of the M-PESA portal, as CSV")
    parser.add_argument("--all", action="store_true", help="also what moved a moment ago: when nothing is under way")
    given = parser.parse_args()
    # The table's name is read when its models are imported.
    os.environ["TABLE_NAME"] = given.table
    try:
        from tiketi.payments.reconcile_rules import GRACE_SECONDS

        now = int(time.time()) + (GRACE_SECONDS if given.all else 0)
        lines, findings = reconcile(given.statement, now)
    except (OSError, ValueError) as error:
        raise SystemExit(f"reconcile: {error}") from error
    print("\n".join(lines))
    if findings:
        raise SystemExit(f"{findings} do not meet their counterpart: docs/ledger.md says what each means.")
    print("Every shilling meets its counterpart.")


if __name__ == "__main__":
    main()
