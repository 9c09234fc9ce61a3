"""DynamoDB's update expressions: what an item is after one. All of an update is worked out from the item before it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from tests.expressions import Given, Invalid, Item, Path, Reader, Value, at

CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_NO_SUCH_PATH = "The document path provided in the update expression is invalid for update"


class Change(NamedTuple):
    """At a path, the value afterwards; None takes it away."""

    path: Path
    value: Value | None


type Step = Callable[[Given], Change]
type Worth = Callable[[Given], Value]


def updated(words: str, given: Given) -> Item:
    """The item afterwards. Raises Invalid."""
    changes = [step(given) for step in _steps(words)]
    _demand_apart([change.path for change in changes])
    item = given.item
    for change in changes:
        item = _put(item, change.path, change.value)
    return item


def _demand_apart(paths: list[Path]) -> None:
    for number, path in enumerate(paths):
        for other in paths[:number]:
            shorter = min(len(path), len(other))
            if path[:shorter] == other[:shorter]:
                raise Invalid("Two document paths overlap with each other")


def _put(item: Item, path: Path, value: Value | None) -> Item:
    first, *rest = map(str, path)
    if not rest:
        others = {name: each for name, each in item.items() if name != first}
        return others if value is None else {**item, first: value}
    inner = item.get(first)
    if inner is None or "M" not in inner:
        raise Invalid(_NO_SUCH_PATH)
    return {**item, first: {"M": _put(inner["M"], tuple(rest), value)}}


@cache
def _steps(words: str) -> tuple[Step, ...]:
    reader = Reader(words)
    steps: list[Step] = []
    while reader.next:
        clause = reader.word().upper()
        if clause not in CLAUSES:
            raise Invalid(f"Syntax error; token: {clause}")
        steps += _clause(reader, clause)
    return tuple(steps)


def _clause(reader: Reader, clause: str) -> Iterator[Step]:
    yield _step(reader, clause)
    while reader.take(","):
        yield _step(reader, clause)


def _step(reader: Reader, clause: str) -> Step:
    path = reader.path()
    match clause:
        case "SET":
            reader.demand("=")
            worth = _sum(reader)
            return lambda given: Change(given.path(path), worth(given))
        case "REMOVE":
            return lambda given: Change(given.path(path), None)
        case "ADD":
            word = reader.word()
            return lambda given: Change(given.path(path), _added(_now(given, path), given.value(word)))
        case _:
            word = reader.word()
            return lambda given: Change(given.path(path), _without(_now(given, path), given.value(word)))


def _now(given: Given, path: Path) -> Value | None:
    return at(given.item, given.path(path))


def _sum(reader: Reader) -> Worth:
    first = _worth(reader)
    if reader.next not in ("+", "-"):
        return first
    sign = 1 if reader.word() == "+" else -1
    second = _worth(reader)
    return lambda given: _number(_of(first(given)) + sign * _of(second(given)))


def _worth(reader: Reader) -> Worth:
    if reader.take("IF_NOT_EXISTS"):
        reader.demand("(")
        there = reader.operand()
        reader.demand(",")
        otherwise = _worth(reader)
        reader.demand(")")
        return lambda given: there(given) or otherwise(given)
    if reader.take("LIST_APPEND"):
        reader.demand("(")
        first = _worth(reader)
        reader.demand(",")
        second = _worth(reader)
        reader.demand(")")
        return lambda given: {"L": [*_list(first(given)), *_list(second(given))]}
    operand = reader.operand()
    return lambda given: _present(operand(given))


def _present(value: Value | None) -> Value:
    if value is None:
        raise Invalid("The provided expression refers to an attribute that does not exist in the item")
    return value


def _of(value: Value) -> Decimal:
    if "N" not in value:
        raise Invalid("An operand in the update expression has an incorrect data type")
    return Decimal(value["N"])


def _list(value: Value) -> list[Value]:
    if "L" not in value:
        raise Invalid("An operand in the update expression has an incorrect data type")
    return value["L"]


def _number(number: Decimal) -> Value:
    return {"N": f"{number.normalize():f}"}


def _added(present: Value | None, more: Value) -> Value:
    [(kind, content)] = more.items()
    if kind == "N":
        return _number(_of(present or {"N": "0"}) + Decimal(content))
    if kind not in ("SS", "NS", "BS") or (present is not None and kind not in present):
        raise Invalid("An operand in the update expression has an incorrect data type")
    before = (present or {kind: []})[kind]
    return {kind: [*before, *(each for each in content if each not in before)]}


def _without(present: Value | None, less: Value) -> Value | None:
    [(kind, content)] = less.items()
    if present is None:
        return None
    if kind not in present:
        raise Invalid("An operand in the update expression has an incorrect data type")
    left = [each for each in present[kind] if each not in content]
    return {kind: left} if left else None
