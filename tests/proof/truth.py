"""The invariants of selling, read from the table itself and held against what really happened on the phones."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.proof.cloud import Item
from tests.proof.fair import POOL_OF, TIERS
from tests.proof.phones import Prompt
from tests.proof.truth_of_refunds import paid_by_hand, refunds_end, refunds_hold
from tests.proof.truth_of_tickets import event_ends, shards_hold, tickets_hold
from tests.proof.world import GIVEN_BACK_BECAUSE, World
from tiketi.ids import order_of_ticket
from tiketi.payments.event_refunds import EVENT_CANCELLED
from tiketi.payments.order_status import GRACE_SECONDS
from tiketi.payments.reconcile_items import KINDS, plain, plain_item
from tiketi.payments.reconcile_rules import reconcile

QUESTION_SECONDS = 12
"""Daraja's sandbox takes a question every so many seconds."""


WAITING = ("in_review", "refund_overdue", "receipt_unknown", "amounts_differ")
"""What reconciliation finds and a person has to end; amounts differ where a callback has lied about one."""


class Entry(NamedTuple):
    shard: str
    order_id: str
    state: str
    tickets: int


class Broken(AssertionError):
    """An invariant does not hold; the words are the whole story."""


@dataclass
class Books:
    """The table, sorted by kind."""

    payments: dict[str, Item] = field(default_factory=dict[str, Item])
    shards: dict[str, Item] = field(default_factory=dict[str, Item])
    entries: list[Entry] = field(default_factory=list[Entry])
    tickets: Counter[str] = field(default_factory=Counter[str])
    receipts: dict[str, str] = field(default_factory=dict[str, str])
    valid: Counter[str] = field(default_factory=Counter[str])
    ticket_items: dict[str, Item] = field(default_factory=dict[str, Item])
    listed: set[str] = field(default_factory=set[str])
    """Orders that a person is shown because of a doubt."""
    figures: Item = field(default_factory=dict[str, Any])
    receipt_items: dict[str, Item] = field(default_factory=dict[str, Item])
    refunds: dict[str, Item] = field(default_factory=dict[str, Item])
    entries_of_ledger: list[Item] = field(default_factory=list[Item])

    def of_pool(self, pool: str) -> list[Item]:
        return [shard for key, shard in self.shards.items() if key.split("#")[2] == pool]

    def completed(self, pool: str) -> int:
        """Tickets of orders that are completed, or were and have not given their stock back yet."""
        return sum(each["quantity"] for each in self.payments.values() if each["pool"] == pool and counts_as_sold(each))


def counts_as_sold(payment: Item) -> bool:
    return payment["order_status"] == "completed" or ("shares" in payment and "stock_returned" not in payment)


def read_books(world: World) -> Books:
    books = Books()
    for raw in world.cloud.table.all():
        kind = raw["type"]["S"]
        if kind not in ("payment", "stock", "ticket", "receipt", "figures", "refund", "ledger", "review"):
            continue
        item = {name: plain(value) for name, value in raw.items()}
        match kind:
            case "payment":
                books.payments[item["order_id"]] = item
            case "stock":
                books.shards[item["PK"]] = item
                books.entries += [
                    Entry(item["PK"], order, each["s"], each["n"]) for order, each in item["entries"].items()
                ]
            case "ticket":
                books.tickets[item["order_id"]] += item["status"] != "transferred"
                books.valid[item["order_id"]] += item["status"] not in ("void", "refunded", "transferred")
                books.ticket_items[item["ticket_id"]] = item
            case "receipt":
                books.receipts[item["PK"].partition("#")[2]] = item["order_id"]
                books.receipt_items[item["PK"]] = item
            case "review":
                books.listed.add(item["SK"])
            case "refund":
                books.refunds[item["refund_id"]] = item
            case "ledger":
                books.entries_of_ledger.append({**item, "lines": json.loads(item["lines"])})
            case _:
                books.figures = item
    return books


def hold_true(world: World) -> Books:
    """The invariants of every moment."""
    books = read_books(world)
    _raise(
        world,
        [
            *world.breaches,
            *_stock(books),
            *_counts(books),
            *_tickets(books),
            *_money(books),
            *_paid_back(books),
            *shards_hold(world, books.shards),
            *tickets_hold(world, books.ticket_items, books.payments),
            *_rings(world),
            *_noticed_early(world, books),
            *_asked_too_fast(world),
            *_limits(books),
            *refunds_hold(world, books.refunds, books.payments),
        ],
    )
    return books


