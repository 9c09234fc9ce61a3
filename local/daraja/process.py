"""Starts the simulator as a process of its own, for tests and for the local stack."""

import os
import re
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

_READY = re.compile(r"daraja simulator ready on (http://\S+)")
SECONDS_TO_STOP = 5.0
_PROJECT = Path(__file__).parents[2]


@contextmanager
def running_simulator(*options: str, environment: Mapping[str, str] | None = None) -> Generator[str]:
    """Yields its base URL, on a free port; options are those of `python -m local.daraja`.

    Raises RuntimeError when it ends before it is ready; its own words are on stderr.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "local.daraja", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
        cwd=_PROJECT,
    )
    assert process.stdout is not None, "stdout is a pipe"
    try:
        ready = _READY.search(process.stdout.readline())
        if ready is None:
            raise RuntimeError(f"the Daraja simulator did not start (exit status {process.wait()})")
        yield ready[1]
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
