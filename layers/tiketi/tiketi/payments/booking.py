"""Books money that came without its receipt: by a query's word first, and by its receipt once that is known.

What must be booked follows from the payment's own attributes, each set once; whoever comes by books it, and a repeat
changes nothing. All other money is booked by its receipt, which is an entry itself.
"""

from tiketi.payments.items import PaymentItem
from tiketi.payments.ledger import post


def book_receipt(payment: PaymentItem) -> None:
    """`payment` as read consistently. Writes nothing for a payment whose receipt came with its money."""
    if not payment.unreceipted:
        return
    post(payment.order_id, "received_without_receipt", int(payment.amount))
    if payment.receipt:
        post(payment.order_id, "receipt_found", int(payment.amount))
