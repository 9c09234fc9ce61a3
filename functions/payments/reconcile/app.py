"""Every night: holds the ledger, the payments, the tickets and the stock against each other."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi import clock
from tiketi.logs import flush_metrics, logger
from tiketi.payments.check_queue import check_queue
from tiketi.payments.reconcile import reconcile_table


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    report = reconcile_table(check_queue(), clock.epoch_now())
    flush_metrics()
    return {**report.counts, "findings": len(report.findings), "sum": report.sum}
