"""What the template says of the functions: how long each may run, and which changes the stream brings it."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

import yaml

from tests.proof.cloud import Item
from tests.unit.conftest import TEMPLATE, TemplateLoader

BUY = "sales/buy_ticket"
CANCEL = "sales/cancel_order"
CANCEL_EVENT = "catalogue/cancel_event"
END_ORDERS = "sales/end_orders"
CHANGE_EVENT = "catalogue/update_event"
TRANSFER = "sales/transfer_ticket"
VOID = "sales/void_ticket"
GIVE = "sales/give_tickets"
CALLBACK = "payments/mpesa_callback"
CONFIRMATION = "payments/receive_confirmation"
CHECK = "payments/check_payment"
FINALIZE = "sales/finalize_ticket"
SWEEP = "sales/reclaim_stock"
LISTINGS = "catalogue/refresh_listings"
ADVANCE_REFUND = "payments/advance_refund"
REFUND_RESULT = "payments/receive_refund_result"
SWEEP_REFUNDS = "payments/sweep_refunds"
RECONCILE = "payments/reconcile"


@cache
def _functions() -> dict[str, Any]:
    """Of the template, by the path of their code."""
    resources = yaml.load(TEMPLATE.read_text(), Loader=TemplateLoader)["Resources"]
    found = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Serverless::Function"]
    return {each["CodeUri"].removeprefix("functions/"): each for each in found}


@cache
def timeouts() -> Mapping[str, int]:
    globally = yaml.load(TEMPLATE.read_text(), Loader=TemplateLoader)["Globals"]["Function"]["Timeout"]
    return {name: properties.get("Timeout", globally) for name, properties in _functions().items()}


@cache
def stream_filters() -> Mapping[str, list[Item]]:
    filters: dict[str, list[Item]] = {}
    for name in (FINALIZE, LISTINGS):
        for source in _functions()[name]["Events"].values():
            criteria = source["Properties"].get("FilterCriteria", {"Filters": []})
            filters[name] = [json.loads(each["Pattern"]) for each in criteria["Filters"]]
    return filters


def matches(pattern: object, seen: object) -> bool:
    """EventBridge's matching, as far as the template uses it: a list is the values that are allowed."""
    if isinstance(pattern, list):
        return seen in cast(list[object], pattern)
    inner, outer = cast(Item, pattern), cast(Item, seen)
    return isinstance(seen, dict) and all(name in outer and matches(inner[name], outer[name]) for name in inner)


def writers() -> set[str]:
    """Functions that may write to the table, or send a message."""
    return {name for name, properties in _functions().items() if any(map(_writes, _actions(properties)))}


def _actions(properties: Mapping[str, Any]) -> Iterator[str]:
    for policy in properties.get("Policies", []):
        for statement in policy["Statement"]:
            allowed = statement["Action"]
            yield from [allowed] if isinstance(allowed, str) else allowed


def _writes(action: str) -> bool:
    name = action.partition(":")[2]
    return name.startswith(("PutItem", "UpdateItem", "DeleteItem", "BatchWrite", "SendMessage"))
