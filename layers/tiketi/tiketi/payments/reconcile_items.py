"""The items that reconciliation reads, as plain Python: what each is about, and when it changed last. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from tiketi.payments.ledger_rules import Account

type Item = Mapping[str, Any]

KINDS = ("payment", "receipt", "refund", "ledger", "ticket", "stock", "confirmation")
_MOMENTS = (
    *("created_at", "paid_at", "completed_at", "ended_at", "received_at", "posted_at", "opened_at", "refunded_at"),
    *("sent_at", "transferred_at", "voided_at"),
)


def plain(value: Mapping[str, Any]) -> Any:
    """A value of DynamoDB JSON. Every number here is a whole one."""
    [(kind, content)] = value.items()
    match kind:
        case "M":
            return {name: plain(inner) for name, inner in content.items()}
        case "L":
            return [plain(inner) for inner in content]
        case "N":
            return int(content)
        case "NULL":
            return None
        case _:
            return content


def plain_item(raw: Mapping[str, Any]) -> Item:
    return {name: plain(value) for name, value in raw.items()}


def order_of(item: Item) -> str:
    """The order an item belongs to; empty for what belongs to none."""
    return str(item.get("order_id", ""))


def moved_at(item: Item) -> float:
    """When it changed last, as far as it says itself, in seconds since 1970."""
    return max((_seconds(item[name]) for name in _MOMENTS if item.get(name)), default=0)


def _seconds(moment: object) -> float:
    return float(moment) if isinstance(moment, int) else datetime.fromisoformat(str(moment)).timestamp()


def lines_in(entry: Item) -> Mapping[Account, int]:
    return cast(dict[Account, int], json.loads(entry["lines"]))


def pool_of_shard(shard: Item) -> str:
    """`<event>#<pool>`, from the key of a shard."""
    return str(shard["PK"]).removeprefix("STOCK#").rpartition("#")[0]
