"""Gives back the stock of an order that had its tickets: once, however often the stream brings it.

The order's entries are gone by then, or go at this moment, so no entry can say whether it was done. The payment says
it, by a mark that one transaction writes together with the shards.
"""

from typing import Any, cast

from pynamodb.expressions.update import Action

from tiketi.logs import logger
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales.stock import StockItem, counting, stock_key, unsell
from tiketi.sales.stock_rules import Pool, Sale
from tiketi.table import transact_if, transaction


def return_stock(payment: PaymentItem, pool: Pool, sale: Sale) -> None:
    """Puts back what an order had that has ended, by a conditional write.

    One that never had its tickets has its stock in entries, if anywhere. Raises RuntimeError when the figures of a
    shard contradict the order: a person has to look at them.
    """
    if payment.shares is None:
        unsell(pool, payment.order_id, sale)
    elif not payment.stock_returned and not _give_back(payment, pool, sale):
        present = find_payment(payment.order_id)
        if present and not present.stock_returned:
            raise RuntimeError("more stock is to be given back than was sold")


def _give_back(payment: PaymentItem, pool: Pool, sale: Sale) -> bool:
    """False, with nothing written, when it was given back before, or was never sold."""
    taken = {int(number): int(tickets) for number, tickets in cast("dict[str, int]", payment.shares).items()}
    kept = kept_of(payment)

    def commit() -> None:
        with transaction() as together:
            for place, (number, tickets) in enumerate(taken.items()):
                together.update(
                    StockItem(stock_key(pool.event_id, pool.name, number), "STOCK"),
                    actions=[
                        *_returning(payment.order_id, tickets),
                        *counting(sale, -tickets, 0 if place else kept),
                    ],
                    condition=StockItem.sold >= tickets,
                )
            together.update(
                PaymentItem(*payment_key(payment.order_id)),
                actions=[PaymentItem.stock_returned.set(True)],
                condition=PaymentItem.stock_returned.does_not_exist(),
            )

    if not transact_if(commit):
        return False
    logger.info("stock returned", extra={"order_id": payment.order_id, "tickets": int(payment.quantity)})
    return True


def kept_of(payment: PaymentItem) -> int:
    """KES of an order that is given back which stay with the organizer, by his terms."""
    refund_amount = cast("float | None", payment.refund_amount)
    return 0 if refund_amount is None else int(payment.amount) - int(refund_amount)


def _returning(order_id: str, tickets: int) -> list[Action]:
    """To the very shard the tickets came from: what is counted as sold there includes them.

    The sold entry may still be there, or another finalizer may remove it meanwhile: it is gone afterwards.
    """
    return [
        StockItem.available.set(StockItem.available + tickets),
        StockItem.sold.set(StockItem.sold - tickets),
        cast(Any, StockItem.entries)[order_id].remove(),
    ]
