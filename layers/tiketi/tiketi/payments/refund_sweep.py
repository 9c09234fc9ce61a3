"""The sweep over refunds that are not at their end: counts them, and looks after those whose message was lost."""

from collections.abc import Iterator

from aws_lambda_powertools.metrics import MetricUnit

from tiketi.logs import logger, metrics
from tiketi.payments.refund_items import MANUAL, OPEN_PARTITIONS, RefundItem
from tiketi.payments.refund_queue import RefundQueue

OVERDUE_SECONDS = 3600
LOST_SECONDS = 300
"""A refund that nobody has looked after so long after its time has lost its message."""


def sweep_refunds(queue: RefundQueue, now: int) -> dict[str, int]:
    """How many are open, overdue and with a person: alarms read these states, so that no crash can lose one.

    Half a read unit for each partition, and one for each open refund.
    """
    counts = {"open": 0, "overdue": 0, "manual": sum(1 for _ in waiting_for_a_person())}
    for refund in _open_refunds():
        counts["open"] += 1
        counts["overdue"] += now - int(refund.opened_at) > OVERDUE_SECONDS
        if now - max(int(refund.next_at), int(refund.sent_at), int(refund.opened_at)) > LOST_SECONDS:
            queue.advance_once(refund.refund_id)
    for name, count in counts.items():
        metrics.add_metric(f"Refunds{name.capitalize()}", MetricUnit.Count, count)
    logger.info("refunds under way", extra=counts)
    return counts


def waiting_for_a_person() -> Iterator[RefundItem]:
    """The oldest first."""
    return _refunds(MANUAL)


def _open_refunds() -> Iterator[RefundItem]:
    for partition in OPEN_PARTITIONS:
        yield from _refunds(f"REFUNDS#open#{partition}")


def _refunds(partition: str) -> Iterator[RefundItem]:
    found = sorted((each.gsi1_sk, (each.pk, each.sk)) for each in RefundItem.by_state.query(partition))
    by_key = {(item.pk, item.sk): item for item in RefundItem.batch_get([key for _, key in found])}
    return (by_key[key] for _, key in found if key in by_key)
