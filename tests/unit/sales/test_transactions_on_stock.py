"""Buyers and a transaction at the same shard: stock that is given back must not turn buyers away."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError

from tests.unit.shop import Shop
from tiketi.sales import stock
from tiketi.sales.stock import StockItem

CONFLICT = UpdateError(cause=ClientError({"Error": {"Code": "TransactionConflictException"}}, "UpdateItem"))


def refuse(monkeypatch: pytest.MonkeyPatch, times: int) -> list[float]:
    """The next writes to stock meet a transaction; how long was waited after each."""
    waited: list[float] = []
    update = StockItem.update

    def refused(self: StockItem, *given: Any, **named: Any) -> Any:
        nonlocal times
        times -= 1
        if times >= 0:
            raise CONFLICT
        return update(self, *given, **named)

    monkeypatch.setattr(StockItem, "update", refused)
    monkeypatch.setattr(stock.time, "sleep", waited.append)
    return waited


def test_a_buyer_waits_a_moment_while_a_transaction_is_at_work_on_the_shard(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=3)
    waited = refuse(monkeypatch, 3)
    assert stock.hold(shop.pool, "order", 2, 0)
    assert shop.figures() == (1, 2, 0)
    assert len(waited) == 3


def test_but_not_for_ever(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=3)
    refuse(monkeypatch, 100)
    with pytest.raises(UpdateError):
        stock.hold(shop.pool, "order", 2, 0)
