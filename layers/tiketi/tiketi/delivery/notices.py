"""What people are told by SMS and e-mail: a notice names whom and what about, by ids alone.

Whoever has something to tell makes a Notice by one of the functions below and calls `enqueue`, or `enqueue_to_holders`
for all holders of an event's tickets. Addresses, language and what the words say about an event are looked up when the
notice is sent, so that no queue carries them and they are those of that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tiketi.delivery import queues
from tiketi.ids import customer_of, customer_of_ticket
from tiketi.logs import logger

Kind = Literal[
    "tickets_issued",
    "ticket_resend",
    "ticket_transferred",
    "ticket_voided",
    "refund_due",
    "refund_sent",
    "reminder",
    "event_changed",
    "event_cancelled",
    "gate_invite",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

HoldersKind = Literal["reminder", "event_changed", "event_cancelled"]
"""What all holders of an event's tickets may be told."""

Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Notice:
    """At most one notice is ever sent for the same `recipient`, `kind` and `dedupe`, however often it is enqueued.

    `recipient` is a user's id, or `<event id>/<staff id>` for gate staff. `params` are ids and amounts, and never a
    phone number or an address.
    """

    kind: Kind
    recipient: str
    dedupe: str
    params: Params = field(default_factory=dict[str, str | int])


def tickets_issued(order_id: str) -> Notice:
    return Notice("tickets_issued", _customer(order_id), order_id, {"order_id": order_id})


def ticket_resend(order_id: str, which: str) -> Notice:
    """`which` tells one request for it from another."""
    return Notice("ticket_resend", _customer(order_id), f"{order_id}#{which}", {"order_id": order_id})


def ticket_transferred(ticket_id: str) -> Notice:
    """For the new holder; `ticket_id` is his new ticket's."""
    return Notice("ticket_transferred", customer_of_ticket(ticket_id) or "", ticket_id, {"ticket_id": ticket_id})


def ticket_voided(ticket_id: str) -> Notice:
    """For its holder."""
    return Notice("ticket_voided", customer_of_ticket(ticket_id) or "", ticket_id, {"ticket_id": ticket_id})


def refund_due(order_id: str, amount: int, reference: str = "") -> Notice:
    """Money is on its way back. `reference` tells the refunds of an order apart; `amount` is whole KES."""
    params: Params = {"order_id": order_id, "amount": amount}
    return Notice("refund_due", _customer(order_id), f"{order_id}#{reference}", params)


def refund_sent(order_id: str, amount: int, reference: str = "") -> Notice:
    """M-PESA says that the money has arrived. As `refund_due`."""
    params: Params = {"order_id": order_id, "amount": amount}
    return Notice("refund_sent", _customer(order_id), f"{order_id}#{reference}", params)


def gate_invite(event_id: str, staff_id: str, link: str) -> Notice:
    """For the item `GATE#<event id>` / `STAFF#<staff id>`, whose `phone_number`, `email` and `language`, each of which
    may be missing, say where to and how. `link` is what the invited person opens."""
    return Notice("gate_invite", f"{event_id}/{staff_id}", staff_id, {"event_id": event_id, "link": link})


def to_holder(event_id: str, kind: HoldersKind, user_id: str, dedupe: str, params: Params) -> Notice:
    return Notice(kind, user_id, f"{event_id}#{dedupe}", {**params, "event_id": event_id})


def enqueue(notice: Notice) -> None:
    """Has a notice sent soon. Raises botocore's error when it could not be enqueued; to repeat it does no harm."""
    queues.delivery_queue().send(message_of(notice))


def enqueue_to_holders(event_id: str, kind: HoldersKind, dedupe: str, params: Params | None = None) -> None:
    """Has every holder of a ticket of an event told, each once for the same `kind` and `dedupe`.

    `dedupe` is what tells one occasion from another, such as the event's version that changed its time. It returns at
    once: a queue leads through the holders, and on from where a crash cut it off.
    """
    message = {"event_id": event_id, "kind": kind, "dedupe": dedupe, "params": dict(params or {})}
    queues.fan_out_queue().send({**message, "correlation_id": _correlation_id()})


def message_of(notice: Notice) -> dict[str, object]:
    """The notice as a queue carries it."""
    return {
        "kind": notice.kind,
        "recipient": notice.recipient,
        "dedupe": notice.dedupe,
        "params": dict(notice.params),
        "correlation_id": _correlation_id(),
    }


def notice_of(message: Mapping[str, Any]) -> Notice:
    """What `message_of` wrote. Raises KeyError or ValueError when it is no notice."""
    if message["kind"] not in KINDS:
        raise ValueError("no such kind of notice")
    return Notice(message["kind"], str(message["recipient"]), str(message["dedupe"]), message["params"])


def _correlation_id() -> str:
    return logger.get_correlation_id() or ""


def _customer(order_id: str) -> str:
    customer = customer_of(order_id)
    if customer is None:
        raise ValueError("a notice about an order needs an order's id")
    return customer
