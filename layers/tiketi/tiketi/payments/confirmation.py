"""A C2B confirmation: what its body says, and what that means for a payment. Pure.

M-PESA sends one for all money that reaches the short code, by a prompt or by hand, once its address is registered; all
its values are text. It is the only word of a payment whose push was not answered and whose callback was lost.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from tiketi.errors import Refusal
from tiketi.payments.callback import Contradiction, Paid, is_receipt, read_amount, whole_kes
from tiketi.payments.items import PaymentItem

_REFERENCE = re.compile(r"T[0-9A-Z]{11}")


@dataclass(frozen=True)
class Confirmation:
    receipt: str
    amount: int
    """Whole KES."""
    reference: str
    """An order's account reference; empty where the customer typed something that is none."""


def read_confirmation(body: str) -> Confirmation:
    """Raises Refusal `broken_json` or `not_a_confirmation`."""
    try:
        data = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refusal("broken_json", detail="it cannot be read") from error
    fields = cast(dict[str, Any], data) if isinstance(data, dict) else {}
    receipt = str(fields.get("TransID") or "").strip().upper()
    paid = read_amount(fields.get("TransAmount"))
    amount = whole_kes(paid) if paid is not None else 0
    if not is_receipt(receipt) or not amount:
        raise Refusal("not_a_confirmation")
    reference = re.sub(r"[\s-]", "", str(fields.get("BillRefNumber") or "")).upper()
    return Confirmation(receipt, amount, reference if _REFERENCE.fullmatch(reference) else "")


def judge_confirmation(payment: PaymentItem, receipt: str, amount: int) -> Paid | Contradiction:
    """What money that came with a payment's own account reference means for it."""
    if amount != int(payment.amount):
        why = f"KES {amount} were confirmed by {receipt}, KES {int(payment.amount)} were asked"
        return Contradiction(why, receipt, amount)
    return Paid(receipt)
