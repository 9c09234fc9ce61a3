"""Holds the ledger, the payments, the tickets and the stock against each other. Pure: items in, findings out.

An item is what DynamoDB keeps, as plain Python. Whatever moved in the last GRACE_SECONDS may be on its way, since a
table is not read at one moment: it is counted and left to the next time. Amounts are whole KES.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tiketi.payments.ledger_rules import Account, balances, lines_of
from tiketi.payments.reconcile_items import Item, lines_in, moved_at, order_of, pool_of_shard
from tiketi.payments.refund_items import OF_ORDER

GRACE_SECONDS = 900
OVERDUE_SECONDS = 86_400
"""A refund that is not at its end a day after it was due."""


@dataclass(frozen=True)
class Finding:
    """Something that does not meet its counterpart. `kind` is a row of `docs/ledger.md`, `amount` what it is about."""

    kind: str
    subject: str
    amount: int
    words: str
    order: str = ""
    remedy: Literal["", "ask", "nudge"] = ""
    """What may still bring the order to its end: another timer, as its own was lost; or the finalizer, once more."""


@dataclass
class Books:
    """All that money and tickets leave in the table, by order, receipt and pool."""

    payments: dict[str, Item] = field(default_factory=dict[str, Item])
    references: dict[str, str] = field(default_factory=dict[str, str])
    """Orders by account reference."""
    receipts: dict[str, Item] = field(default_factory=dict[str, Item])
    refunds: dict[str, list[Item]] = field(default_factory=dict[str, list[Item]])
    """By order."""
    shards: dict[str, list[Item]] = field(default_factory=dict[str, list[Item]])
    confirmations: list[Item] = field(default_factory=list[Item])
    lines: dict[str, list[Mapping[Account, int]]] = field(default_factory=dict[str, list[Mapping[Account, int]]])
    booked: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    """Order, kind and reference of each entry of the ledger."""
    live: Counter[str] = field(default_factory=Counter[str])
    """Tickets by order that admit somebody, or did."""
    void: Counter[str] = field(default_factory=Counter[str])
    """Those that the organizer has taken back, without the money."""
    moved: dict[str, float] = field(default_factory=dict[str, float])
    """When something of an order changed last, in seconds since 1970."""

    def take(self, item: Item) -> None:
        match item["type"]:
            case "payment":
                self.payments[item["order_id"]] = item
                self.references[item["account_reference"]] = item["order_id"]
            case "receipt":
                self.receipts[item["PK"].partition("#")[2]] = item
                self.lines.setdefault(item["order_id"], []).append(lines_of("received", item["amount"]))
            case "refund":
                self.refunds.setdefault(item["order_id"], []).append(item)
            case "ledger":
                self.lines.setdefault(item["order_id"], []).append(lines_in(item))
                self.booked.add((item["order_id"], item["kind"], item.get("reference", "")))
            case "ticket":
                self.live[item["order_id"]] += item["status"] not in ("void", "refunded", "transferred")
                self.void[item["order_id"]] += item["status"] == "void"
            case "stock":
                self.shards.setdefault(pool_of_shard(item), []).append(item)
            case "confirmation":
                self.confirmations.append(item)
            case _:
                return
        order = order_of(item)
        if order:
            self.moved[order] = max(self.moved.get(order, 0), moved_at(item))


@dataclass(frozen=True)
class Report:
    findings: list[Finding]
    totals: Mapping[Account, int]
    counts: Mapping[str, int]

    @property
    def sum(self) -> int:
        """Zero, always."""
        return sum(self.totals.values())


def reconcile(items: Iterable[Item], now: int) -> Report:
    """`items`: the whole table, in any order; what is not of money, tickets or stock is passed over."""
    books = Books()
    for item in items:
        books.take(item)
    totals = balances(lines for each in books.lines.values() for lines in each)
    moving = {order for order, at in books.moved.items() if now - at < GRACE_SECONDS}
    counts = {
        "orders": len(books.payments),
        "moving": len(moving),
        "receipts": len(books.receipts),
        "refunds": sum(map(len, books.refunds.values())),
        "tickets": books.live.total(),
        "confirmations": len(books.confirmations),
    }
    return Report([*_ledger(totals), *_orders(books, moving, now), *_pools(books, moving, now)], totals, counts)


def _ledger(totals: Mapping[Account, int]) -> Iterator[Finding]:
    if sum(totals.values()):
        yield Finding("ledger_not_zero", "", sum(totals.values()), "the entries of the ledger do not sum to zero")


def _orders(books: Books, moving: set[str], now: int) -> Iterator[Finding]:
    for order, payment in books.payments.items():
        if order not in moving:
            yield from _paid(payment, books)
            yield from _booked(payment, books)
            yield from _undecided(payment, now)
            yield from _given_back(payment, books)
            yield from _tickets(payment, books)
            if payment.get("review"):
                yield Finding("in_review", order, payment["amount"], "; ".join(payment["review"]))
    for receipt, item in books.receipts.items():
        if item["order_id"] not in moving:
            yield from _receipt(receipt, item, books)
    for order, refunds in books.refunds.items():
        if order not in moving:
            for refund in refunds:
                yield from _refund(refund, books, now)
    for order in sorted(books.live.keys() - books.payments.keys() - moving):
        yield Finding("ticket_without_order", order, 0, f"{books.live[order]} tickets of an order that is not there")
    for confirmation in books.confirmations:
        if now - moved_at(confirmation) >= GRACE_SECONDS:
            yield from _confirmation(confirmation, books)


def _paid(payment: Item, books: Books) -> Iterator[Finding]:
    order, amount, receipt = payment["order_id"], payment["amount"], payment.get("receipt")
    if payment["status"] != "PAID" or not amount:
        return
    if not receipt and payment.get("unreceipted"):
        yield Finding("receipt_unknown", order, amount, "paid by the word of a query; no receipt has come")
    elif not receipt:
        yield Finding("paid_by_nothing", order, amount, "PAID, without a receipt and without a query's word")
    else:
        counted = books.receipts.get(receipt)
        if counted is None or (counted["order_id"], counted["amount"]) != (order, amount):
            yield Finding("receipt_not_counted", order, amount, f"PAID by {receipt}, which does not count for it")


def _booked(payment: Item, books: Books) -> Iterator[Finding]:
    """Nothing is left with the customer, and the organizer has what was sold less what went back of it."""
    order = payment["order_id"]
    of_order = balances(books.lines.get(order, []))
    sold = payment["amount"] if payment.get("completed_at") else 0
    back = sum(each["amount"] for each in books.refunds.get(order, []) if each.get("was_sold"))
    if of_order.get("customers", 0):
        yield Finding(
            "neither_earned_nor_due", order, -of_order["customers"], "received, and neither sold nor due back"
        )
    earned = -of_order.get("organizers", 0)
    if earned != sold - back:
        yield Finding(
            "earned_otherwise", order, earned - sold + back, f"the ledger says {earned}, the order {sold - back}"
        )


def _undecided(payment: Item, now: int) -> Iterator[Finding]:
    order, amount = payment["order_id"], payment["amount"]
    if payment["status"] == "PENDING" and now >= payment["expires_at"] + GRACE_SECONDS:
        yield Finding("undecided", order, amount, "PENDING, long after its deadline", order, "ask")
    elif payment["status"] == "PAID" and payment["order_status"] == "pending":
        yield Finding("not_settled", order, amount, "PAID, and the order has come to no end", order, "nudge")


def _given_back(payment: Item, books: Books) -> Iterator[Finding]:
    order, amount = payment["order_id"], payment["amount"]
    refunds = {each["refund_id"].partition(".")[2] for each in books.refunds.get(order, [])}
    if payment["order_status"] in ("refund_pending", "refunded") and OF_ORDER not in refunds:
        yield Finding("refund_missing", order, amount, "its money is to go back, and no refund is open", order, "nudge")
    ended = payment["status"] == "PAID" and payment["order_status"] not in ("pending", "completed")
    if ended and payment.get("shares") and not payment.get("stock_returned"):
        yield Finding("stock_not_returned", order, 0, "it was given back, and its tickets were not", order, "nudge")


def _tickets(payment: Item, books: Books) -> Iterator[Finding]:
    order = payment["order_id"]
    owed = payment["quantity"] if payment["order_status"] == "completed" else 0
    if books.live[order] > owed:
        yield Finding("tickets_too_many", order, payment["amount"], f"{books.live[order]} tickets, {owed} are owed")
    elif books.live[order] + books.void[order] < owed:
        yield Finding("tickets_missing", order, payment["amount"], f"{books.live[order]} tickets, {owed} are owed")


def _receipt(receipt: str, item: Item, books: Books) -> Iterator[Finding]:
    payment = books.payments.get(item["order_id"])
    if payment is None:
        yield Finding("receipt_without_order", receipt, item["amount"], f"counts for {item['order_id']}, not there")
    elif payment.get("receipt") != receipt and not _due_back(receipt, item, books):
        yield Finding("receipt_for_nothing", receipt, item["amount"], "pays for no order, and is not due back")


def _due_back(receipt: str, item: Item, books: Books) -> bool:
    return any(each["refund_id"].endswith(f".{receipt}") for each in books.refunds.get(item["order_id"], []))


def _refund(refund: Item, books: Books, now: int) -> Iterator[Finding]:
    name, amount = refund["refund_id"], refund["amount"]
    order, _, what = name.partition(".")
    if (order, "refund_due", what) not in books.booked:
        yield Finding("refund_not_booked", name, amount, "due, and the ledger does not know")
    ended = refund["state"] == "refunded"
    if ended != ((order, "refunded", what) in books.booked):
        yield Finding("refund_not_booked", name, amount, f"{refund['state']}, and the ledger says otherwise")
    if not ended and now - refund["opened_at"] >= OVERDUE_SECONDS:
        yield Finding("refund_overdue", name, amount, f"{refund['state']}: {refund.get('detail', '')}".rstrip(": "))


def _confirmation(item: Item, books: Books) -> Iterator[Finding]:
    receipt, amount = item["receipt"], item["amount"]
    counted = books.receipts.get(receipt)
    if counted is None and not item.get("settled"):
        order = books.references.get(item["reference"], "")
        words = f"confirmed for {item['reference'] or 'no order'}, and counts for none"
        yield Finding("confirmation_for_nothing", receipt, amount, words, order=order, remedy="ask" if order else "")
    elif counted and counted["amount"] != amount:
        words = f"KES {amount} by M-PESA's confirmation, KES {counted['amount']} on the ledger"
        yield Finding("amounts_differ", receipt, amount, words)


def _pools(books: Books, moving: set[str], now: int) -> Iterator[Finding]:
    orders: dict[str, list[Item]] = {}
    for payment in books.payments.values():
        orders.setdefault(f"{payment['event_id']}#{payment['pool']}", []).append(payment)
    for pool, shards in books.shards.items():
        yield from _shards(pool, shards)
        of_pool = orders.get(pool, [])
        if not any(each["order_id"] in moving for each in of_pool):
            yield from _sold(pool, shards, of_pool, now)


def _shards(pool: str, shards: list[Item]) -> Iterator[Finding]:
    for shard in shards:
        held = sum(entry["n"] for entry in shard["entries"].values() if entry["s"] == "held")
        figures = shard["available"], held, shard["sold"]
        if sum(figures) != shard["capacity"] or min(figures) < 0:
            words = "{} available, {} held, {} sold of {}".format(*figures, shard["capacity"])
            yield Finding("stock_out_of_balance", f"{pool}#{shard['PK'].rpartition('#')[2]}", 0, words)


def _sold(pool: str, shards: list[Item], payments: list[Item], now: int) -> Iterator[Finding]:
    """What is sold belongs to orders that are completed, or that have an entry still."""
    sold = sum(shard["sold"] for shard in shards)
    owed = sum(each["quantity"] for each in payments if _has_stock(each))
    if sold != owed:
        yield Finding("stock_lost" if sold > owed else "oversold", pool, 0, f"{sold} sold, orders have {owed}")
    waiting = {each["order_id"] for each in payments if each["status"] == "PENDING" and now < each["expires_at"]}
    for shard in shards:
        for order, entry in shard["entries"].items():
            if order in waiting:
                continue
            yield Finding("stock_left_behind", order, 0, f"{entry['n']} {entry['s']} in {pool} for an order at its end")


def _has_stock(payment: Item) -> bool:
    if payment.get("shares"):
        return not payment.get("stock_returned")
    return payment["order_status"] == "completed"
