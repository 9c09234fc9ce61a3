"""What an order's status means, and what a client does about it; and why it has no tickets."""

from collections.abc import Mapping

from tiketi.payments.order_status import OrderStatus
from tiketi.payments.reasons import REASONS

STATUSES: dict[OrderStatus, str] = {
    "pending": "Waiting for the customer's PIN, or paid a moment ago and the tickets are being issued. Ask again.",
    "completed": "Paid; the tickets are there.",
    "cancelled": (
        "The customer cancelled on the phone, or an order that cost nothing was given back or its event cancelled. "
        "Nothing was charged."
    ),
    "failed": "M-PESA did not take the money; `reason` says why. Nothing was charged.",
    "expired": "Nobody paid in time; the tickets went back on sale. Should the money still arrive, the order goes on.",
    "refund_pending": (
        "The order was given back, its event is cancelled, or it was paid after the tickets were gone. The money is on "
        "its way back."
    ),
    "refunded": "The money was sent back.",
}


def table(what: str, rows: Mapping[str, str]) -> str:
    """In Markdown."""
    lines = [f"| {what} | meaning |", "|---|---|", *(f"| `{name}` | {words} |" for name, words in rows.items())]
    return "\n".join(lines)


REASONS_TABLE = table("reason", {reason: english for reason, (english, _) in REASONS.items()})
