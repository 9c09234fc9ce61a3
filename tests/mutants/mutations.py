"""Small faults in a module's source, one at a time: what a slip of the hand or of the mind would do to a rule.

Left alone are annotations, decorators, docstrings, types and the words inside f-strings: they decide nothing.
"""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNTOUCHED_FIELDS = {"annotation", "returns", "decorator_list", "type_params", "ctx", "op", "ops"}


class Mutant(NamedTuple):
    name: str
    """Where it is and what was done: function, before, after."""
    source: str


def mutants_of(source: str) -> list[Mutant]:
    """Every mutant of a module; names that would be the same are numbered."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    found: list[Mutant] = []
    for name, text in _everywhere(tree, tree, "module"):
        seen[name] = seen.get(name, 0) + 1
        found.append(Mutant(name if seen[name] == 1 else f"{name} #{seen[name]}", text))
    return found


def _everywhere(tree: ast.Module, parent: ast.AST, where: str) -> Iterator[tuple[str, str]]:
    for field, value in ast.iter_fields(parent):
        if field in _UNTOUCHED_FIELDS:
            continue
        holder = cast(list[Any], value) if isinstance(value, list) else [value]
        for index, node in enumerate(holder):
            if not isinstance(node, ast.AST) or _is_untouched(parent, field, index, node):
                continue
            for instead in _instead_of(parent, field, node):
                holder[index] = instead
                setattr(parent, field, holder if isinstance(value, list) else instead)
                text = ast.unparse(ast.fix_missing_locations(tree))
                yield f"{where}: {_short(node)} -> {_short(instead)}", text
                holder[index] = node
                setattr(parent, field, value)
            named = isinstance(node, ast.FunctionDef | ast.ClassDef)
            yield from _everywhere(tree, node, node.name if named else where)


def _is_untouched(parent: ast.AST, field: str, index: int, node: ast.AST) -> bool:
    words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    in_text = isinstance(parent, ast.JoinedStr) and isinstance(node, ast.Constant)
    a_type = isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("Literal", "dict", "list", "Mapping")
    cast_to = isinstance(parent, ast.Call) and field == "args" and index == 0 and ast.unparse(parent.func) == "cast"
    return words or in_text or a_type or cast_to or isinstance(node, ast.Import | ast.ImportFrom)


def _instead_of(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    if field == "test" or (isinstance(parent, ast.comprehension) and field == "ifs"):
        yield ast.Constant(True)
        yield ast.Constant(False)
    if isinstance(parent, ast.Return) and not (isinstance(node, ast.Constant) and node.value is None):
        yield ast.Constant(None)
    match node:
        case ast.Compare(left, [op], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in _COMPARISONS[type(op)])
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for left_out in range(len(values)):
                rest = values[:left_out] + values[left_out + 1 :]
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.Name(name) if name in _OPPOSITES:
            yield ast.Name(_OPPOSITES[name])
        case ast.Constant(value):
            yield from _other_values(value)
        case _:
            pass


def _other_values(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}?")


def _short(node: ast.AST) -> str:
    return ast.unparse(node).replace("\n", " ")[:90]
