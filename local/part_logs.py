"""What the parts of the stack complain about, each complaint once in a while."""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

SECONDS_OF_SILENCE = 60.0
_COMPLAINT = re.compile(r"\b(?:WARNING|ERROR|CRITICAL) +(.*)")
_KNOWN = ("cryptography package not installed",)


class PartLogs:
    """Follows log files. A part that fails again and again says the same again and again."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._positions = {file: file.stat().st_size for file in files}
        self._told: dict[str, float] = {}

    def new_entries(self) -> Iterator[str]:
        for file, position in self._positions.items():
            with file.open("rb") as log:
                log.seek(position)
                text = log.read()
            # The last line may be half written.
            complete = text[: text.rfind(b"\n") + 1]
            self._positions[file] = position + len(complete)
            yield from (line for line in self._complaints(complete.decode(errors="replace")) if self._is_news(line))

    def _complaints(self, text: str) -> Iterator[str]:
        for line in text.splitlines():
            found = _COMPLAINT.search(line)
            if found and not any(known in line for known in _KNOWN):
                yield found[0]

    def _is_news(self, line: str) -> bool:
        now = time.monotonic()
        if now - self._told.get(line, -SECONDS_OF_SILENCE) < SECONDS_OF_SILENCE:
            return False
        self._told[line] = now
        return True
