"""Reads the whole table for reconciliation: half a read unit for each 4 KB; its facts are kept in memory."""

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from tiketi.logs import logger, metrics
from tiketi.payments.check_queue import CheckQueue
from tiketi.payments.outcomes import nudge
from tiketi.payments.reconcile_items import KINDS, Item, plain_item
from tiketi.payments.reconcile_rules import Report, reconcile
from tiketi.table import scan

MOST_LOGGED = 200
"""Findings in the log of one run; `make reconcile` prints them all."""


def items() -> Iterator[Item]:
    return (plain_item(raw) for raw in scan() if raw["type"]["S"] in KINDS)


def reconcile_table(queue: CheckQueue, now: int) -> Report:
    """Logs each finding, and counts them for the alarm. What may still come to its end gets another try."""
    report = reconcile(items(), now)
    for finding in report.findings:
        if finding.remedy == "ask":
            queue.ask(finding.order, attempt=0, delay_seconds=0)
        elif finding.remedy == "nudge":
            nudge(finding.order, now)
    for finding in report.findings[:MOST_LOGGED]:
        logger.error("does not meet its counterpart", extra={"finding": vars(finding)})
    summary: dict[str, Any] = {"counts": dict(report.counts), "totals": dict(report.totals), "sum": report.sum}
    logger.info("reconciled", extra={**summary, "findings": len(report.findings)})
    metrics.add_metric("ReconcileFindings", MetricUnit.Count, len(report.findings))
    return report
