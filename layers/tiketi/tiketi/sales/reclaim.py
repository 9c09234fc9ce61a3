"""Brings back stock whose hold has lapsed: the sweep, and what a buyer does himself who finds a tier empty."""

from tiketi.logs import logger
from tiketi.payments.items import find_payment
from tiketi.payments.order_status import keeps_hold
from tiketi.payments.outcomes import expire
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool, lapsed_orders


def reclaim(pool: Pool, now: int) -> int:
    """Releases every lapsed hold of a pool whose payment gives it no right to wait; the tickets brought back.

    It starts from the shards, not from the orders: so it finds a hold that was taken late, for an order that was
    expired and released before.
    """
    lapsed = {order for shard in stock.read_shards(pool) for order in lapsed_orders(shard, now)}
    released = sum(stock.release(pool, order) for order in sorted(lapsed) if _has_no_right(order, now))
    if released:
        logger.info("lapsed holds released", extra={"event_id": pool.event_id, "pool": pool.name, "tickets": released})
    return released


def _has_no_right(order_id: str, now: int) -> bool:
    """A PENDING payment past its deadline is expired first. A hold stays while its payment is before its deadline, or
    PAID and not settled, or its prompt was not answered; one that came after the order's end is nobody's."""
    payment = find_payment(order_id)
    if payment is None:
        return True
    if payment.status == "PENDING":
        return expire(order_id, now)
    if payment.status == "PAID":
        return payment.order_status != "pending"
    return not keeps_hold(payment, now)
