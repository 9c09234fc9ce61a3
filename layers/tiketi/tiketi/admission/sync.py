"""A scanner that was offline hands in what it did. Any part, in any order, any number of times: the end is the same."""

from datetime import timedelta

from tiketi import clock
from tiketi.admission.check_in import check_in
from tiketi.admission.items import AttemptItem
from tiketi.admission.rules import Scan
from tiketi.admission.scan_input import BatchInput, OfflineScanInput

_RIGHT_ENOUGH = timedelta(minutes=1)
"""A clock that seems to be off by less is right, and its message was on the way for so long."""


def sync(event_id: str, staff_id: str, batch: BatchInput) -> list[AttemptItem]:
    """Each scan with its outcome, in the order they were sent. One that is cut off may be sent again as a whole."""
    late = _behind(batch.sent_at)
    return [check_in(_scan(event_id, staff_id, sent, late), sent.token, sent.code) for sent in batch.scans]


def _behind(sent_at: str | None) -> timedelta:
    """How far the scanner's clock is behind ours; nothing when it does not say.

    A network that is slow must not make a scan later than it was: it would lose against one that came after it.
    """
    late = clock.utc_now() - clock.parse(sent_at) if sent_at else timedelta()
    return late if abs(late) > _RIGHT_ENOUGH else timedelta()


def _scan(event_id: str, staff_id: str, sent: OfflineScanInput, late: timedelta) -> Scan:
    now = clock.utc_now()
    at = min(clock.parse(sent.scanned_at) + late, now)
    return Scan(event_id, staff_id, sent.scan_id, sent.gate, clock.rfc3339(at), decided=sent.outcome)
