"""AWS as the functions meet it, where every single call can be counted, crashed, refused, repeated or paused.

DynamoDB is a table in memory: a proof is worth as much as the histories it gets through.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.quick_table import Item, Key, QuickTable

KINDS = (
    *("WAITING", "QUESTIONS", "BREAKER", "ALLOWANCE", "STOCK", "PAYMENT", "TICKET", "CALLBACK", "GIFT"),
    *("CONFIRMATION", "RECEIPT", "GUARD", "FIGURES", "LIST", "EVENT"),
)
"""Words in the keys of items, by which a call is named."""

Kind = Literal["before", "after", "refused", "lost", "twice", "pause"]
"""What happens at a call: the process dies before or after it; it fails without effect, or with it; the SDK sends it
a second time because the first answer was lost; or the process stands still before it, and others run meanwhile."""
CRASHES: tuple[Kind, ...] = ("before", "after")
ERRORS: tuple[Kind, ...] = ("refused", "lost", "twice")


class Crash(BaseException):
    """The process of a function is gone; no `except Exception` of the function sees it."""


@dataclass
class Disturbance:
    kind: Kind
    meanwhile: Callable[[], None] | None = None


class Point(NamedTuple):
    """A call to AWS or to Daraja, within one history."""

    number: int
    function: str
    call: str
    invocation: int


class Change(NamedTuple):
    """What a stream record tells: an item before and after a write, as DynamoDB JSON; None where there is none."""

    key: Key
    old: Item | None
    new: Item | None


@dataclass
class Invocation:
    function: str
    number: int
    ends_at: int
    """When Lambda kills it, in seconds of the world's clock."""


@dataclass
class Ambush:
    """A disturbance that waits for the `nth` such call of a function, wherever in the history that is."""

    function: str
    call: str
    disturbance: Disturbance
    nth: int = 1

    def springs(self, point: Point) -> bool:
        if (point.function, point.call) == (self.function, self.call):
            self.nth -= 1
            return self.nth == 0
        return False


class Cloud:
    """Stands between the functions and AWS. Calls made outside an invocation are the test's own and never disturbed."""

    def __init__(self, table: QuickTable) -> None:
        self.table = table
        self.empty = table.snapshot()
        self.points: list[Point] = []
        self.plan: dict[int, Disturbance] = {}
        self.ambushes: list[Ambush] = []
        self.struck: list[Point] = []
        self.running: list[Invocation] = []
        self.now: Callable[[], int] = lambda: 0
        self.on_strike: Callable[[Kind, Point], None] = lambda kind, point: None
        self.on_change: Callable[[Change], None] = lambda change: None
        self.on_message: Callable[[str, int], None] = lambda body, delay: None

    def call(self, client: BaseClient, operation: str, request: Item) -> Item:
        """In the place of botocore's `_make_api_call`."""
        service = client.meta.service_model.service_name

        def act() -> Item:
            return self._write(operation, dict(request)) if service == "dynamodb" else self._send(operation, request)

        def fail() -> Item:
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": "disturbed"}}, operation)

        # DynamoDB itself knows a transaction again by its token.
        repeatable = operation != "TransactWriteItems"
        return self.step(f"{operation} {_subject(request)}", act, fail, repeatable=repeatable)

    def step[Answer](
        self, call: str, act: Callable[[], Answer], fail: Callable[[], Answer], *, repeatable: bool = False
    ) -> Answer:
        """One call that a function makes, with what the plan has for it."""
        if not self.running:
            return act()
        point = Point(len(self.points) + 1, self.running[-1].function, call, self.running[-1].number)
        self.points.append(point)
        disturbance = self.plan.pop(point.number, None) or next(
            (ambush.disturbance for ambush in self.ambushes if ambush.springs(point)), None
        )
        if disturbance is None:
            return act()
        self.struck.append(point)
        self.on_strike(disturbance.kind, point)
        return self._disturbed(disturbance, act, fail, repeatable)

    def _disturbed[Answer](
        self, disturbance: Disturbance, act: Callable[[], Answer], fail: Callable[[], Answer], repeatable: bool
    ) -> Answer:
        kind = disturbance.kind
        if kind == "before":
            raise Crash
        if kind == "refused":
            return fail()
        if kind == "pause":
            self._stand_still(disturbance.meanwhile)
        try:
            answer = act()
        except ClientError:
            if kind == "after":
                raise Crash from None
            raise
        if kind == "after":
            raise Crash
        if kind == "lost":
            return fail()
        return act() if kind == "twice" and repeatable else answer

    def _stand_still(self, meanwhile: Callable[[], None] | None) -> None:
        invocation = self.running[-1]
        if meanwhile:
            meanwhile()
        if self.now() >= invocation.ends_at:
            raise Crash

    def _send(self, operation: str, request: Item) -> Item:
        assert operation == "SendMessage", operation
        self.on_message(request["MessageBody"], request.get("DelaySeconds", 0))
        return {"MessageId": "1"}

    def _write(self, operation: str, request: Item) -> Item:
        keys = list(_written(operation, request))
        before = {key: self.table.read(key) for key in keys}
        try:
            return self.table.request(operation, request)
        finally:
            for key in keys:
                after = self.table.read(key)
                if after != before[key]:
                    self.on_change(Change(key, before[key], after))


def _written(operation: str, request: Item) -> Iterator[Key]:
    """The keys a request may write."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield _key_of(request)
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                for operation_name, part in item.items():
                    if operation_name != "ConditionCheck":
                        yield _key_of(part)
        case "BatchWriteItem":
            for requests in request["RequestItems"].values():
                for each in requests:
                    yield _key_of(each.get("PutRequest") or each["DeleteRequest"])
        case _:
            return


def _key_of(request: Item) -> Key:
    source = request.get("Item") or request["Key"]
    return source["PK"]["S"], source["SK"]["S"]


def _subject(request: Item) -> str:
    """The kind of item a request is about, from its key."""
    if "MessageBody" in request:
        return "notice" if '"kind"' in request["MessageBody"] else "check"
    text = json.dumps(request.get("Item") or request.get("Key") or request, default=str)
    return next((word.lower() for word in KINDS if word in text), "")
