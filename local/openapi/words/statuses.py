"""What an order's status means, and what a client does about it."""

from tiketi.payments.order_status import OrderStatus

STATUSES: dict[OrderStatus, str] = {
    "pending": "Waiting for the customer's PIN, or paid a moment ago and the tickets are being issued. Ask again.",
    "completed": "Paid; the tickets are there.",
    "cancelled": "The customer cancelled on the phone. Nothing was charged.",
    "failed": "M-PESA did not take the money; `reason` says why. Nothing was charged.",
    "expired": "Nobody paid in time; the tickets went back on sale. Should the money still arrive, the order goes on.",
    "refund_pending": "Paid after the tickets were gone. The money is on its way back.",
    "refunded": "The money was sent back.",
}
