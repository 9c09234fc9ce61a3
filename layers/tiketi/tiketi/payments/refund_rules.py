"""What is to be done next about a refund, and what M-PESA's words about it mean. Pure.

Money goes back once: nothing is sent while it is unknown whether an earlier request was carried out. Times are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tiketi.payments.refund_items import RefundItem

State = Literal["due", "sending", "accepted", "unknown", "manual", "refunded"]
Means = Literal["reversal", "b2c", "manual"]

WORKING_SECONDS = 90
"""The function's own time limit and a little more: after that, whoever claimed the refund has certainly ended."""
RESULT_SECONDS = 120
"""A result that has not come by then has to be asked for."""
RECEIPT_SECONDS = 3600
"""So long a refund waits for the receipt of a payment that is known by a query only."""
SETTLED_SECONDS = 600
"""Only so long after a request is M-PESA's word believed that there was none."""
MOST_TRIES = 8
MOST_QUESTIONS = 8
B2C_LEAST_KES = 10
"""M-PESA pays out no less."""


@dataclass(frozen=True)
class Wait:
    seconds: int


@dataclass(frozen=True)
class Send:
    means: Literal["reversal", "b2c"]


@dataclass(frozen=True)
class LookFor:
    """The outcome of what was sent is not known: it has to be asked for."""


@dataclass(frozen=True)
class Ask:
    pass


@dataclass(frozen=True)
class HandOver:
    """A person has to do it; `why` is for him."""

    why: str


@dataclass(frozen=True)
class Finish:
    """The money is back: the ledger and the order have to know."""


@dataclass(frozen=True)
class Nothing:
    pass


Step = Wait | Send | LookFor | Ask | HandOver | Finish | Nothing


def next_step(refund: RefundItem, now: int, *, initiator: bool, b2c: bool) -> Step:
    """`initiator` and `b2c`: whether there is an API operator, and a short code that pays out."""
    match refund.state:
        case "refunded":
            return Finish() if refund.gsi1_pk else Nothing()
        case "manual":
            return Nothing()
        case "sending":
            end = int(refund.sent_at) + WORKING_SECONDS
            return Wait(end - now) if now < end else LookFor()
        case "accepted":
            end = int(refund.sent_at) + RESULT_SECONDS
            return Wait(end - now) if now < end else LookFor()
        case "unknown":
            return _ask(refund, now)
        case _:
            return _send(refund, now, initiator, b2c)


def _ask(refund: RefundItem, now: int) -> Step:
    if now < int(refund.next_at):
        return Wait(int(refund.next_at) - now)
    if int(refund.asked) >= MOST_QUESTIONS:
        return HandOver("M-PESA does not say whether it was paid back: look it up in the portal before anything else")
    return Ask()


def _send(refund: RefundItem, now: int, initiator: bool, b2c: bool) -> Step:
    if not initiator:
        return HandOver("no API operator is configured: send it back in the portal")
    if now < int(refund.next_at):
        return Wait(int(refund.next_at) - now)
    if int(refund.tries) >= MOST_TRIES:
        return HandOver(f"M-PESA has refused it {MOST_TRIES} times: {refund.detail}")
    whole = int(refund.amount) == int(refund.paid)
    if whole and refund.receipt:
        return Send("reversal")
    waited = now - int(refund.opened_at)
    if whole and waited < RECEIPT_SECONDS:
        return Wait(RECEIPT_SECONDS - waited)
    if b2c and int(refund.amount) >= B2C_LEAST_KES:
        return Send("b2c")
    return HandOver("a part of a payment is paid back by hand" if not whole else "its receipt is not known")


def pause(delays: Sequence[int], times: int) -> int:
    return delays[min(times, len(delays) - 1)]


@dataclass(frozen=True)
class Back:
    """The money is with the customer again."""

    reference: str
    fee: int = 0


@dataclass(frozen=True)
class Later:
    """M-PESA did nothing, and may be asked again."""

    why: str
    failed: bool = False
    """It was begun and has failed: the next try is another request, which M-PESA must not take for this one."""


@dataclass(frozen=True)
class ByHand:
    """M-PESA did nothing, and will not do it."""

    why: str


@dataclass(frozen=True)
class Stop:
    """M-PESA did nothing because our own operator or account is at fault: every other refund would fare the same, and
    each try may lock him."""

    why: str
    asking: bool = False
    """It was a question that was refused: nothing is said about the request that it was about."""


@dataclass(frozen=True)
class NotKnown:
    why: str


Outcome = Back | Later | ByHand | Stop | NotKnown

ALREADY_REVERSED = "R000001"
UNKNOWN_TRANSACTION = "R000002"
_LATER = {"1", "26", "17"}
"""Too little on the utility account; busy; the same amount to the same customer within two minutes."""
_STOP = {"2001", "8006", "21", "18", "20", "22"}
"""The initiator is unknown, locked or may not do this: more calls would lock him."""
_FINAL = {"2", "3", "4", "8", "11", "2006", "2028", "2040", "24", "25", "29", "SFC_IC0003", UNKNOWN_TRANSACTION}


def outcome_of_sending(code: str, words: str, transaction_id: str, fee: int) -> Outcome:
    """What the result of a reversal or of a B2C payment says."""
    if code == "0":
        return Back(transaction_id, fee)
    if code == ALREADY_REVERSED:
        return Back(transaction_id)
    said = f"{code} {words}".strip()
    if code in _LATER:
        return Later(said, failed=True)
    if code in _STOP:
        return Stop(said)
    return ByHand(said) if code in _FINAL else NotKnown(said)


AskedBy = Literal["conversation", "receipt"]
"""What a Transaction Status asked for: our request itself, or the payment that it was to reverse."""


def outcome_of_asking(asked_by: AskedBy, code: str, status: str, receipt: str, age: int) -> Outcome:
    """What the result of a Transaction Status says about a refund that was sent `age` seconds ago.

    A payment that is still `Completed` has not been reversed; a request that M-PESA does not know was not made. Either
    is believed only when the request is old enough not to be under way any more.
    """
    said = f"{code} {status}".strip()
    state = status.lower()
    if code in _STOP:
        return Stop(said, asking=True)
    if code == "0" and (("revers" in state) if asked_by == "receipt" else state == "completed"):
        return Back(receipt)
    undone = (code == "0" and state == "completed") if asked_by == "receipt" else code == UNKNOWN_TRANSACTION
    failed = asked_by == "conversation" and code == "0" and state in ("failed", "declined", "cancelled", "expired")
    if (undone or failed) and age >= SETTLED_SECONDS:
        return Later(f"M-PESA says that it was not done: {said}", failed=failed)
    return NotKnown(said)
