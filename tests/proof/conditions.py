"""Every condition of a write in the source of the protocol, found by walking it, and a way to take one out.

A condition is what stands for `A & B`; each of its terms is a guard of its own. `A | B` is one term: it lets more
through, so only the whole of it guards anything.
"""

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

import tiketi

PACKAGE = Path(tiketi.__file__).parent
AREAS = ("admission", "payments", "sales")
"""Where the protocols of selling and of the gate live. What catalogue and accounts guard has tests of its own."""
BESIDES = ("catalogue.changes", "delivery.claims", "delivery.rate")
"""What they rest on: that an event changes in one hand at a time, and that nobody is told twice, or without a limit."""
QUESTIONS = ("does_not_exist", "exists", "is_in", "contains", "between")
"""What an attribute may be asked besides comparing it. `startswith` asks only for keys."""


class Guard(NamedTuple):
    """One term of a condition: the module, the function that writes with it, and the words of the source."""

    module: str
    function: str
    term: str

    def __str__(self) -> str:
        return f"{self.module}.{self.function}: {self.term}"


class _Found(NamedTuple):
    guard: Guard
    node: ast.expr


def guards() -> list[Guard]:
    """All of them, in the order of the source."""
    return [found.guard for module in _modules() for found in _found(module)]


def _modules() -> list[str]:
    in_areas = [f"{area}.{path.stem}" for area in AREAS for path in sorted((PACKAGE / area).glob("*.py"))]
    return [*in_areas, *BESIDES]


def _source(module: str) -> str:
    return (PACKAGE / f"{module.replace('.', '/')}.py").read_text()


@cache
def _found(module: str) -> tuple[_Found, ...]:
    return tuple(_search(module, ast.parse(_source(module)), "", frozenset()))


def _search(module: str, parent: ast.AST, function: str, names: frozenset[str]) -> Iterator[_Found]:
    names |= _aliases(parent)
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from _search(module, node, f"{function}.{node.name}".removeprefix("."), names)
        elif isinstance(node, ast.expr) and _is_condition(node, names):
            for term in _terms(node, names):
                yield _Found(Guard(module, function, ast.unparse(term)), term)
        else:
            yield from _search(module, node, function, names)


def _aliases(node: ast.AST) -> frozenset[str]:
    """Names that a function gives to attributes."""
    body = node.body if isinstance(node, ast.FunctionDef) else []
    assigned = [each for each in body if isinstance(each, ast.Assign) and _is_attribute(each.value, frozenset())]
    return frozenset(target.id for each in assigned for target in each.targets if isinstance(target, ast.Name))


def _terms(node: ast.expr, names: frozenset[str]) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        yield from _terms(node.left, names)
        yield from _terms(node.right, names)
    elif _is_condition(node, names):
        yield node


def _is_condition(node: ast.expr, names: frozenset[str]) -> bool:
    match node:
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return _is_condition(node.left, names) or _is_condition(node.right, names)
        case ast.UnaryOp(op=ast.Invert()):
            return _is_condition(node.operand, names)
        case ast.Compare():
            return _is_attribute(node.left, names)
        case ast.Call(func=ast.Attribute(value=asked, attr=question)) if question in QUESTIONS:
            return _is_attribute(asked, names)
        case _:
            return False


def _is_attribute(node: ast.expr, names: frozenset[str]) -> bool:
    """`PaymentItem.status`, `_entry(order)["s"]`, or a name that stands for such."""
    match node:
        case ast.Attribute(value=ast.Name(id=name)):
            return name.endswith("Item") and name[0].isupper()
        case ast.Subscript():
            return _is_attribute(node.value, names)
        case ast.Call(func=ast.Name(id="_entry")):
            return True
        case ast.Name(id=name):
            return name in names
        case _:
            return False


class _Without(ast.NodeTransformer):
    def __init__(self, gone: list[ast.expr]) -> None:
        self._gone = gone

    def visit(self, node: ast.AST) -> Any:
        if node in self._gone:
            return ast.copy_location(ast.Constant(None), node)
        if isinstance(node, ast.BinOp) and node.left in self._gone:
            return self.visit(node.right)
        if isinstance(node, ast.BinOp) and node.right in self._gone:
            return self.visit(node.left)
        return self.generic_visit(node)


def take_out(patch: pytest.MonkeyPatch, guard: Guard) -> None:
    """From now on the function writes without this term. Its code is replaced, so whoever has imported it is met."""
    tree = ast.parse(_source(guard.module))
    gone = [found.node for found in _search(guard.module, tree, "", frozenset()) if found.guard == guard]
    assert gone, f"no such condition: {guard}"
    code = compile(ast.fix_missing_locations(_Without(gone).visit(tree)), guard.module, "exec")
    function = _function(guard)
    patch.setattr(function, "__code__", _code_of(code, function.__qualname__))


def _function(guard: Guard) -> FunctionType:
    """The outermost function around the term: what is defined within it is made anew by each call."""
    found: Any = importlib.import_module(f"tiketi.{guard.module}")
    for name in guard.function.split("."):
        found = getattr(found, name)
        if isinstance(found, FunctionType):
            return found
    raise LookupError(f"no function around {guard}")


def _code_of(code: CodeType, qualname: str) -> CodeType:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == qualname:
                return constant
            if qualname.startswith(f"{constant.co_qualname}."):
                return _code_of(constant, qualname)
    raise LookupError(qualname)