def _raise(world: World, wrong: list[str]) -> None:
    if wrong:
        raise Broken("\n".join([*wrong, "", "The story:", *world.story]))


def _stock(books: Books) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for entry in books.entries:
        taken[entry.order_id] += entry.tickets
    for key, shard in books.shards.items():
        held = sum(each["n"] for each in shard["entries"].values() if each["s"] == "held")
        figures = f"{key}: {shard['available']} available, {held} held, {shard['sold']} sold"
        if shard["available"] + held + shard["sold"] != shard["capacity"]:
            yield f"{figures} do not come to {shard['capacity']}"
        if min(shard["available"], held, shard["sold"]) < 0:
            yield f"{figures}: less than nothing"
    for order, tickets in taken.items():
        if tickets > books.payments[order]["quantity"]:
            yield f"{order[-4:]} has taken {tickets} for {books.payments[order]['quantity']}"
    for pool in set(POOL_OF.values()):
        counted = sum(shard["sold"] for shard in books.of_pool(pool))
        completed = books.completed(pool)
        under_way = sum(
            entry.tickets
            for entry in books.entries
            if entry.state == "sold"
            and entry.shard.split("#")[2] == pool
            and not counts_as_sold(books.payments[entry.order_id])
        )
        if counted != completed + under_way:
            yield f"{pool}: {counted} counted as sold, {completed} in completed orders, {under_way} under way"


def _counts(books: Books) -> Iterator[str]:
    """What the shards say was sold and earned, by tier and day, is what the orders come to."""
    due: Counter[tuple[str, str]] = Counter()
    for payment in books.payments.values():
        kept = payment["amount"] - payment.get("refund_amount", payment["amount"])
        due["earned", _sold_under(payment)] += kept if "stock_returned" in payment else 0
        if counts_as_sold(payment):
            due.update(_takings(payment, payment["quantity"]))
    for entry in books.entries:
        payment = books.payments[entry.order_id]
        if entry.state == "sold" and not counts_as_sold(payment):
            due.update(_takings(payment, entry.tickets))
    counted: Counter[tuple[str, str]] = Counter()
    for shard in books.shards.values():
        if sum(shard["tickets"].values()) != shard["sold"]:
            yield f"{shard['PK']}: {shard['tickets']} are not {shard['sold']} sold"
        counted.update({(what, key): n for what in ("tickets", "earned") for key, n in shard[what].items()})
    for what, key in {*due, *counted}:
        if due[what, key] != counted[what, key]:
            yield f"{what} of {key}: {counted[what, key]} are counted, {due[what, key]} in orders"


def _takings(payment: Item, tickets: int) -> dict[tuple[str, str], int]:
    key = _sold_under(payment)
    return {("tickets", key): tickets, ("earned", key): tickets * payment["unit_price"]}


def _sold_under(payment: Item) -> str:
    paid = datetime.fromisoformat(payment.get("paid_at", payment["created_at"])) + timedelta(hours=3)
    return f"{paid.date()}#{payment['ticket_type']}"


def _tickets(books: Books) -> Iterator[str]:
    for order, tickets in books.tickets.items():
        payment = books.payments[order]
        if payment["status"] != "PAID":
            yield f"{order[-4:]} has {tickets} tickets and is {payment['status']}"
        if payment["order_status"] in ("refund_pending", "refunded", "cancelled") and _still_valid(books, payment):
            yield f"{order[-4:]} has tickets that are valid, and its money back"
        if tickets > payment["quantity"]:
            yield f"{order[-4:]} has {tickets} tickets for {payment['quantity']}"
    for order, payment in books.payments.items():
        if payment["order_status"] == "completed" and books.tickets[order] != payment["quantity"]:
            yield f"{order[-4:]} is completed with {books.tickets[order]} tickets for {payment['quantity']}"
    for pool in set(POOL_OF.values()):
        going_on = (each for each in books.payments.values() if each["reason"] != EVENT_CANCELLED)
        issued = sum(books.valid[each["order_id"]] for each in going_on if each["pool"] == pool)
        sold = sum(shard["sold"] for shard in books.of_pool(pool))
        capacity = sum(shard["capacity"] for shard in books.of_pool(pool))
        if not issued <= sold <= capacity:
            yield f"{pool}: {issued} tickets, {sold} sold, {capacity} in all"


