"""What the parts of the stack complain about in their logs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_COMPLAINT = re.compile(r"\b(?:WARNING|ERROR|CRITICAL) +(.*)")
_KNOWN = ("cryptography package not installed",)


class PartLogs:
    def __init__(self, files: Sequence[Path]) -> None:
        self._positions = {file: file.stat().st_size for file in files}

    def new_entries(self) -> Iterator[str]:
        for file, position in self._positions.items():
            with file.open("rb") as log:
                log.seek(position)
                text = log.read()
            # The last line may be half written.
            complete = text[: text.rfind(b"\n") + 1]
            self._positions[file] = position + len(complete)
            yield from self._complaints(complete.decode(errors="replace"))

    def _complaints(self, text: str) -> Iterator[str]:
        for line in text.splitlines():
            found = _COMPLAINT.search(line)
            if found and not any(known in line for known in _KNOWN):
                yield found[0]
