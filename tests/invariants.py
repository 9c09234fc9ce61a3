"""What must hold once all sales have settled, whatever went wrong on the way: items and charges in, words out."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tiketi.payments.ledger_rules import balances, lines_of
from tiketi.payments.reconcile_items import plain

type Item = dict[str, Any]

GIVEN_BACK = ("refund_pending", "refunded")


@dataclass(frozen=True)
class Charge:
    """Money that left a phone, as the phone's side tells it."""

    receipt: str
    account_reference: str
    phone_number: str
    amount: int
    knowable: bool
    """A callback was taken in, or a query would tell the truth: the system had a way to know."""


@dataclass
class Books:
    """The items of a table, sorted by kind."""

    payments: dict[str, Item] = field(default_factory=dict[str, Item])
    shards: list[Item] = field(default_factory=list[Item])
    tickets: Counter[str] = field(default_factory=Counter[str])
    receipts: dict[str, Item] = field(default_factory=dict[str, Item])
    refunds: dict[str, Item] = field(default_factory=dict[str, Item])
    ledger: list[Item] = field(default_factory=list[Item])
    settled: tuple[int, int] = (0, 0)
    """Tickets and KES of past days, which no shard counts any more."""

    def entries(self) -> Iterator[tuple[str, Item]]:
        for shard in self.shards:
            yield from shard["entries"].items()


def books_of(items: Iterable[Item]) -> Books:
    """From items in DynamoDB JSON."""
    books = Books()
    for raw in items:
        item: Item = {name: plain(value) for name, value in raw.items()}
        match item["type"]:
            case "payment":
                books.payments[item["order_id"]] = item
            case "stock":
                books.shards.append(item)
            case "sales":
                for tickets, earned in json.loads(item["settled"]).values():
                    books.settled = (books.settled[0] + tickets, books.settled[1] + earned)
            case "ticket":
                books.tickets[item["order_id"]] += item["status"] != "transferred"
            case "receipt":
                books.receipts[item["PK"].partition("#")[2]] = item
            case "refund":
                books.refunds[item["refund_id"]] = item
            case "ledger":
                books.ledger.append({**item, "lines": json.loads(item["lines"])})
            case _:
                pass
    return books


def unsettled(books: Books) -> list[str]:
    """What is still on its way."""
    words = [f"{order} still has {entry['n']} {entry['s']}" for order, entry in books.entries()]
    for order, payment in books.payments.items():
        if payment["order_status"] == "pending" and not payment.get("review"):
            words.append(f"{order} is pending, its money {payment['status']}")
        if payment["order_status"] == "refund_pending" and f"{order}.ORDER" not in books.refunds:
            words.append(f"{order} is to be refunded, and no refund is open")
    words += [
        f"{name} is {refund['state']}"
        for name, refund in books.refunds.items()
        if refund["state"] not in ("refunded", "manual")
    ]
    return words


def broken(books: Books, charges: Iterable[Charge]) -> list[str]:
    """Every invariant of the end that does not hold."""
    charges = list(charges)
    return [*_stock(books), *_tickets(books), *_receipts(books), *_charges(books, charges), *_ledger(books)]


def _stock(books: Books) -> Iterator[str]:
    for shard in books.shards:
        held = sum(entry["n"] for entry in shard["entries"].values() if entry["s"] == "held")
        figures = f"{shard['PK']}: {shard['available']} available, {held} held, {shard['sold']} sold"
        if shard["available"] + held + shard["sold"] != shard["capacity"]:
            yield f"{figures} do not come to {shard['capacity']}"
        if min(shard["available"], held, shard["sold"]) < 0:
            yield f"{figures}: less than nothing"
    sold = sum(shard["sold"] for shard in books.shards)
    completed = sum(each["quantity"] for each in books.payments.values() if each["order_status"] == "completed")
    if sold != completed:
        yield f"{sold} counted as sold, {completed} in completed orders"
    by_day = sum(sum(shard["tickets"].values()) for shard in books.shards) + books.settled[0]
    if by_day != sold:
        yield f"{by_day} counted by tier and day, {sold} sold"
    earned = sum(sum(shard["earned"].values()) for shard in books.shards) + books.settled[1]
    due = sum(map(_stays, books.payments.values()))
    if earned != due:
        yield f"KES {earned} counted as earned, KES {due} by the orders"


def _stays(payment: Item) -> int:
    """KES of an order that are the organizer's."""
    if payment["order_status"] == "completed":
        return payment["amount"]
    given_back = payment["order_status"] in GIVEN_BACK
    return payment["amount"] - payment.get("refund_amount", payment["amount"]) if given_back else 0


def _tickets(books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        due = payment["quantity"] if payment["order_status"] == "completed" else 0
        if books.tickets[order] != due:
            yield f"{order} is {payment['order_status']} with {books.tickets[order]} tickets for {due}"
    for order in books.tickets.keys() - books.payments.keys():
        yield f"{order} has tickets and is no order"


def _receipts(books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        receipt = payment.get("receipt")
        if receipt and books.receipts.get(receipt, {}).get("order_id") != order:
            yield f"{order} has receipt {receipt}, which counts for another or for nobody"


def _charges(books: Books, charges: list[Charge]) -> Iterator[str]:
    by_reference = {payment["account_reference"]: order for order, payment in books.payments.items()}
    charged: Counter[str] = Counter()
    for charge in charges:
        order = by_reference.get(charge.account_reference)
        if order is None:
            yield f"KES {charge.amount} were paid for {charge.account_reference}, which is no order"
            continue
        charged[order] += 1
        payment = books.payments[order]
        answered_for = payment["order_status"] in ("completed", *GIVEN_BACK) or payment.get("review")
        if charge.knowable and not answered_for:
            yield f"KES {charge.amount} were paid for {order}, which is {payment['order_status']}"
        if charge.amount != payment["amount"]:
            yield f"KES {charge.amount} were paid for {order}, which costs {payment['amount']}"
    for order, payment in books.payments.items():
        if payment["order_status"] in ("completed", *GIVEN_BACK) and payment["amount"] and not charged[order]:
            yield f"{order} is {payment['order_status']}, and nobody paid"
    for order, times in charged.items():
        if times > 1:
            yield f"{order} was paid {times} times"


def _ledger(books: Books) -> Iterator[str]:
    for entry in books.ledger:
        if sum(entry["lines"].values()):
            yield f"the ledger's {entry['SK']} does not sum to zero: {entry['lines']}"
    lines: list[Any] = [entry["lines"] for entry in books.ledger]
    lines += [lines_of("received", receipt["amount"]) for receipt in books.receipts.values()]
    due = -balances(lines).get("refunds", 0)
    waiting = sum(each["amount"] for each in books.refunds.values() if each["state"] == "manual")
    if due != waiting:
        yield f"KES {due} are due back on the ledger, KES {waiting} wait for a person"
