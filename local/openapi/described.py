"""The words of a route: what the template and the function do not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Examples = Mapping[str, Any]
"""By a short title, which the reference shows in a list."""


@dataclass(frozen=True)
class Described:
    tag: str
    summary: str
    answer: Any
    """The model of the answer when all went well, or `list[Model]`."""
    answered: str
    """What that answer means."""
    examples: Examples
    requests: Examples = field(default_factory=dict[str, Any])
    description: str = ""
    body: Any = None
    """The model of a body that the function reads by itself; else the function's own is taken."""
    operation_id: str = ""
    """When one function has several routes; else it is the function's name."""
    media_type: str = "application/json"
    """Of the answer; when it is another, `answer` is None and the examples are text."""
    language: bool = True
    """Whether it speaks to people, so that Accept-Language matters."""
    csv: str = ""
    """An example of the same answer as CSV, when it may be asked for."""
