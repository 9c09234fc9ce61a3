"""SIGINT and SIGTERM as an exception, at a moment when nothing is half started."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

SECONDS_BETWEEN_LOOKS = 0.5


class StopRequested(BaseException):
    """Somebody asked the stack to stop. Not an Exception, so that nothing takes it for a failure."""


class _State:
    requested = False
    starting = 0


_state = _State()


def _request(number: int, frame: FrameType | None) -> None:
    if _state.requested:
        return  # the first request is being obeyed already
    _state.requested = True
    if not _state.starting:
        raise StopRequested


@contextmanager
def starting_a_process() -> Generator[None]:
    """Holds a request back until the process that starts here is known to whoever must end it."""
    _state.starting += 1
    try:
        yield
    finally:
        _state.starting -= 1
    if _state.requested and not _state.starting and _handling():
        raise StopRequested


def _handling() -> bool:
    return signal.getsignal(signal.SIGINT) is _request


def stop_on_signals() -> None:
    """From here on SIGINT and SIGTERM raise StopRequested in the main thread, once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _request)
    threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True).start()


def _follow_parent(parent: int) -> None:
    """Stop with the process that started this one.

    `make` that gets a SIGINT of its own waits for its recipe without passing the signal on; with nobody at the
    keyboard the stack would run for ever. While it waits, the signal is blocked in it, which Linux shows.
    """
    while os.getppid() == parent and not _is_interrupted(parent):
        threading.Event().wait(SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGINT)


def _is_interrupted(process: int) -> bool:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        command = Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return False
    blocked = next((int(line.split()[1], 16) for line in lines if line.startswith("SigBlk:")), 0)
    return command == "make" and bool(blocked & (1 << (signal.SIGINT - 1)))
