"""Until when an order waits for its money. Pure.

The payment's own deadline is the only one that counts: whoever would release stock looks at the payment first. An entry
of stock only says from when on somebody has to look, which may be before that deadline and is never after it.
"""

from tiketi.clock import parse
from tiketi.payments.items import PaymentItem
from tiketi.settings import settings

WORKING_SECONDS = 35
"""The function's own time limit and a little more: after that, whoever took the request has certainly ended."""


def with_a_prompt(payment: PaymentItem, now: int) -> int:
    """A prompt that is on the phone by now can be answered to its end, provided the order has not waited too long."""
    return max(int(payment.expires_at), min(now + settings().prompt_seconds, latest(payment)))


def latest(payment: PaymentItem) -> int:
    """No order waits longer, however late its prompt came."""
    return int(parse(payment.created_at).timestamp()) + settings().hold_seconds + settings().prompt_seconds
