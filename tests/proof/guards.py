"""Takes a condition out of the protocol, so that it can be seen what it was for."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

DEPTH = 8
"""How far up the stack the function is looked for that asks for the write."""


def remove(patch: pytest.MonkeyPatch, site: str, term: str) -> list[str]:
    """From now on the writes of the function `site` go without those terms of their condition that contain `term`.

    Returns a list to which each term is added that was left out.
    """
    gone: list[str] = []

    def weaken(condition: Condition | None) -> Condition | None:
        return _weakened(condition, term, gone) if condition is not None and _asked_by(site) else condition

    _patch(patch, Model, "update", "condition", weaken)
    _patch(patch, Model, "save", "condition", weaken)
    _patch(patch, TransactWrite, "update", "condition", weaken)
    return gone


def _patch(
    patch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    argument: str,
    weaken: Callable[[Condition | None], Condition | None],
) -> None:
    original = getattr(owner, name)
    position = original.__code__.co_varnames.index(argument)

    def write(*given: Any, **named: Any) -> Any:
        if len(given) > position:
            given = (*given[:position], weaken(given[position]), *given[position + 1 :])
        elif argument in named:
            named[argument] = weaken(named[argument])
        return original(*given, **named)

    patch.setattr(owner, name, write)


def _asked_by(site: str) -> bool:
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    for _ in range(DEPTH):
        if frame.f_code.co_name == site:
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


def _weakened(condition: Condition, term: str, gone: list[str]) -> Condition | None:
    if condition.operator == "AND":
        left, right = (_weakened(part, term, gone) for part in condition.values)
        return left & right if left is not None and right is not None else (right if left is None else left)
    if term in str(condition):
        gone.append(str(condition))
        return None
    return condition
