"""Which story holds which guard. A story is told with the guard, and is true; without it, it goes wrong.

A new condition needs a story: a function in any module `guard_*.py` beside this one, marked with `holds`.
"""

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.proof.cloud import Cloud
from tests.proof.conditions import Guard, guards
from tests.proof.truth import Broken, end_true
from tests.proof.world import World

type Story = Callable[[Cloud], World | None]
"""Raises an error when something is not as it must be. A world that it returns must have come to a true end."""

_HELD: dict[Guard, Story] = {}


def holds[Told: Story](function: str, *terms: str) -> Callable[[Told], Told]:
    """Marks a story without an end of its own when the function, as `area.module.function`, lacks one of the terms."""

    def mark(story: Told) -> Told:
        area, module, name = function.split(".", 2)
        _HELD.update({Guard(f"{area}.{module}", name, term): story for term in terms})
        return story

    return mark


@cache
def stories() -> dict[Guard, Story]:
    for path in sorted(Path(__file__).parent.glob("guard_*.py")):
        importlib.import_module(f"tests.proof.{path.stem}")
    return _HELD


def without_a_story() -> list[Guard]:
    return [guard for guard in guards() if guard not in stories()]


def without_a_guard() -> list[Guard]:
    return [guard for guard in stories() if guard not in guards()]


def wrong(cloud: Cloud, story: Story) -> str:
    """What the story broke, in a line; empty when it is true."""
    try:
        world = story(cloud)
        if world is not None:
            end_true(world, clean=False)
    except Exception as error:
        told = str(error).partition("\n")[0]
        return told if isinstance(error, Broken) else f"{type(error).__name__}: {told}"
    return ""


def words(story: Story) -> str:
    return getattr(story, "__name__", "").replace("_", " ")
