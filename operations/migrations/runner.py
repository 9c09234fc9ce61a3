"""Applies the steps to a table: page by page, each item by one conditional write, going on where it stopped."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from operations.migrations.steps import REMOVE, Step

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_to_python = TypeDeserializer().deserialize
_to_dynamodb = TypeSerializer().serialize

Item = dict[str, Any]


class Runner:
    """`page_size` items are read at a time, and the place is kept after each page: a crash repeats one page at most."""

    def __init__(self, client: "DynamoDBClient", table: str, page_size: int = 100) -> None:
        self._client = client
        self._table = table
        self._page_size = page_size

    def apply(self, steps: list[Step]) -> Iterator[tuple[Step, int]]:
        """Applies what is not applied yet; yields each step with the number of items changed so far, page by page."""
        for step in steps:
            yield from self._apply(step)

    def _apply(self, step: Step) -> Iterator[tuple[Step, int]]:
        progress = self._progress(step)
        changed = int(progress.get("changed", 0))
        while progress.get("state") != "done":
            page = self._scan(progress.get("last_key"))
            changed += sum(self._bring_to(step, item) for item in page["Items"])
            last_key = page.get("LastEvaluatedKey")
            progress = {"state": "running" if last_key else "done", "last_key": last_key, "changed": changed}
            self._keep(step, progress)
            yield step, changed

    def _scan(self, last_key: Any) -> Any:
        start: Any = {"ExclusiveStartKey": last_key} if last_key else {}
        return self._client.scan(TableName=self._table, Limit=self._page_size, ConsistentRead=True, **start)

    def _bring_to(self, step: Step, raw: Any) -> bool:
        """Migrates one item, again when somebody changed it in between; whether it was changed."""
        while True:
            item: Item = {name: _to_python(value) for name, value in raw.items()}
            if str(item["PK"]).startswith("MIGRATION#") or int(item.get("schema_version", 0)) >= step.number:
                return False
            if self._write(step, item, step.migrate(dict(item))):
                return True
            found = self._client.get_item(
                TableName=self._table, Key={"PK": raw["PK"], "SK": raw["SK"]}, ConsistentRead=True
            )
            if "Item" not in found:
                return False
            raw = found["Item"]

    def _write(self, step: Step, item: Item, changes: Item) -> bool:
        """Writes the changes if every attribute they rest on is as it was read; False when one is not."""
        changes = {**changes, "schema_version": step.number}
        names, values, sets, removes, unchanged = {}, {}, [], [], ["attribute_exists(PK)"]
        for position, (name, value) in enumerate(changes.items()):
            names[f"#n{position}"] = name
            if name in item:
                values[f":old{position}"] = _to_dynamodb(item[name])
                unchanged.append(f"#n{position} = :old{position}")
            else:
                unchanged.append(f"attribute_not_exists(#n{position})")
            if value is REMOVE:
                removes.append(f"#n{position}")
            else:
                values[f":new{position}"] = _to_dynamodb(value)
                sets.append(f"#n{position} = :new{position}")
        expression = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else "")
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"PK": _to_dynamodb(item["PK"]), "SK": _to_dynamodb(item["SK"])},
                UpdateExpression=expression,
                ConditionExpression=" AND ".join(unchanged),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _progress(self, step: Step) -> Item:
        found = self._client.get_item(TableName=self._table, Key=self._key(step), ConsistentRead=True).get("Item", {})
        return {name: value.get("M") if name == "last_key" else _to_python(value) for name, value in found.items()}

    def _keep(self, step: Step, progress: Item) -> None:
        item = {**self._key(step), "type": {"S": "migration"}, "state": {"S": progress["state"]}}
        item["changed"] = {"N": str(progress["changed"])}
        if progress["last_key"]:
            item["last_key"] = {"M": progress["last_key"]}
        self._client.put_item(TableName=self._table, Item=item)

    @staticmethod
    def _key(step: Step) -> dict[str, dict[str, str]]:
        return {"PK": {"S": f"MIGRATION#{step.number:04d}"}, "SK": {"S": "PROGRESS"}}
