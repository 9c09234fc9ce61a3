"""A customer's payments, as the web client lists them."""

from typing import Any

from tiketi import clock
from tiketi.payments.items import PaymentItem
from tiketi.payments.order_status import order_status
from tiketi.sorted_pages import PageInput, Position, sorted_page


def list_payments(user_id: str, asked: PageInput) -> tuple[list[dict[str, Any]], str | None]:
    """A page of payments, the newest first, and the next cursor.

    Reads all payments of one customer, half a read unit for each four or so: they are few, and their ids are not in
    the order of time.
    """
    payments = PaymentItem.query(f"USER#{user_id}", PaymentItem.sk.startswith("PAYMENT#"))
    page, cursor = sorted_page(payments, _position, asked, newest_first=True)
    now = clock.epoch_now()
    return [_answer(payment, now) for payment in page], cursor


def client_status(payment: PaymentItem, now: int) -> str:
    """Where the money is, in the web client's four words: `pending`, `completed`, `cancelled` or `failed`.

    Paid is `completed`, with its tickets or with a refund to come, because the customer's money did leave. Once it
    is back the payment reads `cancelled`. `order_status` beside it says what became of the order.
    """
    if payment.status == "PAID":
        return "cancelled" if payment.order_status == "refunded" else "completed"
    status = order_status(payment, now)
    return status if status in ("pending", "cancelled") else "failed"


def _payment_date(payment: PaymentItem) -> str:
    return payment.paid_at or payment.created_at


def _position(payment: PaymentItem) -> Position:
    return _payment_date(payment), payment.order_id


def _answer(payment: PaymentItem, now: int) -> dict[str, Any]:
    return {
        "id": payment.order_id,
        "order_id": payment.order_id,
        "event_id": payment.event_id,
        "event_title": payment.event_title,
        "ticket_type": payment.ticket_type,
        "quantity": int(payment.quantity),
        "amount": int(payment.amount),
        "status": client_status(payment, now),
        "order_status": order_status(payment, now),
        "payment_method": "MPESA",
        "transaction_id": payment.receipt or payment.checkout_request_id,
        "payment_date": _payment_date(payment),
    }
