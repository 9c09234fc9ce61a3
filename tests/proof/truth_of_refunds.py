"""The invariants of money that goes back: each receipt once, never beside tickets, to the shilling in the ledger."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.proof.cloud import Item
from tests.proof.world import HandPayment, World
from tiketi.payments.ledger_rules import balances, lines_of


def refunds_hold(world: World, refunds: Mapping[str, Item], payments: Mapping[str, Item]) -> Iterator[str]:
    """At every moment."""
    for subject, times in world.mpesa.returned.items():
        if times > 1:
            yield f"{subject} went back {times} times"
    for name, times in world.returned_by_hand.items():
        if times + world.mpesa.returned[refunds[name].get("receipt", "")] > 1:
            yield f"{name[-12:]} went back by hand and by M-PESA"
    owed = {each.get("receipt") for each in refunds.values()}
    for request in world.mpesa.requests:
        if request.what == "reversal" and request.subject not in owed:
            yield f"{request.subject} was sent back, and nobody was owed it"
    for refund in refunds.values():
        payment = payments[refund["order_id"]]
        of_order = refund["refund_id"].endswith(".ORDER")
        if of_order and payment["order_status"] not in ("refund_pending", "refunded"):
            yield f"{refund['order_id'][-4:]} has a refund and is {payment['order_status']}"
        due = payment.get("refund_amount", payment["amount"])
        if of_order and refund["amount"] != due:
            yield f"{refund['order_id'][-4:]} gets KES {refund['amount']} back, and KES {due} are due"
        if (
            refund["state"] == "refunded"
            and refund["means"] == "reversal"
            and not world.mpesa.returned[refund["receipt"]]
        ):
            yield f"{refund['refund_id'][-12:]} reads refunded, and no money went back"
        by_hand = world.returned_by_hand[refund["refund_id"]] + world.mpesa.returned[refund.get("receipt", "")]
        if refund["state"] == "refunded" and refund["means"] == "manual" and not by_hand:
            yield f"{refund['refund_id'][-12:]} reads settled, and nobody has sent the money"


def paid_by_hand(
    hand_payments: list[HandPayment], payments: Mapping[str, Item], receipts: Mapping[str, str]
) -> Iterator[str]:
    """When all has arrived: money that was confirmed with an order's reference counts for that order, as what it is."""
    for paid in hand_payments:
        known = paid.confirmed and paid.order_id in payments
        if known and receipts.get(paid.receipt) != paid.order_id and not payments[paid.order_id].get("review"):
            yield f"{paid.receipt} was confirmed for {paid.order_id[-4:]}, and is not on its ledger"
        if paid.confirmed and not paid.order_id and paid.receipt in receipts:
            yield f"{paid.receipt} was paid for no order, and counts for {receipts[paid.receipt][-4:]}"


def refunds_end(
    refunds: Mapping[str, Item], payments: Mapping[str, Item], entries: list[Item], receipts: Mapping[str, Item]
) -> Iterator[str]:
    """When all has arrived."""
    for order, payment in payments.items():
        if payment["order_status"] == "refund_pending":
            found = refunds.get(f"{order}.ORDER")
            if found is None or found["state"] != "manual":
                yield f"{order[-4:]} still waits for its money: {found and found['state']}"
    for refund in refunds.values():
        if refund["state"] not in ("refunded", "manual"):
            yield f"{refund['refund_id'][-12:]} is still {refund['state']}"
    yield from _ledger(refunds, payments, entries, receipts)


def _ledger(
    refunds: Mapping[str, Item], payments: Mapping[str, Item], entries: list[Item], receipts: Mapping[str, Item]
) -> Iterator[str]:
    lines: list[Any] = [entry["lines"] for entry in entries]
    lines += [lines_of("received", receipt["amount"]) for receipt in receipts.values()]
    totals = balances(lines)
    if sum(totals.values()):
        yield f"the ledger does not sum to zero: {totals}"
    if totals.get("customers", 0):
        yield f"KES {-totals['customers']} are neither earned nor due back"
    unreceipted = sum(each["amount"] for each in payments.values() if "unreceipted" in each and "receipt" not in each)
    if totals.get("mpesa_unreceipted", 0) != unreceipted:
        yield f"the ledger waits for receipts of KES {totals.get('mpesa_unreceipted', 0)}, the orders for {unreceipted}"
    earned = sum(each["amount"] for each in payments.values() if "completed_at" in each)
    earned -= sum(each["amount"] for each in refunds.values() if each["was_sold"])
    if -totals.get("organizers", 0) != earned:
        yield f"KES {-totals.get('organizers', 0)} are earned on the ledger, KES {earned} by the orders"
    waiting = sum(each["amount"] for each in refunds.values() if each["state"] == "manual")
    if -totals.get("refunds", 0) != waiting:
        yield f"KES {-totals.get('refunds', 0)} are due back on the ledger, KES {waiting} wait for a person"
