"""DynamoDB's expressions, read once and then called: conditions, and the clauses of updates.

Items are DynamoDB JSON and never changed: an update copies what it touches. Each expression is read into a function,
kept by its words, since a program sends the same few words again and again with other names and values.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

type Item = Mapping[str, Any]
type Value = Mapping[str, Any]
"""One attribute: `{"S": "text"}`."""
type Path = tuple[str | int, ...]

_TOKEN = re.compile(r"\s*(?:([#:]?\w+)|(<=|>=|<>|[()=<>,.\[\]+-]))")


class Invalid(Exception):
    """What DynamoDB calls a ValidationException."""


@dataclass(frozen=True)
class Given:
    """What an expression is read against: an item, and the names and values that come with the request."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]

    def path(self, path: Path) -> Path:
        return tuple(self._name(part) if isinstance(part, str) else part for part in path)

    def _name(self, part: str) -> str:
        if not part.startswith("#"):
            return part
        if part not in self.names:
            raise Invalid(f"An expression attribute name used in the document path is not defined: {part}")
        return self.names[part]

    def value(self, word: str) -> Value:
        if word not in self.values:
            raise Invalid(f"An expression attribute value used in expression is not defined: {word}")
        return self.values[word]


type Operand = Callable[[Given], Value | None]
type Condition = Callable[[Given], bool]


def at(item: Item, path: Path) -> Value | None:
    """What an item has at a path."""
    found: Any = {"M": item}
    for part in path:
        inner = found.get("L" if isinstance(part, int) else "M")
        if inner is None or (part >= len(inner) if isinstance(part, int) else part not in inner):
            return None
        found = inner[part]
    return found


@cache
def condition(words: str) -> Condition:
    reader = Reader(words)
    found = reader.any_of()
    reader.end()
    return found


class Reader:
    """Reads the words of an expression from left to right."""

    def __init__(self, words: str) -> None:
        self._tokens = [match[1] or match[2] for match in _TOKEN.finditer(words)]
        if "".join(self._tokens) != "".join(words.split()):
            raise Invalid(f"Syntax error: {words}")
        self._place = 0

    @property
    def next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def take(self, *wanted: str) -> bool:
        """Goes past the next word if it is one of these; keywords in any case."""
        if self.next and self.next.upper() in wanted:
            self._place += 1
            return True
        return False

    def word(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1] if self._place <= len(self._tokens) else ""

    def demand(self, wanted: str) -> None:
        if not self.take(wanted):
            raise Invalid(f"Syntax error; {wanted} expected, {self.next!r} found")

    def end(self) -> None:
        if self.next:
            raise Invalid(f"Syntax error; token: {self.next}")

    # --- Conditions --------------------------------------------------------------------------------------------------

    def any_of(self) -> Condition:
        first = self._all_of()
        while self.take("OR"):
            first = _either(first, self._all_of())
        return first

    def _all_of(self) -> Condition:
        first = self._one()
        while self.take("AND"):
            first = _both(first, self._one())
        return first

    def _one(self) -> Condition:
        if self.take("NOT"):
            inner = self._one()
            return lambda given: not inner(given)
        if self.take("("):
            inner = self.any_of()
            self.demand(")")
            return inner
        if self.next in _QUESTIONS:
            question = _QUESTIONS[self.word()]
            asked = self.operands()
            return lambda given: question(*(each(given) for each in asked))
        return self._comparison()

    def _comparison(self) -> Condition:
        left = self.operand()
        if self.take("IN"):
            others = self.operands()
            return lambda given: any(_equal(left(given), other(given)) for other in others)
        if self.take("BETWEEN"):
            low = self.operand()
            self.demand("AND")
            high = self.operand()
            return lambda given: _ordered(low(given), left(given), "<=") and _ordered(left(given), high(given), "<=")
        sign = self.word()
        right = self.operand()
        match sign:
            case "=":
                return lambda given: _equal(left(given), right(given))
            case "<>":
                return lambda given: not _equal(left(given), right(given))
            case "<" | "<=" | ">" | ">=":
                return lambda given: _ordered(left(given), right(given), sign)
            case _:
                raise Invalid(f"Syntax error; token: {sign}")

    # --- Operands ----------------------------------------------------------------------------------------------------

    def operands(self) -> list[Operand]:
        self.demand("(")
        found = [self.operand()]
        while self.take(","):
            found.append(self.operand())
        self.demand(")")
        return found

    def operand(self) -> Operand:
        if self.next.startswith(":"):
            word = self.word()
            return lambda given: given.value(word)
        if self.take("SIZE"):
            [of] = self.operands()
            return lambda given: _size(of(given))
        path = self.path()
        return lambda given: at(given.item, given.path(path))

    def path(self) -> Path:
        parts: list[str | int] = [self.word()]
        if not re.fullmatch(r"#?\w+", str(parts[0])):
            raise Invalid(f"Syntax error; token: {parts[0]}")
        while True:
            if self.take("."):
                parts.append(self.word())
            elif self.take("["):
                parts.append(int(self.word()))
                self.demand("]")
            else:
                return tuple(parts)


def _either(first: Condition, second: Condition) -> Condition:
    return lambda given: first(given) or second(given)


def _both(first: Condition, second: Condition) -> Condition:
    return lambda given: first(given) and second(given)


def _equal(left: Value | None, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    if "N" in left and "N" in right:
        return Decimal(left["N"]) == Decimal(right["N"])
    return left == right


def _ordered(left: Value | None, right: Value | None, sign: str) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        return False
    [(kind, a)], [(_, b)] = left.items(), right.items()
    if kind == "N":
        a, b = Decimal(a), Decimal(b)
    elif kind == "S":
        a, b = a.encode(), b.encode()
    elif kind != "B":
        return False
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def _contains(whole: Value | None, part: Value | None) -> bool:
    if whole is None or part is None:
        return False
    [(kind, content)], [(of, sought)] = whole.items(), part.items()
    match kind:
        case "S" | "B":
            return kind == of and sought in content
        case "L":
            return any(_equal(each, part) for each in content)
        case "SS" | "NS" | "BS":
            return kind[0] == of and sought in content
        case _:
            return False


def _begins_with(whole: Value | None, start: Value | None) -> bool:
    return bool(whole and start and "S" in whole and whole["S"].startswith(start["S"]))


def _size(value: Value | None) -> Value | None:
    if value is None or not value.keys() <= {"S", "B", "L", "M", "SS", "NS", "BS"}:
        return None
    [(kind, content)] = value.items()
    return {"N": str(len(content.encode() if kind == "S" else content))}


_QUESTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "attribute_type": lambda value, kind: value is not None and kind["S"] in value,
    "begins_with": _begins_with,
    "contains": _contains,
}
