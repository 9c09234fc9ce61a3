"""One table in moto for all histories of a file, a clock that only the world moves, and silence in the logs.

What a test counts with `record_property` is added up over all tests and processes, and printed in one line at the end.
"""

import time
from collections import Counter
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.moto_table import MotoTable
from tests.proof.cloud import Cloud, in_place_of_aws
from tests.unit.conftest import table_definition
from tiketi import clock
from tiketi.logs import logger


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    level = logger.log_level
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        boto3.client("dynamodb").create_table(**table_definition())
        cloud = Cloud(MotoTable(table_definition()["TableName"]))
        patch.setattr(clock, "epoch_now", lambda: cloud.now())
        patch.setattr(clock, "epoch_millis", lambda: cloud.now() * 1000)
        patch.setattr(time, "sleep", lambda seconds: None)
        logger.setLevel("CRITICAL")
        with in_place_of_aws(cloud):
            yield cloud
    logger.setLevel(level)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counted: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if counted:
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items()))
        terminalreporter.write_line(f"Proof: {told}")
