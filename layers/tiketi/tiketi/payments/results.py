"""What M-PESA's result codes mean, as far as Safaricom documents them or integrators have seen them.

A code is a string here: it is a number in a callback, text in a query, and may be alphanumeric. The text that
comes with it is no contract, it differs between callback and query for the same code.
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    PAID = "paid"
    FINAL = "final"
    """Failed for good; the customer may try again at once."""
    SOFT = "soft"
    """Nobody answered on the phone. Money may still come, so stock goes back only when its hold lapses."""
    PENDING = "pending"
    UNKNOWN = "unknown"
    """Not in any list: neither paid nor failed until somebody has looked."""


class Result(NamedTuple):
    kind: Kind
    reason: str
    """A key of `reasons.REASONS`."""
    alert: bool = False
    """Our own configuration or account is at fault, not the customer."""


_FINAL = {
    "1": "insufficient_funds",
    "2": "amount_refused",
    "3": "amount_refused",
    "4": "daily_limit_reached",
    "11": "account_inactive",
    "17": "too_soon_after_another",
    "26": "mpesa_busy",
    "1001": "mpesa_subscriber_busy",
    "1025": "mpesa_busy",
    "1031": "cancelled_by_customer",
    "1032": "cancelled_by_customer",
    "1101": "mpesa_unavailable",
    "1102": "mpesa_unavailable",
    "2001": "wrong_pin",
    "2006": "account_inactive",
    "2008": "wrong_pin",
    "2026": "wrong_pin",
    "2040": "not_an_mpesa_customer",
    "8006": "account_locked",
    "9999": "mpesa_busy",
    "E3008": "account_inactive",
}
_SOFT = {"1019": "no_answer", "1034": "no_answer", "1036": "no_answer", "1037": "no_answer"}
_ALERT = {"8", "15", "21", "2028", "SFC_IC0003", "SFC_J_C0003"}
_OUR_BUG = {"2", "1101", "1102"}


def result_of(code: str) -> Result:
    if code == "0":
        return Result(Kind.PAID, "")
    if code == "4999":
        return Result(Kind.PENDING, "")
    if code in _FINAL:
        return Result(Kind.FINAL, _FINAL[code], alert=code in _OUR_BUG)
    if code in _SOFT:
        return Result(Kind.SOFT, _SOFT[code])
    if code in _ALERT:
        return Result(Kind.FINAL, "mpesa_unavailable", alert=True)
    return Result(Kind.UNKNOWN, "")
