"""The ledger's double entry, without AWS: which accounts each kind of entry moves money between. Pure.

Amounts are whole KES. A line is what an entry adds to an account: positive where the account gains what we own
(`mpesa`) or loses what we owe (all others). The lines of every entry sum to zero, so the whole ledger does.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

Account = Literal["mpesa", "mpesa_unreceipted", "customers", "organizers", "refunds", "fees"]
"""`mpesa`: what Safaricom keeps for us, receipt by receipt. `mpesa_unreceipted`: what a query says was paid, while
its receipt is not known. `customers`: received and not earned yet. `organizers`: earned by sold tickets. `refunds`:
due back to customers. `fees`: what M-PESA took."""

EntryKind = Literal["received", "received_without_receipt", "receipt_found", "sold", "refund_due", "refunded", "fee"]
Lines = Mapping[Account, int]

_MOVES: dict[EntryKind, tuple[Account, Account]] = {
    "received": ("mpesa", "customers"),
    "received_without_receipt": ("mpesa_unreceipted", "customers"),
    "receipt_found": ("customers", "mpesa_unreceipted"),
    "sold": ("customers", "organizers"),
    "refund_due": ("customers", "refunds"),
    "refunded": ("refunds", "mpesa"),
    "fee": ("fees", "mpesa"),
}
"""The account that gains, and the one that loses, by kind of entry. `receipt_found` takes back what
`received_without_receipt` said, because the receipt itself is an entry of kind `received`."""


def lines_of(kind: EntryKind, amount: int, *, was_sold: bool = False) -> dict[Account, int]:
    """The lines of an entry of `amount` KES. `was_sold`: a refund is due of money that `organizers` had earned."""
    if amount < 0:
        raise ValueError("a ledger entry moves no negative amount; the opposite kind undoes it")
    gains, loses = _MOVES[kind]
    if was_sold and kind == "refund_due":
        gains = "organizers"
    return {gains: amount, loses: -amount}


def balances(entries: Iterable[Lines]) -> dict[Account, int]:
    """What all entries come to, by account."""
    totals: dict[Account, int] = {}
    for lines in entries:
        for account, amount in lines.items():
            totals[account] = totals.get(account, 0) + amount
    return totals
