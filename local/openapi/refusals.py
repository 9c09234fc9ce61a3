"""Which refusals a function can answer with, read from the code it can reach.

A refusal's code is a string that is a key of `messages.REFUSALS`, wherever it stands in a function that is reached
by name from the handler. A method is taken for reached when its name is, on whatever object, in a class that is
known by then. So the answer may hold a code too many; `NOT_ANSWERED` names those.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from local.options import ROOT
from tiketi.messages import REFUSALS

LAYER = ROOT / "layers/tiketi"
ALWAYS_CALLED = {"__init__", "__call__", "__post_init__"}
BY_ENDPOINT = {"busy", "internal_error"}
"""What `@endpoint` makes of a table that does not answer and of a bug: possible on every route."""

NOT_ANSWERED = {"functions/payments/mpesa_callback": {"mpesa_unavailable"}}
"""The reason M-PESA's callback gives for a payment that failed: it is stored, Safaricom is not refused."""

Definition = ast.FunctionDef | ast.ClassDef


@dataclass
class Module:
    names: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Imported names: the module each comes from, and its name there; empty for a module itself."""
    definitions: dict[str, Definition] = field(default_factory=dict[str, Definition])


def codes_of(function: Path) -> set[str]:
    """The codes a function's own code can refuse with, without those of `@endpoint`."""
    reached = _Reached()
    app = _parse(ROOT / function / "app.py")
    handler = app.definitions["handler"]
    reached.look_into(app, handler)
    reached.look_into_methods()
    return reached.codes - NOT_ANSWERED.get(str(function), set())


@cache
def _module(name: str) -> Module | None:
    path = LAYER / (name.replace(".", "/") + ".py")
    return _parse(path) if path.is_file() else None


def _parse(path: Path) -> Module:
    module = Module()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tiketi"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                place = (whole, "") if _is_module(whole) else (node.module, alias.name)
                module.names[alias.asname or alias.name] = place
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            module.definitions[node.name] = node
    return module


def _is_module(name: str) -> bool:
    return (LAYER / (name.replace(".", "/") + ".py")).is_file()


class _Reached:
    def __init__(self) -> None:
        self.codes: set[str] = set()
        self._seen: set[int] = set()
        self._attributes: set[str] = set()
        self._classes: list[tuple[Module, ast.ClassDef]] = []

    def look_into(self, module: Module, definition: Definition) -> None:
        if id(definition) in self._seen:
            return
        self._seen.add(id(definition))
        if isinstance(definition, ast.ClassDef):
            self._classes.append((module, definition))
            for method in _methods(definition):
                if method.name in ALWAYS_CALLED:
                    self.look_into(module, method)
            return
        nodes = [*definition.args.args, *definition.args.kwonlyargs, *definition.body]
        for node in (inner for each in nodes for inner in ast.walk(each)):
            self._follow(module, node)

    def _follow(self, module: Module, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(text)) if text in REFUSALS:
                self.codes.add(text)
            case ast.Attribute(value=ast.Name(id=base), attr=name) if module.names.get(base, ("", "-"))[1] == "":
                self._look_up(module.names[base][0], name)
            case ast.Attribute(attr=name):
                self._attributes.add(name)
            case ast.Name(id=name):
                if name in module.definitions:
                    self.look_into(module, module.definitions[name])
                elif name in module.names:
                    self._look_up(*module.names[name])
            case _:
                pass

    def _look_up(self, module_name: str, name: str) -> None:
        module = _module(module_name)
        if module and name in module.definitions:
            self.look_into(module, module.definitions[name])

    def look_into_methods(self) -> None:
        """Until nothing new comes: a method may bring other classes and other names."""
        before = -1
        while before != len(self._seen):
            before = len(self._seen)
            for module, each in list(self._classes):
                for method in _methods(each):
                    if method.name in self._attributes:
                        self.look_into(module, method)


def _methods(definition: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (node for node in definition.body if isinstance(node, ast.FunctionDef))
