"""Until when an order waits for its money. Pure.

The payment's own deadline is the only one that counts: whoever would release stock looks at the payment first. An entry
of stock only says from when on somebody has to look, which may be before that deadline and is never after it.
"""

from tiketi.clock import parse
from tiketi.payments.items import PaymentItem
from tiketi.settings import settings

FUNCTION_SECONDS = 29
"""The function's own time limit, which is how long API Gateway waits."""
WORKING_SECONDS = FUNCTION_SECONDS + 6
"""After that, whoever took the request has certainly ended."""
AFTERWARDS_SECONDS = 4
"""What is kept for the writes after M-PESA has answered, and for the start of the function before the request."""


def with_a_prompt(payment: PaymentItem, now: int) -> int:
    """A prompt that is on the phone by now can be answered to its end, provided the order has not waited too long."""
    return max(int(payment.expires_at), min(now + settings().prompt_seconds, latest(payment)))


def left_for_mpesa(payment: PaymentItem, now: int) -> int:
    """Seconds that whoever works on the order may wait for M-PESA."""
    began = int(payment.working_until) - WORKING_SECONDS
    return began + FUNCTION_SECONDS - AFTERWARDS_SECONDS - now


def latest(payment: PaymentItem) -> int:
    """No order waits longer, however late its prompt came."""
    return int(parse(payment.created_at).timestamp()) + settings().hold_seconds + settings().prompt_seconds
