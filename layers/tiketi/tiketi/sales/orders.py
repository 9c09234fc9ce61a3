"""An order as its customer sees it."""

from typing import Any

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.ids import customer_of
from tiketi.messages import Language
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.payments.order_status import order_status
from tiketi.payments.reasons import explain
from tiketi.sales.items import TicketItem
from tiketi.tickets.link import page_url

_MESSAGES: dict[str, tuple[str, str]] = {
    "paid": ("Payment received. Your tickets are being issued.", "Malipo yamepokelewa. Tiketi zako zinatolewa."),
    "free": ("Your tickets are being issued.", "Tiketi zako zinatolewa."),
    "waiting": (
        "Enter your M-PESA PIN on your phone to pay KES {amount:,}.",
        "Weka PIN ya M-PESA kwenye simu yako kulipa KES {amount:,}.",
    ),
    "unknown": (
        "We are waiting for M-PESA. If your phone shows a prompt, enter your PIN; do not pay twice.",
        "Tunasubiri M-PESA. Simu ikionyesha ombi, weka PIN; usilipe mara mbili.",
    ),
    "in_review": (
        "A person has to look at this payment. If you were charged, you get your tickets or your money. Do not pay "
        "again.",
        "Mtu anapaswa kuangalia malipo haya. Kama ulitozwa, utapata tiketi zako au pesa zako; usilipe tena.",
    ),
    "completed": ("Your tickets are ready.", "Tiketi zako ziko tayari."),
    "refund_pending": ("Your money is on its way back.", "Pesa zako zinarudishwa."),
    "refunded": ("Your money was sent back.", "Pesa zako zimerudishwa."),
    "expired": ("The payment did not arrive in time.", "Malipo hayakufika kwa wakati."),
    "failed": ("The payment did not go through.", "Malipo hayakufaulu."),
    "cancelled": ("The payment was cancelled.", "Malipo yalighairiwa."),
}


def get_order(user_id: str, order_id: str) -> PaymentItem:
    """Raises Refusal `order_not_found`, also for an order that is somebody else's."""
    payment = find_payment(order_id) if customer_of(order_id) == user_id else None
    if payment is None:
        raise Refusal("order_not_found")
    return payment


def order_answer(payment: PaymentItem, language: Language) -> dict[str, Any]:
    """The order without its tickets: the answer to a purchase, and the ground of `GET /orders/{order_id}`."""
    status = order_status(payment, clock.epoch_now())
    reason = None if status in ("pending", "completed", "refunded") else (payment.reason or status)
    return {
        "order_id": payment.order_id,
        "status": status,
        "reason": reason,
        "message": _message(payment, status, reason, language),
        "event_id": payment.event_id,
        "event_title": payment.event_title,
        "ticket_type": payment.ticket_type,
        "quantity": int(payment.quantity),
        "amount": int(payment.amount),
        "checkout_request_id": payment.checkout_request_id,
        "account_reference": payment.account_reference,
        "receipt": payment.receipt,
        "created_at": payment.created_at,
        "expires_at": clock.from_epoch(int(payment.expires_at)),
    }


def order_with_tickets(payment: PaymentItem, language: Language, public_url: str) -> dict[str, Any]:
    """The order, and its tickets once it is completed (one Query more)."""
    answer = order_answer(payment, language)
    answer["tickets"] = _tickets(payment, public_url) if answer["status"] == "completed" else []
    return answer


def _tickets(payment: PaymentItem, public_url: str) -> list[dict[str, Any]]:
    tickets = TicketItem.query(payment.pk, TicketItem.sk.startswith(f"TICKET#{payment.order_id}-"))
    return [
        {
            "id": each.ticket_id,
            "ticket_type": each.ticket_type,
            "status": each.status,
            "code": each.code,
            "url": page_url(public_url, each.ticket_id),
        }
        for each in tickets
    ]


def _pending(payment: PaymentItem) -> str:
    if payment.status == "PAID":
        return "paid" if int(payment.amount) else "free"
    return "waiting" if payment.checkout_request_id else "unknown"


def _message(payment: PaymentItem, status: str, reason: str | None, language: Language) -> str:
    explained = explain(reason, language) if reason else None
    in_review = bool(payment.review) and status in ("pending", "failed", "expired")
    if explained and not in_review:
        return explained
    key = "in_review" if in_review else _pending(payment) if status == "pending" else status
    return _MESSAGES[key][language == "sw"].format(amount=int(payment.amount))
