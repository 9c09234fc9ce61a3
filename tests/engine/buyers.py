"""Buyers in several processes at once: each buys, is called back twice at the same moment, and is settled twice."""

import json
import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Any

PROCESSES = 2
THREADS = 20


@dataclass(frozen=True)
class Engine:
    url: str
    table: str


@dataclass(frozen=True)
class Rush:
    """All at once: so many buyers for the event's only tier, in its shards."""

    event_id: str
    shards: int
    buyers: int
    quantities: tuple[int, ...] = (1,)
    """Buyers want these in turn."""
    user_id: str = ""
    """One customer for all of them; else each is a customer."""


def use(engine: Engine) -> None:
    """Before anything of the system is imported: this process talks to that engine, and sends nothing to a queue."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = engine.url
    os.environ["TABLE_NAME"] = engine.table
    os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
    import pytest

    from tests.unit.outgoing import Outgoing

    Outgoing().replace_queues(pytest.MonkeyPatch())


def open_event(engine: Engine, capacity: int, shards: int, **tier: Any) -> str:
    """An event on sale; its id. In a process of its own, as all that touches the engine."""
    return _one(_open, engine, capacity, shards, tier)


def rush(engine: Engine, plan: Rush) -> Counter[str]:
    """How many orders came to what end; a refusal counts by its code."""
    shares = [list(range(number, plan.buyers, PROCESSES)) for number in range(PROCESSES)]
    with _processes(PROCESSES) as pool:
        ends = pool.map(_buy_share, repeat(engine), repeat(plan), shares)
        return sum((Counter(each) for each in ends), Counter())


def figures(engine: Engine, plan: Rush) -> dict[str, int]:
    """Read from the table at the end: the stock's figures, and the tickets there are."""
    return _one(_figures, engine, plan)


def _processes(number: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"))


def _one(function: Any, *given: Any) -> Any:
    with _processes(1) as pool:
        return pool.submit(function, *given).result()


def _open(engine: Engine, capacity: int, shards: int, tier: dict[str, Any]) -> str:
    use(engine)
    from tests.unit.shop import Shop

    shop = Shop()
    shop.open(capacity, shards=shards, **tier)
    return shop.event_id


def _buy_share(engine: Engine, plan: Rush, numbers: list[int]) -> list[str]:
    use(engine)
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda number: _buy(plan, number), numbers))


def _buy(plan: Rush, number: int) -> str:
    from tests.unit.shop import Shop
    from tiketi.errors import Refusal

    shop = Shop()
    shop.event_id = plan.event_id
    quantity = plan.quantities[number % len(plan.quantities)]
    try:
        payment = shop.buy(quantity, phone=f"2547{number:08d}", user_id=plan.user_id)
    except Refusal as refusal:
        return refusal.code
    url = str(shop.daraja.pushes[0]["callback_url"])
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: _called_back(url, payment.order_id[-10:], int(payment.amount)), range(2)))
        list(both.map(lambda _: shop.settle(payment), range(2)))
    return shop.payment(payment).order_status


def _called_back(url: str, receipt: str, amount: int) -> None:
    from tiketi.payments.receive_callback import receive_callback

    items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": receipt}]
    told = {
        "MerchantRequestID": "m-1",
        "CheckoutRequestID": "ws_CO_1",
        "ResultCode": 0,
        "ResultDesc": "-",
        "CallbackMetadata": {"Item": items},
    }
    receive_callback(url.split("/")[-2], json.dumps({"Body": {"stkCallback": told}}), "196.201.212.69")


def _figures(engine: Engine, plan: Rush) -> dict[str, int]:
    use(engine)
    from tiketi.sales import stock
    from tiketi.sales.items import event_ticket_ids

    shards = stock.read_shards(stock.Pool(plan.event_id, "VIP", plan.shards))
    return {
        "available": sum(shard.available for shard in shards),
        "held": sum(shard.held for shard in shards),
        "sold": sum(shard.sold for shard in shards),
        "entries": sum(len(shard.entries) for shard in shards),
        "tickets": len(list(event_ticket_ids(plan.event_id))),
    }
