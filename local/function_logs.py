"""The warnings and errors of the functions, from the embedded CloudWatch Logs, as lines for a terminal."""

import json
import time
from collections.abc import Iterator, Sequence

from local.embedded_aws import EmbeddedAws

PLATFORM_LINES = ("START ", "END ", "REPORT ", "INIT_START ")
WORTH_READING = ("WARNING", "ERROR", "CRITICAL")
LINES_OF_A_TRACE = 8
A_401 = "Exception: Unauthorized"
"""How an authorizer says no: API Gateway asks for this very exception, so its trace tells nothing."""


class FunctionLogs:
    def __init__(self, aws: EmbeddedAws, groups: Sequence[str]) -> None:
        self._logs = aws.logs
        self._groups = groups
        self._since = int(time.time() * 1000)

    def new_entries(self) -> Iterator[str]:
        """What was logged since the last call and is worth reading."""
        since, self._since = self._since, int(time.time() * 1000)
        for group in self._groups:
            invocations: dict[str, list[str]] = {}
            for page in self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=since, endTime=self._since - 1
            ):
                for event in page["events"]:
                    invocations.setdefault(event.get("logStreamName", ""), []).append(event.get("message", ""))
            for lines in invocations.values():
                yield from readable(lines)


def readable(lines: Sequence[str]) -> Iterator[str]:
    """Of one invocation: its warnings and errors, and what was printed, a trace in one piece."""
    printed: list[str] = []
    for line in lines:
        entry = _structured(line)
        if entry is None:
            if line.strip() and not line.startswith(PLATFORM_LINES):
                printed.append(line)
        elif entry.get("level") in WORTH_READING:
            yield _told(entry)
    if printed and printed[-1] != A_401:
        yield "\n".join(printed[-LINES_OF_A_TRACE:])


def _structured(line: str) -> dict[str, object] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _told(entry: dict[str, object]) -> str:
    text = f"{entry['level']} {entry.get('function_name') or entry.get('service', '')}: {entry.get('message')}"
    trace = str(entry.get("exception") or "").splitlines()
    return "\n".join([text, *trace[-LINES_OF_A_TRACE:]])
