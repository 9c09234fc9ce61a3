import os
import sys
import time
from pathlib import Path

import pytest

from local import processes
from local.problems import StackProblem
from local.processes import Part, Processes, wait_until

STUBBORN_FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, 1); time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def start(started: Processes, folder: Path, code: str) -> Part:
    return started.start("Some part", [sys.executable, "-c", code], dict(os.environ), folder=folder)


def is_alive(process: int) -> bool:
    """A child that was killed is adopted by init, which may take a moment to reap it."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        if Path(f"/proc/{process}/stat").exists() and " Z " in Path(f"/proc/{process}/stat").read_text():
            return False
        time.sleep(0.05)
    return True


def test_a_family_that_ignores_sigterm_is_ended_to_the_last_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SECONDS_TO_STOP", 0.2)
    started = Processes(tmp_path)
    part = start(started, tmp_path, STUBBORN_FAMILY)
    wait_until(lambda: part.log.read_text().endswith("\n"), part, seconds=30)
    started.stop()
    assert part.process.returncode is not None
    assert not is_alive(int(part.log.read_text()))


def test_a_part_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    started = Processes(tmp_path)
    part = start(started, tmp_path, "import sys; print('all is well'); sys.exit('out of maize')")
    part.process.wait()
    with pytest.raises(StackProblem, match=r"Some part stopped by itself \(exit status 1\): .*out of maize"):
        started.check()


def test_waiting_for_a_part_that_never_gets_ready_ends(tmp_path: Path) -> None:
    started = Processes(tmp_path)
    part = start(started, tmp_path, "import time; time.sleep(600)")
    with pytest.raises(StackProblem, match="Some part was not ready after 0 s"):
        wait_until(lambda: False, part, seconds=0.1)
    started.stop()
