"""An STK callback: what its body says, and what that means for a payment. Pure.

Its shape is `{"Body": {"stkCallback": {…}}}`. `CallbackMetadata` is there only on success; its items are read by
name, may be missing, and `PhoneNumber` may be masked, so nothing rests on it.
"""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from tiketi.errors import Refusal
from tiketi.payments.items import PaymentItem
from tiketi.payments.results import Kind, result_of

MOST_KES = 500_000
"""What an M-PESA wallet holds at most, by Safaricom's Daraja portal (2025): more than that is no amount."""

MOST_CHARACTERS = 20
"""Of a receipt; all that were seen have ten."""


@dataclass(frozen=True)
class StkCallback:
    merchant_request_id: str
    checkout_request_id: str
    result_code: str
    description: str
    amount: Decimal | None
    receipt: str


@dataclass(frozen=True)
class Paid:
    receipt: str


@dataclass(frozen=True)
class Failed:
    reason: str
    alert: bool


@dataclass(frozen=True)
class Contradiction:
    """The callback and the payment do not agree: a person decides, no ticket is issued for it.

    `receipt` and `amount` are there where money came all the same, and it is another amount than was asked. `why` then
    names the receipt: a person is asked about each, however much alike they are.
    """

    why: str
    receipt: str = ""
    amount: int = 0


@dataclass(frozen=True)
class Undecided:
    why: str


@dataclass(frozen=True)
class Unlisted:
    """Nobody knows what the result code means: something else may still decide, until the deadline."""

    why: str


Verdict = Paid | Failed | Contradiction | Undecided | Unlisted


def read_callback(body: str) -> StkCallback:
    """Raises Refusal `broken_json` or `not_a_callback`."""
    try:
        data = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refusal("broken_json", detail="it cannot be read") from error
    callback = _member(_member(data, "Body"), "stkCallback")
    if not isinstance(callback, dict) or "ResultCode" not in callback:
        raise Refusal("not_a_callback")
    fields = cast(dict[str, Any], callback)
    metadata = _metadata(fields)
    return StkCallback(
        merchant_request_id=_text(fields.get("MerchantRequestID")),
        checkout_request_id=_text(fields.get("CheckoutRequestID")),
        result_code=_text(fields["ResultCode"]),
        description=_text(fields.get("ResultDesc")),
        amount=read_amount(metadata.get("Amount")),
        receipt=_text(metadata.get("MpesaReceiptNumber")).strip().upper(),
    )


def _member(value: Any, name: str) -> Any:
    return cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None


def _text(value: Any) -> str:
    """A scalar as text that any store takes; anything nested is no answer."""
    return "" if value is None or isinstance(value, dict | list) else str(value).encode("utf-8", "replace").decode()


def _metadata(callback: dict[str, Any]) -> dict[str, Any]:
    items = _member(callback.get("CallbackMetadata"), "Item")
    found: dict[str, Any] = {}
    for item in cast(list[Any], items) if isinstance(items, list) else []:
        name = _member(item, "Name")
        if isinstance(name, str):
            found[name] = _member(item, "Value")
    return found


def read_amount(value: Any) -> Decimal | None:
    """An amount as M-PESA writes it, as a number or as text; None where it is neither."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def judge(payment: PaymentItem, callback: StkCallback) -> Verdict:
    """What a callback that came with the payment's own token means for it."""
    for known, told, name in (
        (payment.checkout_request_id, callback.checkout_request_id, "CheckoutRequestID"),
        (payment.merchant_request_id, callback.merchant_request_id, "MerchantRequestID"),
    ):
        if known and known != told:
            return Contradiction(f"the callback's {name} is not the payment's")
    result = result_of(callback.result_code)
    if result.kind is Kind.PAID:
        return _judge_paid(payment, callback)
    if result.kind in (Kind.FINAL, Kind.SOFT):
        if payment.status == "PAID":
            return Contradiction(f"result {callback.result_code} came after the payment was paid")
        return Failed(result.reason, result.alert)
    if result.kind is Kind.PENDING:
        return Undecided("M-PESA is still at work")
    why = unlisted(callback.result_code)
    return Contradiction(why) if payment.status == "PAID" else Unlisted(why)


def unlisted(code: str) -> str:
    """What a person reads about a result code that nobody knows."""
    return f"result code {code[:40]} is in no list"


def _judge_paid(payment: PaymentItem, callback: StkCallback) -> Verdict:
    if callback.amount is None:
        return Contradiction("a paid callback without an amount")
    if callback.amount != int(payment.amount):
        asked = f"KES {int(payment.amount)} were asked"
        amount = whole_kes(callback.amount) if is_receipt(callback.receipt) else 0
        if not amount:
            return Contradiction(f"KES {callback.amount} were paid, {asked}")
        return Contradiction(f"KES {amount} were paid by {callback.receipt}, {asked}", callback.receipt, amount)
    if not is_receipt(callback.receipt):
        return Contradiction("a paid callback without a receipt")
    return Paid(callback.receipt)


def is_receipt(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= MOST_CHARACTERS


def whole_kes(amount: Decimal) -> int:
    """An amount as M-PESA moves it, or 0: it knows no fraction of a shilling, and nothing above MOST_KES."""
    return int(amount) if 0 < amount <= MOST_KES and amount == amount.to_integral() else 0
