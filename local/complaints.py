"""What goes wrong in the stack, told to the terminal once."""

import time

from local.function_logs import FunctionLogs
from local.part_logs import PartLogs

SECONDS_OF_SILENCE = 60.0


class Complaints:
    def __init__(self, functions: FunctionLogs, parts: PartLogs) -> None:
        self._functions = functions
        self._parts = parts
        self._told: dict[str, float] = {}

    def print_news(self) -> None:
        for entry in (*self._parts.new_entries(), *self._functions.new_entries()):
            if self._is_news(entry):
                print(entry, flush=True)

    def _is_news(self, entry: str) -> bool:
        """A part that fails again and again says the same again and again; once in a minute is enough."""
        now = time.monotonic()
        last = self._told.get(entry.splitlines()[0], -SECONDS_OF_SILENCE)
        if now - last < SECONDS_OF_SILENCE:
            return False
        self._told[entry.splitlines()[0]] = now
        return True
