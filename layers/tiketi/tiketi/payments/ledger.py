"""The ledger in DynamoDB: append-only, double entry, by order. An entry is put once and never changed.

The receipt of a payment (`ReceiptItem`) is itself the entry `received`: one item that exists once, so that a receipt
counts once and every shilling stands against one. All other entries lie beside their order.
"""

from typing import cast

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from tiketi import clock
from tiketi.ids import customer_of
from tiketi.payments.items import ReceiptItem
from tiketi.payments.ledger_rules import Account, EntryKind, Lines, lines_of
from tiketi.table import Item, put_if


class LedgerConflict(Exception):
    """An entry is there already and says something else: a fault of ours, never to be overwritten."""


class EntryItem(Item, discriminator="ledger"):
    """`USER#<customer>` / `LEDGER#<order's 16 characters>#<kind>#<reference>`. `lines` are whole KES by account.

    `reference` tells entries of one kind apart: a receipt, or the id of a refund; empty where an order has one only.
    """

    order_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    reference = UnicodeAttribute(default="")
    lines = JSONAttribute()
    posted_at = UnicodeAttribute()


def entry_key(order_id: str, kind: EntryKind, reference: str = "") -> tuple[str, str]:
    return f"USER#{customer_of(order_id)}", f"LEDGER#{order_id.rpartition('-')[2]}#{kind}#{reference}"


def post(order_id: str, kind: EntryKind, amount: int, reference: str = "", *, was_sold: bool = False) -> bool:
    """Puts an entry of `amount` KES, one write unit; False when it was there already, so a repeat changes nothing.

    Raises LedgerConflict when the entry that is there has other lines.
    """
    lines = lines_of(kind, amount, was_sold=was_sold)
    item = EntryItem(
        *entry_key(order_id, kind, reference),
        order_id=order_id,
        kind=kind,
        reference=reference,
        lines=lines,
        posted_at=clock.rfc3339(clock.utc_now()),
    )
    if put_if(item, EntryItem.pk.does_not_exist()):
        return True
    present = EntryItem.get(item.pk, item.sk, consistent_read=True)
    if present.lines != lines:
        raise LedgerConflict(f"{item.sk}: {present.lines}, now {lines}")
    return False


def entries_of(order_id: str) -> list[EntryItem]:
    """All entries of an order but its receipts, read consistently: a read unit for each dozen or so."""
    key = entry_key(order_id, "sold")
    return list(EntryItem.query(key[0], EntryItem.sk.startswith(key[1].removesuffix("sold#")), consistent_read=True))


def entry_lines(entry: EntryItem | ReceiptItem) -> Lines:
    if isinstance(entry, ReceiptItem):
        return lines_of("received", int(entry.amount))
    return cast(dict[Account, int], entry.lines)