def _still_valid(books: Books, payment: Item) -> bool:
    """Of a cancelled event, tickets that were passed on end after their order: one may be passed on while it ends."""
    if payment["reason"] != EVENT_CANCELLED:
        return bool(books.valid[payment["order_id"]])
    own = (each for name, each in books.ticket_items.items() if order_of_ticket(name) == payment["order_id"])
    return any(each["status"] == "valid" for each in own)


def _money(books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        receipt = payment.get("receipt")
        if receipt and books.receipts.get(receipt) != order:
            yield f"{order[-4:]} has receipt {receipt}, which counts for {books.receipts.get(receipt, 'nobody')[-4:]}"


def _limits(books: Books) -> Iterator[str]:
    """What a customer bought of a tier with a limit: in stock taken for them, or as tickets. Gifts are beside it."""
    taken = Counter({entry.order_id: 0 for entry in books.entries})
    for entry in books.entries:
        taken[entry.order_id] += entry.tickets
    had: Counter[tuple[str, str]] = Counter()
    bought = {order: each for order, each in books.payments.items() if "complimentary_by" not in each}
    for order, payment in bought.items():
        has = payment["quantity"] if payment["order_status"] == "completed" else taken[order]
        had[payment["PK"], payment["ticket_type"]] += has
    for (customer, tier), tickets in had.items():
        if tickets > TIERS[tier].get("max_per_customer", tickets):
            yield f"customer {customer[-1]} has {tickets} {tier}"


def _asked_too_fast(world: World) -> Iterator[str]:
    """One who stood still between looking at the clock and writing may be counted a little late, so two of them are."""
    if world.phones.queries > len(world.questions):
        yield f"Daraja was asked {world.phones.queries} times, the bucket gave {len(world.questions)} questions"
    for first, last in zip(world.questions, world.questions[4:], strict=False):
        if last - first < 2 * QUESTION_SECONDS:
            yield f"five questions within {last - first} seconds"


def _paid_back(books: Books) -> Iterator[str]:
    """What a customer gives back is worth no more than his tickets that end by that: others were void before."""
    ended: Counter[str] = Counter()
    for ticket in books.ticket_items.values():
        ended[ticket["order_id"]] += ticket["status"] == "refunded"
    for order, payment in books.payments.items():
        worth = payment["unit_price"] * ended[order]
        if payment["reason"] == "cancelled_by_request" and payment.get("refund_amount", 0) > worth:
            yield f"{order[-4:]} gets KES {payment['refund_amount']} back for tickets of KES {worth}"


def _rings(world: World) -> Iterator[str]:
    for order, rings in Counter(prompt.order_id for prompt in world.phones.prompts).items():
        if rings > 1:
            yield f"the phone rang {rings} times for {order[-4:]}"


def end_true(world: World, *, clean: bool = True, attended: bool = False) -> Books:
    """The invariants of the end, when all that was on its way has arrived.

    `clean`: there was nothing to review. `attended`: an operator has seen to what no machine can end.
    """
    books = hold_true(world)
    wrong = [*_left_over(books), *_orders(world, books), *_assured(world, books), *_figures(books)]
    wrong += [*_unnoticed(world, books), *_unlisted(books)]
    wrong += refunds_end(books.refunds, books.payments, books.entries_of_ledger, books.receipt_items)
    wrong += event_ends(world, books.shards, books.ticket_items, books.payments)
    wrong += _reconciled(world, attended=attended)
    wrong += paid_by_hand(world.hand_payments, books.payments, books.receipts)
    _raise(world, [*wrong, *_charges(world, books)])
    if clean:
        reviews = [f"{order[-4:]}: {each['review']}" for order, each in books.payments.items() if each.get("review")]
        _raise(world, [f"sent to review for nothing: {each}" for each in reviews])
    return books


def _reconciled(world: World, *, attended: bool) -> Iterator[str]:
    """The system's own reconciliation finds nothing but what waits for a person, or for a receipt that was lost."""
    waiting = ("amounts_differ",) if attended else WAITING
    items = [plain_item(raw) for raw in world.cloud.table.all() if raw["type"]["S"] in KINDS]
    for finding in reconcile(items, world.time + 10 * GRACE_SECONDS).findings:
        of_no_order = finding.kind == "confirmation_for_nothing" and not finding.order
        if finding.kind not in waiting and (attended or not of_no_order):
            yield f"{finding.kind} {finding.subject[-12:]}: KES {finding.amount}, {finding.words}"


def _noticed_early(world: World, books: Books) -> Iterator[str]:
    for order in world.noticed:
        if not books.tickets[order]:
            yield f"{order[-4:]} is sent tickets that it has not"


def _unnoticed(world: World, books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        if payment["order_status"] == "completed" and order not in world.noticed:
            yield f"{order[-4:]} is completed, and its tickets are not on their way"


def _unlisted(books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        if payment.get("review") and order not in books.listed:
            yield f"{order[-4:]} is in doubt, and nobody is shown that"


def _left_over(books: Books) -> Iterator[str]:
    for entry in books.entries:
        yield f"{entry.order_id[-4:]} still has {entry.tickets} {entry.state} in {entry.shard[-8:]}"


def _orders(world: World, books: Books) -> Iterator[str]:
    for order, payment in books.payments.items():
        status = payment["order_status"]
        if "shares" in payment and status != "completed" and "stock_returned" not in payment:
            yield f"{order[-4:]} was given back, and its stock was not"
        free = status == "cancelled" and not payment["amount"]
        if payment["status"] == "PAID" and status not in ("completed", "refund_pending", "refunded") and not free:
            yield f"{order[-4:]} is paid and neither completed nor to be refunded"
        if payment["status"] == "PENDING" and world.time < payment["expires_at"] + GRACE_SECONDS:
            yield f"{order[-4:]} is still PENDING"


def known_of(world: World, prompt: Prompt) -> bool:
    """Whether M-PESA's own word of the money came through: a callback, or a confirmation that a timer looks for."""
    return prompt.told or (prompt.confirmed and prompt.order_id not in world.timerless)


def stranded(world: World, prompt: Prompt, payment: Item) -> bool:
    """Nobody can know of this money: every callback was lost, and so was Daraja's answer to the push or the timer."""
    return not known_of(world, prompt) and ("checkout_request_id" not in payment or prompt.order_id in world.timerless)


def _assured(world: World, books: Books) -> Iterator[str]:
    for order in world.assured:
        payment = books.payments[order]
        if payment["order_status"] != "completed" and payment["reason"] not in GIVEN_BACK_BECAUSE:
            yield f"{order[-4:]} was paid while it held its stock, and is {books.payments[order]['order_status']}"


def _charges(world: World, books: Books) -> Iterator[str]:
    for prompt in world.phones.prompts:
        payment = books.payments[prompt.order_id]
        name = prompt.order_id[-4:]
        looked_at = payment.get("review") or payment.get("reviewed")
        known = payment["status"] == "PAID" or looked_at or stranded(world, prompt, payment)
        if prompt.charged and not known:
            yield f"KES {prompt.amount} were paid for {name}, which is {payment['status']}"
        if prompt.charged and known_of(world, prompt) and prompt.receipt not in books.receipts:
            yield f"receipt {prompt.receipt} of {name} is not on the ledger"
    charged = {prompt.order_id for prompt in world.phones.prompts if prompt.charged}
    charged |= {each.order_id for each in world.hand_payments}
    for order, payment in books.payments.items():
        if payment["status"] == "PAID" and payment["amount"] and order not in charged:
            yield f"{order[-4:]} is PAID, and nobody paid"


def _figures(books: Books) -> Iterator[str]:
    for pool in set(POOL_OF.values()):
        sold = sum(shard["sold"] for shard in books.of_pool(pool))
        available = sum(shard["available"] for shard in books.of_pool(pool))
        shown = json.loads(books.figures["sold"]).get(pool, 0)
        if shown != sold:
            yield f"{pool}: {sold} sold, {shown} shown"
        if available and pool in json.loads(books.figures["sold_out_until"]):
            yield f"{pool}: {available} left, and the hint says sold out"
