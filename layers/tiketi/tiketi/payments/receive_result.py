"""Takes the Result of a refund in: keeps it as it came, then lets it move that refund on, and nothing else."""

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.payments.initiator_result import InitiatorResult, read_result
from tiketi.payments.outcomes import put_to_review
from tiketi.payments.refund_items import RefundItem, find_refund, keep_result
from tiketi.payments.refund_queue import RefundQueue
from tiketi.payments.refund_rules import Back, NotKnown, Outcome, outcome_of_asking, outcome_of_sending
from tiketi.payments.refund_token import Purpose, is_of_present_try, purpose_of, refund_id_in
from tiketi.payments.refunds import apply_outcome


def receive_result(token: str, body: str, source_ip: str, queue: RefundQueue) -> None:
    """Raises Refusal `not_found` for a token that is not a refund's; `broken_json` or `not_a_result` for a body that
    says nothing, which is kept all the same."""
    refund, purpose = _refund_of(token)
    keep_result(refund, purpose, body, source_ip)
    result = read_result(body)
    logger.info(
        "result of a refund",
        extra={"refund_id": refund.refund_id, "of": purpose, "code": result.code, "says": result.description},
    )
    if _is_of_another(refund, purpose, result):
        put_to_review(refund.order_id, f"a result for refund {refund.what} names another conversation")
        return
    outcome = _outcome(refund, purpose, result)
    if refund.state == "refunded":
        _compare(refund, outcome)
        return
    if not is_of_present_try(token, refund) and not isinstance(outcome, Back):
        logger.info("the result is of an earlier try", extra={"refund_id": refund.refund_id})
        return
    apply_outcome(refund, outcome)
    queue.advance_once(refund.refund_id)


def receive_timeout(token: str, body: str, source_ip: str, queue: RefundQueue) -> None:
    """M-PESA's queue gave up on our request: nobody knows how it ended. Raises as `receive_result`."""
    refund, purpose = _refund_of(token)
    keep_result(refund, purpose, body, source_ip)
    logger.warning("M-PESA timed out on a refund", extra={"refund_id": refund.refund_id, "of": purpose})
    if purpose == "sent" and is_of_present_try(token, refund):
        apply_outcome(refund, NotKnown("M-PESA's queue timed out"))
        queue.advance_once(refund.refund_id)


def _refund_of(token: str) -> tuple[RefundItem, Purpose]:
    refund_id = refund_id_in(token)
    refund = find_refund(refund_id) if refund_id else None
    purpose = purpose_of(token, refund) if refund else None
    if refund is None or purpose is None:
        raise Refusal("not_found")
    return refund, purpose


def _is_of_another(refund: RefundItem, purpose: Purpose, result: InitiatorResult) -> bool:
    """A B2C payment carries the id that we chose, whichever try it is of; a reversal's is M-PESA's own."""
    told = result.originator_conversation_id
    known = refund.originator_conversation_id
    return purpose == "sent" and refund.means == "b2c" and bool(known and told) and known != told


def _outcome(refund: RefundItem, purpose: Purpose, result: InitiatorResult) -> Outcome:
    if purpose == "sent":
        return outcome_of_sending(result.code, result.description, result.transaction_id, result.fee)
    age = clock.epoch_now() - int(refund.sent_at)
    receipt = result.parameters.get("ReceiptNo", "") or result.transaction_id
    return outcome_of_asking(purpose, result.code, result.parameters.get("TransactionStatus", ""), receipt, age)


def _compare(refund: RefundItem, outcome: Outcome) -> None:
    """Money that an operator sent by hand, and M-PESA as well, has gone back twice."""
    if refund.means == "manual" and isinstance(outcome, Back):
        put_to_review(refund.order_id, f"refund {refund.what} was settled by hand, and M-PESA has paid it back too")
