"""Whether a scan is in the log: it may come online and by a sync, at the same moment, and any number of times."""

from typing import NamedTuple

from tiketi.admission.items import AttemptItem, find_attempt
from tiketi.admission.rules import Scan


class Logged(NamedTuple):
    """`again`: what is there does not answer the scan, whose own entry is a second one."""

    answer: AttemptItem | None
    again: bool


def logged(scan: Scan, subjects: list[str]) -> Logged:
    """By whichever way it came first; but who was turned away online, and let in offline, is new.

    Both ways write the same entry, so that of a call that hangs and the sync that overtakes it one counts.
    """
    entries = _entries(scan, subjects, again=False)
    answer = next((entry for entry in entries if _answers(entry, scan)), None)
    if answer or not entries:
        return Logged(answer, again=False)
    return Logged(next(iter(_entries(scan, subjects, again=True)), None), again=True)


def _answers(entry: AttemptItem, scan: Scan) -> bool:
    return scan.online or entry.source == "offline" or entry.outcome == "admitted"


def _entries(scan: Scan, subjects: list[str], *, again: bool) -> list[AttemptItem]:
    found = (find_attempt(scan.event_id, subject, scan.key, again=again) for subject in subjects)
    return [entry for entry in found if entry]
