"""The steps, in order, found by their names: `step_<number>_<what it does>.py`."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from operations import migrations

REMOVE = object()
"""As a changed value: the attribute goes."""

Migrate = Callable[[dict[str, Any]], dict[str, Any]]
"""An item (plain Python values) to the attributes that change in it; empty when only its version does. Pure."""


@dataclass(frozen=True)
class Step:
    number: int
    name: str
    migrate: Migrate


def _module(name: str) -> Any:
    return importlib.import_module(f"{migrations.__name__}.{name}")


def all_steps() -> list[Step]:
    """Raises ValueError when the numbers do not run from 1 without a gap."""
    names = sorted(
        module.name for module in pkgutil.iter_modules(migrations.__path__) if module.name.startswith("step_")
    )
    steps = [Step(int(name.split("_")[1]), name, _module(name).migrate) for name in names]
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"the steps are not numbered 1, 2, …: {names}")
    return steps
