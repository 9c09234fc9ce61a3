"""Writes docs/guards.md, the table of guards and the stories that hold them: `make guards`, or `--check` in lint."""

import sys
from itertools import groupby
from pathlib import Path

from tests.proof.conditions import guards
from tests.proof.guard_table import stories, words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guards.md"
HEAD = """# Guards of the protocol

Every term of every condition with which the sale and its money are written, found in the source, and the story that
goes wrong when that one term is taken out. `make test-proof` takes out each in turn. The stories stand in
`tests/proof/guard_*.py`. This page is generated: `make guards`.
"""


def page() -> str:
    lines = [HEAD]
    for module, found in groupby(guards(), key=lambda guard: guard.module):
        lines += [f"## `{module.replace('.', '/')}.py`", "", "| function | demands | or else: |", "|---|---|---|"]
        for guard in dict.fromkeys(found):
            story = stories().get(guard)
            told = words(story) if story else "**nothing shows it**"
            lines.append(f"| `{guard.function}` | `{guard.term.replace('|', chr(92) + '|')}` | {told} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    if "--check" in sys.argv:
        if PAGE.exists() and PAGE.read_text() == page():
            return 0
        print("make: docs/guards.md is older than the conditions: run make guards", file=sys.stderr)
        return 1
    PAGE.write_text(page())
    return 0
