"""Gives back the stock of an order that had its tickets: once, however often the stream brings it.

The order's entries are gone by then, or go at this moment, so no entry can say whether it was done. The payment says
it, by a mark that one transaction writes together with the shards.
"""

from typing import Any, cast

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action

from tiketi.logs import logger
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales.stock import StockItem, stock_key, unsell
from tiketi.sales.stock_rules import Pool
from tiketi.table import cancelled_by_condition, transact, transaction


def return_stock(payment: PaymentItem, pool: Pool) -> None:
    """Puts back what an order had that has ended, by a conditional write.

    One that never had its tickets has its stock in entries, if anywhere. Raises RuntimeError when the figures of a
    shard contradict the order: a person has to look at them.
    """
    if payment.shares is None:
        unsell(pool, payment.order_id)
    elif not payment.stock_returned and not _give_back(payment, pool):
        present = find_payment(payment.order_id)
        if present and not present.stock_returned:
            raise RuntimeError("more stock is to be given back than was sold")


def _give_back(payment: PaymentItem, pool: Pool) -> bool:
    """False, with nothing written, when it was given back before, or was never sold."""
    taken = {int(number): int(tickets) for number, tickets in cast("dict[str, int]", payment.shares).items()}

    def commit() -> None:
        with transaction() as together:
            for number, tickets in taken.items():
                together.update(
                    StockItem(stock_key(pool.event_id, pool.name, number), "STOCK"),
                    actions=_returning(payment.order_id, tickets),
                    condition=StockItem.sold >= tickets,
                )
            together.update(
                PaymentItem(*payment_key(payment.order_id)),
                actions=[PaymentItem.stock_returned.set(True)],
                condition=PaymentItem.stock_returned.does_not_exist(),
            )

    try:
        transact(commit)
    except TransactWriteError as error:
        if cancelled_by_condition(error):
            return False
        raise
    logger.info("stock returned", extra={"order_id": payment.order_id, "tickets": int(payment.quantity)})
    return True


def _returning(order_id: str, tickets: int) -> list[Action]:
    """To the very shard the tickets came from: what is counted as sold there includes them.

    The sold entry may still be there, or another finalizer may remove it meanwhile: it is gone afterwards.
    """
    return [
        StockItem.available.set(StockItem.available + tickets),
        StockItem.sold.set(StockItem.sold - tickets),
        cast(Any, StockItem.entries)[order_id].remove(),
    ]
