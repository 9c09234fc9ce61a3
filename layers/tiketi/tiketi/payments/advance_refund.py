"""Moves a refund on: asks M-PESA to send the money back, or asks what became of it, or hands it to a person."""

from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.logs import logger
from tiketi.payments.initiator import Addresses, Initiator, NotTaken, Taken, Unanswered, originator_id
from tiketi.payments.items import find_payment
from tiketi.payments.refund_items import OF_ORDER, RefundItem, find_refund
from tiketi.payments.refund_rules import (
    Ask,
    Finish,
    HandOver,
    Later,
    LookFor,
    Nothing,
    Send,
    Stop,
    Wait,
    next_step,
    pause,
)
from tiketi.payments.refund_stop import STOPPED_SECONDS, is_stopped
from tiketi.payments.refund_token import Purpose, refund_token
from tiketi.payments.refunds import apply_outcome, change_refund, finish, hand_over, look_for
from tiketi.settings import settings

_MOST_STEPS = 6


def advance_refund(refund_id: str, initiator: Initiator, callback_base: str) -> int | None:
    """Does what can be done about a refund now; seconds until it is to be looked at again, None at its end."""
    config = settings()
    for _ in range(_MOST_STEPS):
        refund = find_refund(refund_id)
        if refund is None:
            logger.warning("no such refund", extra={"refund_id": refund_id})
            return None
        refund = _with_receipt(refund)
        now = clock.epoch_now()
        step = next_step(
            refund, now, initiator=bool(config.mpesa_initiator_name), b2c=bool(config.mpesa_b2c_short_code)
        )
        match step:
            case Wait(seconds):
                return seconds
            case Nothing():
                return None
            case Finish():
                finish(refund)
                return None
            case HandOver(why):
                hand_over(refund, why)
            case LookFor():
                look_for(refund, "no result came", now)
            case Ask() | Send() if is_stopped():
                return STOPPED_SECONDS
            case Ask():
                _ask(refund, initiator, callback_base, now)
            case Send():
                _send(refund, step, initiator, callback_base, now)
    return 1


def _with_receipt(refund: RefundItem) -> RefundItem:
    """A payment that was known by a query only may have its receipt by now."""
    if refund.receipt or refund.what != OF_ORDER or refund.state != "due":
        return refund
    payment = find_payment(refund.order_id)
    if payment is None or not payment.receipt:
        return refund
    found = change_refund(
        refund.refund_id, [RefundItem.receipt.set(payment.receipt)], RefundItem.receipt.does_not_exist()
    )
    return found or refund


def _addresses(refund: RefundItem, purpose: Purpose, callback_base: str) -> Addresses:
    at = f"{callback_base}/refunds/{refund_token(refund, purpose)}"
    return Addresses(result=f"{at}/result", timeout=f"{at}/timeout")


def _send(refund: RefundItem, step: Send, initiator: Initiator, callback_base: str, now: int) -> None:
    """Claims the refund, and only then asks M-PESA: whoever crashes in between leaves one to be asked about."""
    originator = originator_id(refund.refund_id, int(refund.generation)) if step.means == "b2c" else None
    claimed = change_refund(
        refund.refund_id,
        [
            RefundItem.state.set("sending"),
            RefundItem.means.set(step.means),
            RefundItem.sent_at.set(now),
            RefundItem.asked.set(0),
            RefundItem.conversation_id.remove(),
            RefundItem.originator_conversation_id.set(originator)
            if originator
            else RefundItem.originator_conversation_id.remove(),
        ],
        (RefundItem.state == "due") & (RefundItem.tries == int(refund.tries)),
    )
    if claimed is None:
        return
    to = _addresses(claimed, "sent", callback_base)
    if step.means == "b2c":
        answer = initiator.pay_out(refund.phone_number, int(refund.amount), originator or "", to)
    else:
        answer = initiator.reverse(refund.receipt or "", int(refund.amount), to)
    logger.info("refund sent", extra={"refund_id": refund.refund_id, "means": step.means, "answer": str(answer)})
    match answer:
        case Taken():
            _accepted(claimed, answer)
        case Unanswered(detail):
            look_for(claimed, detail, now)
        case NotTaken(detail, again):
            apply_outcome(claimed, Later(detail) if again else Stop(detail))


def _accepted(refund: RefundItem, answer: Taken) -> None:
    actions: list[Action] = [RefundItem.state.set("accepted")]
    if answer.originator_conversation_id:
        actions.append(RefundItem.conversation_id.set(answer.conversation_id))
        actions.append(RefundItem.originator_conversation_id.set(answer.originator_conversation_id))
    change_refund(refund.refund_id, actions, RefundItem.state == "sending")


def _ask(refund: RefundItem, initiator: Initiator, callback_base: str, now: int) -> None:
    """Asks after our request where its id is known, else after the payment that it was to reverse."""
    asked = int(refund.asked)
    claimed = change_refund(
        refund.refund_id,
        [
            RefundItem.asked.set(asked + 1),
            RefundItem.next_at.set(now + pause(settings().refund_delays_seconds, asked + 1)),
        ],
        (RefundItem.state == "unknown") & (RefundItem.asked == asked),
    )
    if claimed is None:
        return
    conversation = refund.originator_conversation_id or ""
    to = _addresses(refund, "conversation" if conversation else "receipt", callback_base)
    receipt = "" if conversation else refund.receipt or ""
    answer = initiator.ask(to, conversation=conversation, receipt=receipt)
    logger.info("asked after a refund", extra={"refund_id": refund.refund_id, "answer": str(answer)})
