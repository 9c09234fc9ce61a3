"""stack.json: there exactly while a stack answers, and of one stack at a time."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from local.problems import StackProblem


@contextmanager
def claimed(file: Path) -> Generator[None]:
    """Raises StackProblem when another stack that runs has the same file. Removes a file that a dead one left."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = file.with_name(f"{file.name}.lock")
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackProblem(
                f"another local stack runs ({file}): stop it, or give this one another TIKETI_STACK_FILE"
            ) from error
        file.unlink(missing_ok=True)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


def write_at_once(file: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_text(text)
    draft.replace(file)
