"""Tells whoever waits what is being done."""

import time
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Generator[None]:
    began = time.monotonic()
    print(f"{what} ...", flush=True)
    yield
    took = time.monotonic() - began
    if took >= 1:
        print(f"  done in {took:.1f} s", flush=True)
