"""One DynamoDB table in memory, as far as this project uses one; it is asked as botocore asks.

A proof makes hundreds of thousands of requests, and this answers them some twenty times as fast as moto. Its answers
are held against moto's, and against those of AWS's own engine where there is one, by the tests named after it.
An item is never changed, only replaced: so whoever has one keeps what it was, and a snapshot copies no item.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tests.expressions import Given, Invalid, condition
from tests.update_expressions import updated

type Item = dict[str, Any]
type Key = tuple[str, str]
type Rows = dict[Key, Item]

_MOST = {"BatchGetItem": 100, "BatchWriteItem": 25, "TransactWriteItems": 100}
_FAILED = "The conditional request failed"
_PARTITION = re.compile(r"\(*(#?\w+) = (:\w+)")


class Index(NamedTuple):
    """The table's own keys, or those of a secondary index, and what of an item is in it; None for all."""

    partition: str
    sort: str
    projected: frozenset[str] | None


class Failed(Exception):
    """A condition did not hold for this item."""

    def __init__(self, item: Item | None) -> None:
        super().__init__()
        self.item = item


class QuickTable:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        """`definition` is what `create_table` takes."""
        self.name: str = definition["TableName"]
        own = _keys(definition)
        self._own = Index(*own, None)
        self._indexes = {each["IndexName"]: _index(each, own) for each in definition["GlobalSecondaryIndexes"]}
        self._rows: dict[str, Rows] = {}
        self._one_at_a_time = threading.RLock()

    # --- For tests ---------------------------------------------------------------------------------------------------

    def read(self, key: Key) -> Item | None:
        return self._rows.get(key[0], {}).get(key)

    def all(self) -> Iterator[Item]:
        for rows in self._rows.values():
            yield from rows.values()

    def clear(self) -> None:
        self._rows = {}

    def snapshot(self) -> dict[str, Rows]:
        return {partition: dict(rows) for partition, rows in self._rows.items()}

    def restore(self, snapshot: Mapping[str, Rows]) -> None:
        self._rows = {partition: dict(rows) for partition, rows in snapshot.items()}

    # --- Requests ----------------------------------------------------------------------------------------------------

    def request(self, operation: str, body: Item) -> Item:
        """Raises botocore's ClientError, as botocore would."""
        work = getattr(self, f"_{operation}")
        try:
            with self._one_at_a_time:
                answer = work(body)
        except Invalid as error:
            raise _error(operation, "ValidationException", str(error)) from error
        except Failed as failed:
            told = {"Item": failed.item} if failed.item and "ReturnValuesOnConditionCheckFailure" in body else {}
            raise _error(
                operation, "ConditionalCheckFailedException", "The conditional request failed", **told
            ) from None
        return {**answer, "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}

    def _GetItem(self, body: Item) -> Item:  # noqa: N802
        found = self.read(self._key(body["Key"]))
        return {} if found is None else {"Item": _projection(body, found)}

    def _PutItem(self, body: Item) -> Item:  # noqa: N802
        before = self._check(body, body["Item"])
        self._write(body["Item"])
        return {"Attributes": before} if before and body.get("ReturnValues") == "ALL_OLD" else {}

    def _UpdateItem(self, body: Item) -> Item:  # noqa: N802
        before = self._check(body, body["Key"])
        after = self._updated(body, before)
        self._write(after)
        wanted = {"ALL_NEW": after, "ALL_OLD": before}.get(body.get("ReturnValues", "NONE"))
        return {"Attributes": wanted} if wanted else {}

    def _DeleteItem(self, body: Item) -> Item:  # noqa: N802
        before = self._check(body, body["Key"])
        self._remove(self._key(body["Key"]))
        return {"Attributes": before} if before and body.get("ReturnValues") == "ALL_OLD" else {}

    def _BatchGetItem(self, body: Item) -> Item:  # noqa: N802
        answers: dict[str, list[Item]] = {}
        for table, asked in body["RequestItems"].items():
            found = [self.read(key) for key in _all_different("BatchGetItem", map(self._key, asked["Keys"]))]
            answers[table] = [_projection(asked, item) for item in found if item is not None]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _BatchWriteItem(self, body: Item) -> Item:  # noqa: N802
        wanted = [each for requests in body["RequestItems"].values() for each in requests]
        parts = [next(iter(each.values())) for each in wanted]
        _all_different("BatchWriteItem", (self._key(part.get("Item") or part["Key"]) for part in parts))
        for each in wanted:
            if "PutRequest" in each:
                self._write(each["PutRequest"]["Item"])
            else:
                self._remove(self._key(each["DeleteRequest"]["Key"]))
        return {"UnprocessedItems": {}}

    def _TransactWriteItems(self, body: Item) -> Item:  # noqa: N802
        parts = [next(iter(item.items())) for item in body["TransactItems"]]
        _all_different("TransactWriteItems", (self._key(part.get("Item") or part["Key"]) for _, part in parts))
        reasons: list[Item] = []
        writes: list[tuple[str, Item]] = []
        for operation, part in parts:
            try:
                before = self._check(part, part.get("Item") or part["Key"])
            except Failed:
                reasons.append({"Code": "ConditionalCheckFailed", "Message": _FAILED})
                continue
            reasons.append({"Code": "None"})
            if operation in ("Put", "Update"):
                writes.append((operation, part["Item"] if operation == "Put" else self._updated(part, before)))
            elif operation == "Delete":
                writes.append((operation, part["Key"]))
        if any(reason["Code"] != "None" for reason in reasons):
            codes = ", ".join(reason["Code"] for reason in reasons)
            words = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
            raise _error("TransactWriteItems", "TransactionCanceledException", words, CancellationReasons=reasons)
        for operation, item in writes:
            if operation == "Delete":
                self._remove(self._key(item))
            else:
                self._write(item)
        return {}

    def _Query(self, body: Item) -> Item:  # noqa: N802
        index = self._indexes[body["IndexName"]] if "IndexName" in body else self._own
        given = Given({}, body["ExpressionAttributeNames"], body["ExpressionAttributeValues"])
        asked = _PARTITION.match(body["KeyConditionExpression"])
        if asked is None or given.path((asked[1],)) != (index.partition,):
            raise Invalid("Query condition missed key schema element")
        rows = self._in_partition(index, given.value(asked[2])["S"])
        holds = condition(body["KeyConditionExpression"])
        found = [row for row in rows if holds(Given(row, given.names, given.values))]
        found.sort(key=self._order(index), reverse=not body.get("ScanIndexForward", True))
        return self._page(body, index, found)

    def _Scan(self, body: Item) -> Item:  # noqa: N802
        return self._page(body, self._own, list(self.all()))

    # --- The parts of requests ---------------------------------------------------------------------------------------

    def _in_partition(self, index: Index, value: str) -> list[Item]:
        if index is self._own:
            return list(self._rows.get(value, {}).values())
        wanted = {"S": value}
        return [item for item in self.all() if item.get(index.partition) == wanted and index.sort in item]

    def _order(self, index: Index) -> Any:
        """By the sort key, as UTF-8 is ordered; of an index, by the table's own keys where that is the same."""
        names = (index.sort, self._own.partition, self._own.sort)
        return lambda item: [item[name]["S"].encode() for name in names]

    def _page(self, body: Item, index: Index, found: list[Item]) -> Item:
        start, limit = body.get("ExclusiveStartKey"), body.get("Limit")
        if start:
            keys = [self._position(index, item) for item in found]
            found = found[keys.index(start) + 1 :] if start in keys else self._beyond(body, index, found, start)
        page = found[:limit] if limit else found
        names, values = body.get("ExpressionAttributeNames", {}), body.get("ExpressionAttributeValues", {})
        holds = condition(body["FilterExpression"]) if "FilterExpression" in body else None
        kept = [item for item in page if holds is None or holds(Given(_seen(index, item), names, values))]
        answer: Item = {"Count": len(kept), "ScannedCount": len(page)}
        if body.get("Select") != "COUNT":
            answer["Items"] = [_projection(body, _seen(index, item)) for item in kept]
        if limit and len(page) == limit:
            answer["LastEvaluatedKey"] = self._position(index, page[-1])
        return answer

    def _position(self, index: Index, item: Item) -> Item:
        return {name: item[name] for name in {*index[:2], *self._own[:2]}}

    def _beyond(self, body: Item, index: Index, found: list[Item], start: Item) -> list[Item]:
        order = self._order(index)
        backwards = not body.get("ScanIndexForward", True)
        return [item for item in found if (order(item) < order(start) if backwards else order(item) > order(start))]

    def _check(self, part: Item, key: Item) -> Item | None:
        """The item before; raises Failed."""
        present = self.read(self._key(key))
        if "ConditionExpression" in part:
            names, values = part.get("ExpressionAttributeNames", {}), part.get("ExpressionAttributeValues", {})
            if not condition(part["ConditionExpression"])(Given(present or {}, names, values)):
                raise Failed(present)
        return present

    def _updated(self, part: Item, before: Item | None) -> Item:
        item = dict(part["Key"]) if before is None else before
        if "UpdateExpression" not in part:
            return item
        names, values = part.get("ExpressionAttributeNames", {}), part.get("ExpressionAttributeValues", {})
        after = dict(updated(part["UpdateExpression"], Given(item, names, values)))
        if any(after.get(name) != part["Key"][name] for name in self._own[:2]):
            raise Invalid("Cannot update attribute. This attribute is part of the key")
        return after

    def _key(self, item: Mapping[str, Any]) -> Key:
        found = tuple(item.get(name, {}).get("S", "") for name in self._own[:2])
        if not all(found):
            raise Invalid("One or more parameter values were invalid: a key is missing, empty or no text")
        return found[0], found[1]

    def _write(self, item: Item) -> None:
        for index in self._indexes.values():
            if any(name in item and not item[name].get("S") for name in index[:2]):
                raise Invalid("One or more parameter values were invalid: an index key is empty or no text")
        key = self._key(item)
        self._rows.setdefault(key[0], {})[key] = item

    def _remove(self, key: Key) -> None:
        self._rows.get(key[0], {}).pop(key, None)


def _keys(definition: Mapping[str, Any]) -> tuple[str, str]:
    by_type = {each["KeyType"]: each["AttributeName"] for each in definition["KeySchema"]}
    return by_type["HASH"], by_type["RANGE"]


def _index(definition: Mapping[str, Any], own: tuple[str, str]) -> Index:
    keys, projection = _keys(definition), definition["Projection"]
    every = projection["ProjectionType"] == "ALL"
    return Index(*keys, None if every else frozenset({*own, *keys, *projection.get("NonKeyAttributes", [])}))


def _seen(index: Index, item: Item) -> Item:
    if index.projected is None:
        return item
    return {name: value for name, value in item.items() if name in index.projected}


def _projection(body: Item, item: Item) -> Item:
    if "ProjectionExpression" not in body:
        return item
    names = body.get("ExpressionAttributeNames", {})
    wanted = {names.get(word.strip(), word.strip()) for word in body["ProjectionExpression"].split(",")}
    return {name: value for name, value in item.items() if name in wanted}


def _all_different(operation: str, keys: Iterator[Key]) -> list[Key]:
    found = list(keys)
    if len(set(found)) < len(found):
        raise Invalid("the request has several operations on one item, or one key twice")
    if not 0 < len(found) <= _MOST[operation]:
        raise Invalid(f"between 1 and {_MOST[operation]} items are allowed")
    return found


def _error(operation: str, code: str, words: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": words}, **more}, operation)  # pyright: ignore
