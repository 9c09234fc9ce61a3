"""What a run met, printed at its end, so that a process of its own can say it too, and a failure can be repeated."""

from collections.abc import Callable

import pytest

TOLD = "told"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    return lambda words: record_property(TOLD, words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for words in (value for name, value in getattr(report, "user_properties", []) if name == TOLD):
                terminalreporter.write_line(f"Faults: {words}")
