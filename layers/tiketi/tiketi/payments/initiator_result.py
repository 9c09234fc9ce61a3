"""The Result of a reversal, of a B2C payment or of a Transaction Status: what its body says. Pure.

`ResultParameter` may be one object where several would be a list, a value may be missing, and codes come as numbers
and as text.
"""

import json
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from tiketi.errors import Refusal

_AMOUNT = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class InitiatorResult:
    code: str
    description: str
    conversation_id: str
    originator_conversation_id: str
    transaction_id: str
    parameters: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def fee(self) -> int:
        """Whole KES that M-PESA took, rounded up; 0 when it does not say."""
        said = self.parameters.get("Charge") or self.parameters.get("DebitPartyCharges", "").rpartition("|")[2]
        found = _AMOUNT.search(said)
        return math.ceil(Decimal(found[0])) if found else 0


def read_result(body: str) -> InitiatorResult:
    """Raises Refusal `broken_json` or `not_a_result`."""
    try:
        data = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refusal("broken_json", detail="it cannot be read") from error
    result = cast(dict[str, Any], data).get("Result") if isinstance(data, dict) else None
    if not isinstance(result, dict) or "ResultCode" not in result:
        raise Refusal("not_a_result")
    fields = cast(dict[str, Any], result)
    return InitiatorResult(
        code=_text(fields["ResultCode"]),
        description=_text(fields.get("ResultDesc")),
        conversation_id=_text(fields.get("ConversationID")),
        originator_conversation_id=_text(fields.get("OriginatorConversationID")),
        transaction_id=_text(fields.get("TransactionID")),
        parameters=_parameters(fields.get("ResultParameters")),
    )


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value)[:200].encode("utf-8", "replace").decode()


def _parameters(value: Any) -> dict[str, str]:
    """By key; of a key that comes twice the first."""
    listed = cast(dict[str, Any], value).get("ResultParameter") if isinstance(value, dict) else None
    found: dict[str, str] = {}
    for each in cast(list[Any], listed) if isinstance(listed, list) else [listed]:
        if isinstance(each, dict):
            entry = cast(dict[str, Any], each)
            found.setdefault(_text(entry.get("Key")), _text(entry.get("Value")))
    return found
