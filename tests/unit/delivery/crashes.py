"""A process that dies at one of its calls to AWS."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.client import BaseClient


class Crash(BaseException):
    """No `except Exception` of a function sees it."""


@dataclass
class Crashes:
    struck: bool = False


@contextmanager
def crash_at(number: int, *, after: bool) -> Generator[Crashes]:
    """The process is gone before the call of this number, or right after it."""
    make_call: Any = BaseClient._make_api_call  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportPrivateUsage]
    crashes, calls = Crashes(), [0]

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        calls[0] += 1
        if calls[0] != number:
            return make_call(client, operation, request)
        crashes.struck = True
        if after:
            make_call(client, operation, request)
        raise Crash

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        yield crashes
