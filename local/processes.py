"""The processes that the local stack is made of: started, watched, and ended with all their descendants."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.problems import StackProblem
from local.signals import starting_a_process

SECONDS_TO_STOP = 5.0


@dataclass(frozen=True)
class Part:
    """One running process, leader of a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else "it said nothing"

    def check(self) -> None:
        """Raises StackProblem when the process has ended."""
        status = self.process.poll()
        if status is not None:
            raise StackProblem(
                f"{self.name} stopped by itself (exit status {status}): {self.last_words()} - its log is {self.log}"
            )


class Processes:
    """Everything the stack has started. `stop` leaves none of it running."""

    def __init__(self, log_folder: Path) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self._log_folder = log_folder
        self._parts: list[Part] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        *,
        folder: Path,
        pass_fds: Sequence[int] = (),
    ) -> Part:
        """Output goes to a log file. Ctrl-C in the terminal does not reach the process: `stop` ends it."""
        log = self._log_folder / f"{name.lower().replace(' ', '-')}.log"
        with log.open("wb") as output, starting_a_process():
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                pass_fds=pass_fds,
                start_new_session=True,
            )
            part = Part(name, process, log)
            self._parts.append(part)
        return part

    def run(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], *, folder: Path
    ) -> tuple[int, Part]:
        """Start, wait for the end; answers the exit status and the part, whose log holds the output."""
        part = self.start(name, command, environment, folder=folder)
        status = part.process.wait()
        self.forget(part)
        return status, part

    def forget(self, part: Part) -> None:
        """A part whose end was expected."""
        self._parts.remove(part)

    def check(self) -> None:
        """Raises StackProblem when a part has died."""
        for part in self._parts:
            part.check()

    def logs(self) -> list[Path]:
        return [part.log for part in self._parts]

    def stop(self) -> None:
        for part in self._parts:
            _signal_group(part, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for part in self._parts:
            with suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.0, deadline - time.monotonic()))
        for part in self._parts:
            # Also where the leader has ended: its children may be slower.
            _signal_group(part, signal.SIGKILL)
            part.process.wait()
        self._parts.clear()


def _signal_group(part: Part, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(part.process.pid, number)


def wait_until(condition: Callable[[], bool], part: Part, *, seconds: float) -> None:
    """Raises StackProblem when the part dies first, or takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        part.check()
        if time.monotonic() > deadline:
            raise StackProblem(f"{part.name} was not ready after {seconds:.0f} s: {part.last_words()} ({part.log})")
        time.sleep(0.05)
