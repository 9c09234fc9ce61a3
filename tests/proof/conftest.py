"""One table in memory for all histories of a file.

What a test counts with `record_property` is added up over all tests and processes, and printed in one line at the end.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.proof.cloud import Cloud
from tests.proof.clouded import clouded


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with clouded() as cloud:
        yield cloud


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counted: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if counted:
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items()))
        terminalreporter.write_line(f"Proof: {told}")
