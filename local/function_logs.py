"""The warnings and errors of the functions, from the embedded CloudWatch Logs, as lines for a terminal."""

import json
import time
from collections.abc import Iterator, Sequence

from local.embedded_aws import EmbeddedAws

PLATFORM_LINES = ("START ", "END ", "REPORT ", "INIT_START ")
WORTH_READING = ("WARNING", "ERROR", "CRITICAL")


class FunctionLogs:
    def __init__(self, aws: EmbeddedAws, groups: Sequence[str]) -> None:
        self._logs = aws.logs
        self._groups = groups
        self._since = int(time.time() * 1000)

    def new_lines(self) -> Iterator[str]:
        """What was logged since the last call."""
        since, self._since = self._since, int(time.time() * 1000)
        for group in self._groups:
            for page in self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=since, endTime=self._since - 1
            ):
                for event in page["events"]:
                    line = readable(event.get("message", ""))
                    if line:
                        yield line


def readable(message: str) -> str | None:
    """A line for people; None for what is not worth their time."""
    if not message.strip() or message.startswith(PLATFORM_LINES):
        return None
    try:
        entry = json.loads(message)
    except ValueError:
        return message
    if not isinstance(entry, dict) or "level" not in entry:
        return None  # a metric
    if entry["level"] not in WORTH_READING:
        return None
    where = entry.get("function_name") or entry.get("service", "")
    text = f"{entry['level']} {where}: {entry.get('message')}"
    return f"{text}\n{entry['exception']}" if entry.get("exception") else text
