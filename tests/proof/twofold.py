"""Whole sales of which every request is answered twice: by the table in memory, and by another that is believed."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.proof.cloud import Cloud
from tests.proof.scenarios import SCENARIOS, play
from tests.quick_table import Item, Key, Rows

type Ask = Callable[[str, Item], Item]
_NEVER_MIND = ("ResponseMetadata", "ConsumedCapacity", "ConsumedCapacityUnits", "ItemCollectionMetrics")


class Twofold:
    """Stands before the table in memory, and notes where the other one, which `ask` reaches, answers otherwise."""

    def __init__(self, cloud: Cloud, ask: Ask, patch: pytest.MonkeyPatch) -> None:
        self._table, self._ask = cloud.table, ask
        self._alone = cloud.table.request, cloud.table.restore
        self.requests = 0
        self.differences: list[str] = []
        patch.setattr(cloud.table, "request", self._request)
        patch.setattr(cloud.table, "restore", self._restore)

    def demand_agreement(self) -> None:
        told = "\n\n".join(self.differences[:10])
        assert not self.differences, f"{len(self.differences)} of {self.requests} requests:\n{told}"

    def _request(self, operation: str, body: Item) -> Item:
        self.requests += 1
        ours, theirs = _told(self._alone[0], operation, body), _told(self._ask, operation, body)
        if _comparable(ours) != _comparable(theirs):
            self.differences.append(f"{operation} {body}\n   is answered {ours}\n   and elsewhere {theirs}")
        if isinstance(ours, ClientError):
            raise ours
        return ours

    def _restore(self, snapshot: Mapping[str, Rows]) -> None:
        """The other one is emptied, and filled, by requests."""
        self._alone[1](snapshot)
        name = {"TableName": self._table.name}
        for item in self._ask("Scan", dict(name))["Items"]:
            self._ask("DeleteItem", {**name, "Key": {each: item[each] for each in ("PK", "SK")}})
        for item in self._table.all():
            self._ask("PutItem", {**name, "Item": item})


def every_sale(cloud: Cloud, ask: Ask, patch: pytest.MonkeyPatch) -> Twofold:
    twofold = Twofold(cloud, ask, patch)
    for scenario in SCENARIOS:
        play(cloud, scenario)
    return twofold


def _told(ask: Ask, operation: str, body: Item) -> Item | ClientError:
    try:
        return _in_order(operation, ask(operation, dict(body)))
    except ClientError as error:
        return error


def _in_order(operation: str, answer: Item) -> Item:
    """A scan and a batch find items in any order."""
    if operation == "Scan":
        return {**answer, "Items": sorted(answer["Items"], key=_key)}
    if operation == "BatchGetItem":
        return {**answer, "Responses": {name: sorted(each, key=_key) for name, each in answer["Responses"].items()}}
    return answer


def _key(item: Item) -> Key:
    return item["PK"]["S"], item["SK"]["S"]


def _comparable(told: Item | ClientError) -> Any:
    """What is said of the items, or the code of an error."""
    if isinstance(told, ClientError):
        response: Any = told.response
        return response["Error"]["Code"], [reason["Code"] for reason in response.get("CancellationReasons", [])]
    return {name: value for name, value in told.items() if name not in _NEVER_MIND}
