"""The body of an STK callback, true or bent on purpose."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from local.daraja import msisdn, nairobi
from local.daraja.plans import CallbackPlan
from local.daraja.results import Result, result

_AMOUNT_MARK: Final = "\x00amount\x00"
_BALANCE_TEXT: Final = "{{Amount={{CurrencyCode=KES, MinimumAmount={cents}, BasicAmount={amount}}}}}"


@dataclass(frozen=True)
class Outcome:
    """What there is to tell about a payment. Amount in whole KES."""

    merchant_request_id: str
    checkout_request_id: str
    result: Result
    amount: int
    receipt: str | None
    phone: str
    settled: datetime


def callback_body(outcome: Outcome, plan: CallbackPlan) -> str:
    """JSON text. Numbers are those of Safaricom's samples: `Amount` with two decimals, date and phone as integers.

    A failure has no CallbackMetadata at all.
    """
    told = result(plan.result_code, plan.result_desc) if plan.result_code is not None else outcome.result
    callback: dict[str, object] = {
        "MerchantRequestID": plan.merchant_request_id or outcome.merchant_request_id,
        "CheckoutRequestID": plan.checkout_request_id or outcome.checkout_request_id,
        "ResultCode": _code(told.code, plan.string_result_code),
        "ResultDesc": plan.result_desc or told.callback_text,
    }
    if told.is_paid:
        callback["CallbackMetadata"] = {"Item": _items(outcome, plan)}
    amount = f"{plan.amount if plan.amount is not None else Decimal(outcome.amount):.2f}"
    text = json.dumps({"Body": {"stkCallback": callback}})
    return text.replace(json.dumps(_AMOUNT_MARK), amount)


def _code(code: str, as_string: bool) -> int | str:
    return int(code) if code.isdigit() and not as_string else code


def _items(outcome: Outcome, plan: CallbackPlan) -> list[dict[str, object]]:
    settled = outcome.settled.astimezone(nairobi.EAST_AFRICA_TIME)
    values: dict[str, object] = {
        "Amount": _AMOUNT_MARK,
        "MpesaReceiptNumber": plan.receipt or outcome.receipt or "",
        "Balance": _balance(outcome, plan),
        "TransactionDate": f"{settled:%Y-%m-%d %H:%M:%S}" if plan.date_as_text else int(f"{settled:%Y%m%d%H%M%S}"),
        "PhoneNumber": msisdn.mask(outcome.phone) if plan.masked_phone else int(outcome.phone),
    }
    left_out = {*plan.missing, *(["Balance"] if plan.balance == "absent" else [])}
    items = [_item(name, value) for name, value in values.items() if name not in left_out]
    return items[::-1] if plan.shuffled else items


def _item(name: str, value: object) -> dict[str, object]:
    return {"Name": name} if value is None else {"Name": name, "Value": value}


def _balance(outcome: Outcome, plan: CallbackPlan) -> str | None:
    if plan.balance != "text":
        return None
    return _BALANCE_TEXT.format(cents=outcome.amount * 100, amount=f"{outcome.amount:.2f}")
