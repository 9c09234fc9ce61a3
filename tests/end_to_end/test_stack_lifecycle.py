"""`make dev` as somebody at a terminal sees it: it starts, it answers, and it ends without leaving anything behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local.options import ROOT

SECONDS_TO_START = 300
SECONDS_TO_STOP = 60


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    return tmp_path / "stack.json"


@pytest.fixture
def terminal(stack_file: Path) -> Iterator[subprocess.Popen[str]]:
    """The stack, started as `make dev` starts it."""
    kept = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "UV", "UV_CACHE_DIR")
    with subprocess.Popen(
        [sys.executable, "-m", "local.stack"],
        cwd=ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ} | {"TIKETI_STACK_FILE": str(stack_file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.send_signal(signal.SIGTERM)


def wait_for_file(file: Path, process: subprocess.Popen[str]) -> dict[str, str]:
    deadline = time.monotonic() + SECONDS_TO_START
    while not file.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "the stack did not start"
        time.sleep(0.2)
    return json.loads(file.read_text())


def descendants(of: int) -> set[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines())}
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in found | {of}} - found:
        found |= more
    return found


def still_running(processes: set[int]) -> str:
    """As `ps` shows them; those that are only waiting to be reaped do not count."""
    if not processes:
        return ""
    listing = subprocess.run(
        ["ps", "-o", "pid=,stat=,args=", "-p", ",".join(map(str, processes))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return "\n".join(line for line in listing.splitlines() if not line.split()[1].startswith("Z"))


@pytest.mark.parametrize("request_to_stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stack_that_is_asked_to_stop_leaves_nothing_running(
    terminal: subprocess.Popen[str], stack_file: Path, request_to_stop: signal.Signals
) -> None:
    addresses = wait_for_file(stack_file, terminal)
    events = requests.get(f"{addresses['api_url']}/events", timeout=60).json()["events"]
    assert events, "the demo data is there"
    parts = descendants(terminal.pid)
    assert len(parts) > 3, "the embedded AWS, its functions, the simulator and the proxy"

    terminal.send_signal(request_to_stop)
    output, _ = terminal.communicate(timeout=SECONDS_TO_STOP)

    assert terminal.returncode == 0, output
    assert still_running(parts) == ""
    assert not stack_file.exists()
    assert addresses["api_url"] in output


def test_a_part_that_dies_takes_the_stack_with_it_and_is_named(
    terminal: subprocess.Popen[str], stack_file: Path
) -> None:
    wait_for_file(stack_file, terminal)
    parts = descendants(terminal.pid)
    listing = subprocess.run(["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    [simulator] = [
        int(line.split()[0])
        for line in listing.splitlines()
        if "local.daraja" in line and int(line.split()[0]) in parts
    ]
    os.kill(simulator, signal.SIGKILL)

    output, _ = terminal.communicate(timeout=SECONDS_TO_STOP)

    assert terminal.returncode == 1, output
    assert "make dev: Daraja simulator stopped by itself" in output
    assert still_running(parts) == ""


def test_a_port_that_is_taken_is_one_line_that_says_what_to_do(
    terminal: subprocess.Popen[str], stack_file: Path
) -> None:
    addresses = wait_for_file(stack_file, terminal)
    port = addresses["api_url"].split(":")[2].partition("/")[0]
    second = subprocess.run(
        [sys.executable, "-m", "local.stack"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LOCAL_GATEWAY_PORT": port, "TIKETI_STACK_FILE": f"{stack_file}.2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"make dev: port {port} is taken: stop what uses it, or choose another with LOCAL_GATEWAY_PORT"
    ]
