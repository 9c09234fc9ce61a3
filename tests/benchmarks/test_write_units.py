"""What one sold ticket costs in write units, on the happy path: every write of the sale, index entries included.

make benchmarks               prints the table
AWS_ENDPOINT_URL_DYNAMODB=…   counts what that DynamoDB says it consumed, instead of reckoning it from item sizes
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from tests.unit.delivery.postbox import Postbox
from tests.unit.shop import Shop
from tiketi.catalogue.items import EventItem, event_key
from tiketi.delivery.notices import notice_of

BUDGET = 16
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
KILOBYTE = 1024


class WriteUnits:
    """Counts write units by kind of item: the consumed ones a real engine reports, else reckoned from item sizes.

    A write costs one unit for each started KB of the larger of the item before and after it, and one more for each
    index entry it puts, moves or removes (AWS: "Read/write capacity", item sizes).
    """

    def __init__(self) -> None:
        self.units: list[tuple[str, str, float]] = []
        self._reader = boto3.client("dynamodb")
        self._measured = "AWS_ENDPOINT_URL_DYNAMODB" in os.environ
        self._before: dict[str, Any] = {}

    def _key(self, params: dict[str, Any]) -> dict[str, Any]:
        source = params.get("Item") or params["Key"]
        return {"PK": source["PK"], "SK": source["SK"]}

    def _read(self, params: dict[str, Any]) -> dict[str, Any]:
        key = self._key(params)
        return self._reader.get_item(TableName=params["TableName"], Key=key, ConsistentRead=True).get("Item", {})

    def before(self, params: dict[str, Any], operation: str) -> None:
        assert operation in ("PutItem", "UpdateItem"), "the happy path needs no transaction and deletes nothing"
        params["ReturnConsumedCapacity"] = "INDEXES"
        self._params = params
        self._before = self._read(params)

    def after(self, parsed: dict[str, Any], operation: str) -> None:
        after = self._read(self._params)
        kind = (after or self._before).get("type", {}).get("S", "?")
        if self._measured:
            units = float(parsed["ConsumedCapacity"]["CapacityUnits"])
        else:
            units = max(_units(self._before), _units(after)) + _index_units(self._before, after)
        self.units.append((kind, operation, units))

    @property
    def total(self) -> float:
        return sum(units for _, _, units in self.units)


def _units(item: dict[str, Any]) -> int:
    return max(1, -(-_size(item) // KILOBYTE))


def _size(item: dict[str, Any]) -> int:
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.strip("-").replace(".", "")) // 2 + 2
        case "M":
            return 3 + _size(content) + len(content)
        case "L":
            return 3 + sum(_value_size(each) + 1 for each in content)
        case _:
            return 1


def _index_units(before: dict[str, Any], after: dict[str, Any]) -> int:
    keys = [(item.get("GSI1PK"), item.get("GSI1SK")) if "GSI1PK" in item else None for item in (before, after)]
    return 0 if keys[0] == keys[1] else sum(key is not None for key in keys)


@contextmanager
def counting() -> Generator[WriteUnits]:
    counted = WriteUnits()
    by_others: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009  # botocore's types leave it out

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        if operation not in WRITES:
            return by_others(client, operation, request)
        counted.before(request, operation)
        answer = by_others(client, operation, request)
        counted.after(answer, operation)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        yield counted


@pytest.mark.parametrize("limit", [{}, {"max_per_customer": 2}], ids=["no limit", "a limit for each customer"])
def test_one_ticket_costs_at_most_its_budget_of_write_units(
    shop: Shop, api: Any, postbox: Postbox, capsys: pytest.CaptureFixture[str], limit: dict[str, int]
) -> None:
    shop.open(**limit)
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.refund_until_hours.set(24), EventItem.refund_percent.set(80)]
    )
    customer = postbox.customer()
    with counting() as counted:
        payment = shop.buy(user_id=customer)
        token = shop.daraja.pushes[0]["callback_url"].split("/")[-2]
        items = [{"Name": "Amount", "Value": 500.0}, {"Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV"}]
        callback = {"MerchantRequestID": "m-1", "CheckoutRequestID": "ws_CO_1", "ResultCode": 0}
        body = {"Body": {"stkCallback": {**callback, "CallbackMetadata": {"Item": items}}}}
        answer = api("payments/mpesa_callback", "POST", "/c", body=body, path_parameters={"token": token})
        assert answer.status == 200
        assert shop.settle(payment).order_status == "completed"
        assert postbox.receive(notice_of(postbox.outgoing.notices.messages[0]))
        assert postbox.counts() == (1, 1)
    with capsys.disabled():
        print("\nwrite units of one ticket, from the request to the SMS and the e-mail")
        for kind, operation, units in counted.units:
            print(f"  {kind:12} {operation:12} {units:g}")
        print(f"  {'total':25} {counted.total:g}  (budget {BUDGET})")
    assert 0 < counted.total <= BUDGET, "none at all: nothing was counted"
