"""What the source of a function says about its route: the models it reads its input with, and how it answers."""

import ast
import importlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from local.options import ROOT

STATUS = {"ok": 200, "created": 201, "accepted": 202, "content": 200, "redirect": 302}


@dataclass(frozen=True)
class Function:
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    status: int
    for_organizers: bool
    idempotent: bool
    """Whether it looks at the Idempotency-Key header."""


def read_function(folder: Path) -> Function:
    tree = ast.parse((ROOT / folder / "app.py").read_text())
    imported = _imported(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    answers = [node.func.id for node in calls if isinstance(node.func, ast.Name) and node.func.id in STATUS]
    return Function(
        body=_model(calls, "json", imported),
        query=_model(calls, "query_as", imported),
        status=STATUS[answers[0]],
        for_organizers="organizer" in attributes,
        idempotent="idempotency_key" in attributes,
    )


def _imported(tree: ast.Module) -> dict[str, str]:
    """The module each imported name comes from."""
    return {
        name.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }


def _model(calls: list[ast.Call], method: str, imported: dict[str, str]) -> type[BaseModel] | None:
    """The model in `request.json(Model)`, say."""
    for call in calls:
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="request"), attr=attr), args=[ast.Name(id=name)]):
                if attr == method:
                    return getattr(importlib.import_module(imported[name]), name)
            case _:
                pass
    return None
