"""Moto's DynamoDB, called directly, without HTTP and its serialization: that makes a call three times as fast."""

import copy
import json
import threading
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError
from moto.core.model_instances import reset_model_data
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.utilities import dynamo_to_dict
from moto.dynamodb.responses import DynamoHandler

type Item = dict[str, Any]
type Key = tuple[str, str]

ACCOUNT, REGION = "123456789012", "af-south-1"


class MotoTable:
    """The table within moto."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._one_at_a_time = threading.RLock()
        """Moto's conditional writes are not atomic between threads; DynamoDB's are."""
        self._handler = DynamoHandler()
        self._handler.region = REGION
        self._handler.current_account = ACCOUNT

    def request(self, operation: str, body: Item) -> Item:
        """Raises botocore's ClientError, as botocore would."""
        if "IndexName" in body and self._nothing_there(body):
            return {"Items": [], "Count": 0, "ScannedCount": 0}
        try:
            with self._one_at_a_time:
                self._handler.body = body
                result = getattr(self._handler, camelcase_to_underscores(operation))()
        except JsonRESTError as error:
            told = json.loads(error.description)
            raise ClientError(
                {
                    "Error": {"Code": error.relative_error_type, "Message": str(error.message)},
                    "CancellationReasons": told.get("CancellationReasons", []),
                },  # pyright: ignore[reportArgumentType]
                operation,
            ) from error
        return {**result.result, "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}

    @property
    def _items(self) -> Any:
        return dynamodb_backends[ACCOUNT][REGION].tables[self.name].items

    def _nothing_there(self, body: Item) -> bool:
        """Whether no item of the index has any of a query's values. Moto would sort the whole table to find out."""
        present = {
            item.attrs["GSI1PK"].value
            for rows in self._items.values()
            for item in rows.values()
            if "GSI1PK" in item.attrs
        }
        return present.isdisjoint(value.get("S") for value in body["ExpressionAttributeValues"].values())

    def read(self, key: Key) -> Item | None:
        item = self._items.get(DynamoType({"S": key[0]}), {}).get(DynamoType({"S": key[1]}))
        return None if item is None else dynamo_to_dict(item.to_json()["Attributes"])

    def all(self) -> Iterator[Item]:
        for rows in self._items.values():
            for item in rows.values():
                yield dynamo_to_dict(item.to_json()["Attributes"])

    def clear(self) -> None:
        self._items.clear()
        reset_model_data()

    def snapshot(self) -> Any:
        return copy.deepcopy(self._items)

    def restore(self, snapshot: Any) -> None:
        # Moto remembers every item that ever was: gigabytes, after some thousand histories.
        reset_model_data()
        dynamodb_backends[ACCOUNT][REGION].tables[self.name].items = copy.deepcopy(snapshot)
