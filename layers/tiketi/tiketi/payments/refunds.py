"""Writes what became of a refund. Every write is conditional on the state it leaves, and repeatable.

`refunded` is absorbing. A crash between two writes is finished by the refund's message, which comes back until the
refund is at its end, or by the sweep.
"""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.delivery.notices import enqueue, refund_sent
from tiketi.logs import logger, metrics
from tiketi.payments import ledger
from tiketi.payments.event_refunds import count_refunded
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.payments.outcomes import change
from tiketi.payments.refund_items import MANUAL, OF_ORDER, RefundItem, find_refund, open_partition, refund_key
from tiketi.payments.refund_rules import Back, ByHand, Later, NotKnown, Outcome, Stop, pause
from tiketi.payments.refund_stop import stop_refunds
from tiketi.settings import settings
from tiketi.table import transact_if, transaction, update_if


def change_refund(refund_id: str, actions: Sequence[Action], condition: Condition) -> RefundItem | None:
    """One conditional write: the refund afterwards, or None when the condition did not hold."""
    refund = RefundItem(*refund_key(refund_id))
    return refund if update_if(refund, actions, condition) else None


def look_for(refund: RefundItem, why: str, now: int) -> None:
    logger.warning("the outcome of a refund is not known", extra={"refund_id": refund.refund_id, "why": why})
    change_refund(
        refund.refund_id,
        [
            RefundItem.state.set("unknown"),
            RefundItem.detail.set(why),
            RefundItem.next_at.set(now + pause(settings().refund_delays_seconds, 0)),
        ],
        RefundItem.state.is_in("sending", "accepted") & (RefundItem.sent_at == int(refund.sent_at)),
    )


def apply_outcome(refund: RefundItem, outcome: Outcome) -> None:
    """What M-PESA has said. That the money arrived is believed in every state; all else only while a refund is out."""
    now, out = clock.epoch_now(), RefundItem.state.is_in("sending", "accepted", "unknown")
    same_try = RefundItem.sent_at == int(refund.sent_at)
    match outcome:
        case Back(reference, fee):
            _back(refund, reference, fee)
        case Later(why, failed):
            change_refund(
                refund.refund_id,
                [
                    RefundItem.state.set("due"),
                    RefundItem.tries.set(int(refund.tries) + 1),
                    RefundItem.generation.set(int(refund.generation) + failed),
                    RefundItem.detail.set(why),
                    RefundItem.next_at.set(now + pause(settings().refund_delays_seconds, int(refund.tries))),
                ],
                out & same_try,
            )
        case ByHand(why):
            hand_over(refund, why, out & same_try)
        case Stop(why, asking=True):
            stop_refunds(why)
        case Stop(why):
            stop_refunds(why)
            change_refund(
                refund.refund_id,
                [
                    RefundItem.state.set("due"),
                    RefundItem.detail.set(why),
                    RefundItem.generation.set(int(refund.generation) + 1),
                ],
                out & same_try,
            )
        case NotKnown(why):
            look_for(refund, why, now)


def _back(refund: RefundItem, reference: str, fee: int) -> None:
    ended = change_refund(
        refund.refund_id,
        [
            RefundItem.state.set("refunded"),
            RefundItem.reference.set(reference),
            RefundItem.fee.set(fee),
            RefundItem.refunded_at.set(clock.rfc3339(clock.utc_now())),
        ],
        RefundItem.state != "refunded",
    )
    if ended:
        metrics.add_metric("RefundsSent", MetricUnit.Count, 1)
        logger.info("refunded", extra={"refund_id": refund.refund_id, "reference": reference})
        finish(ended)


def hand_over(refund: RefundItem, why: str, only: Condition | None = None) -> None:
    """A person has to see to it: `make refunds` lists it."""
    not_ended = (RefundItem.state != "refunded") & (RefundItem.state != "manual")
    handed = change_refund(
        refund.refund_id,
        [
            RefundItem.state.set("manual"),
            RefundItem.detail.set(why),
            RefundItem.gsi1_pk.set(MANUAL),
        ],
        not_ended if only is None else not_ended & only,
    )
    if handed:
        logger.error("a refund waits for a person", extra={"refund_id": refund.refund_id, "why": why})


def finish(refund: RefundItem) -> None:
    """Tells the ledger, the order and the customer that the money is back, and only then takes the refund off the open
    ones."""
    _book(refund)
    enqueue(refund_sent(refund.order_id, int(refund.amount), refund.what))
    change_refund(
        refund.refund_id, [RefundItem.gsi1_pk.remove(), RefundItem.gsi1_sk.remove()], RefundItem.state == "refunded"
    )


def _book(refund: RefundItem) -> None:
    what = refund.what
    ledger.post(refund.order_id, "refunded", int(refund.amount), what)
    if int(refund.fee):
        ledger.post(refund.order_id, "fee", int(refund.fee), what)
    if what == OF_ORDER and refund.cancelled_event:
        _count_back(refund, refund.cancelled_event)
    elif what == OF_ORDER:
        change(
            refund.order_id, [PaymentItem.order_status.set("refunded")], PaymentItem.order_status == "refund_pending"
        )


def _count_back(refund: RefundItem, event_id: str) -> None:
    """The order of a cancelled event is refunded, and the organizer's figures say so, together."""

    def commit() -> None:
        with transaction() as together:
            together.update(
                PaymentItem(*payment_key(refund.order_id)),
                actions=[PaymentItem.order_status.set("refunded")],
                condition=PaymentItem.order_status == "refund_pending",
            )
            count_refunded(together, event_id, refund.order_id, int(refund.amount))

    transact_if(commit)


def settle_by_hand(refund_id: str, reference: str) -> RefundItem | None:
    """An operator has sent the money back himself: the refund afterwards; None when there is no such refund.

    It stays among the open ones until the sweep comes by and has the customer told.
    """
    settled = change_refund(
        refund_id,
        [
            RefundItem.state.set("refunded"),
            RefundItem.means.set("manual"),
            RefundItem.reference.set(reference),
            RefundItem.refunded_at.set(clock.rfc3339(clock.utc_now())),
            RefundItem.gsi1_pk.set(open_partition(refund_id)),
        ],
        RefundItem.state == "manual",
    )
    if settled:
        logger.info("refund settled by hand", extra={"refund_id": refund_id, "reference": reference})
    refund = settled or find_refund(refund_id)
    if refund and refund.state == "refunded":
        _book(refund)
    return refund


def retry_by_machine(refund_id: str) -> bool:
    """Lets M-PESA be asked once more about a refund that waits for a person; False when it does not."""
    due = [
        RefundItem.state.set("due"),
        RefundItem.tries.set(0),
        RefundItem.next_at.set(0),
        RefundItem.gsi1_pk.set(open_partition(refund_id)),
    ]
    return change_refund(refund_id, due, RefundItem.state == "manual") is not None
