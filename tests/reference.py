"""docs/openapi.json as a measure: says what is wrong with an answer, or with an example."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

FILE = Path(__file__).resolve().parent.parent / "docs/openapi.json"


@cache
def reference() -> dict[str, Any]:
    return json.loads(FILE.read_text())


@cache
def _closed_components() -> dict[str, Any]:
    """The components, where an object has no field that is not described.

    Clients must bear new fields; the reference must know them all.
    """
    components = copy.deepcopy(reference()["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return components


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, each with where; empty when nothing is."""
    whole: Any = {**schema, "components": _closed_components()}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def answer_schema(method: str, path: str, status: int) -> dict[str, Any]:
    """The schema of an answer; `path` as the reference writes it, with {names}."""
    responses = reference()["paths"][path][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} is not said to answer {status}"
    return responses[str(status)]["content"]["application/json"]["schema"]
