"""What reversals, B2C payments and status questions must carry to be taken, and how they end."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from local.daraja import msisdn
from local.daraja.answers import Refused, invalid
from local.daraja.ledger import Entry
from local.daraja.push_rules import check_amount, check_url
from local.daraja.security_credential import CredentialKey
from local.daraja.settings import Credentials

REVERSAL_IDENTIFIER = "11"
SHORT_CODE_IDENTIFIER = "4"
B2C_COMMANDS = ("BusinessPayment", "SalaryPayment", "PromotionPayment")
ALREADY_REVERSED = ("R000001", "The transaction has already been reversed.")
UNKNOWN_ORIGINAL = ("R000002", "The OriginalTransactionID is invalid.")
WRONG_INITIATOR = ("2001", "The initiator information is invalid.")
SUCCESS = ("0", "The service request is processed successfully.")


@dataclass(frozen=True)
class Order:
    """What an initiator asked for. Amount in whole KES; 0 where none is asked."""

    result_url: str
    timeout_url: str
    receipt: str = ""
    amount: int = 0
    phone: str = ""
    originator_conversation_id: str = ""


def check_reversal(body: Mapping[str, object], credentials: Credentials) -> Order:
    """Raises Refused. The misspelt RecieverIdentifierType is Safaricom's."""
    _check_command(body, ("TransactionReversal",))
    if _text(body, "RecieverIdentifierType") != REVERSAL_IDENTIFIER:
        raise Refused(invalid("RecieverIdentifierType"))
    if _text(body, "ReceiverParty") != credentials.short_code:
        raise Refused(invalid("ReceiverParty"))
    return Order(
        *_urls(body), receipt=_required(body, "TransactionID"), amount=check_amount(_number(body.get("Amount")))
    )


def check_b2c(body: Mapping[str, object]) -> Order:
    """Raises Refused. The caller chooses OriginatorConversationID; a short code is not compared: B2C has its own."""
    _check_command(body, B2C_COMMANDS)
    if not msisdn.is_strict(_text(body, "PartyB")):
        raise Refused(invalid("PartyB"))
    if not _text(body, "PartyA").isdigit():
        raise Refused(invalid("PartyA"))
    return Order(
        *_urls(body),
        amount=check_amount(_number(body.get("Amount"))),
        phone=_text(body, "PartyB"),
        originator_conversation_id=_required(body, "OriginatorConversationID"),
    )


def check_status(body: Mapping[str, object], credentials: Credentials) -> Order:
    """Raises Refused. By receipt, or by the id of a conversation under either of its documented names."""
    _check_command(body, ("TransactionStatusQuery",))
    if _text(body, "PartyA") != credentials.short_code:
        raise Refused(invalid("PartyA"))
    if _text(body, "IdentifierType") != SHORT_CODE_IDENTIFIER:
        raise Refused(invalid("IdentifierType"))
    conversation = _text(body, "OriginalConversationID") or _text(body, "OriginatorConversationID")
    receipt = _text(body, "TransactionID")
    if not (receipt or conversation):
        raise Refused(invalid("TransactionID"))
    return Order(*_urls(body), receipt=receipt, originator_conversation_id=conversation)


def knows_the_initiator(
    body: Mapping[str, object], name_field: str, credentials: Credentials, key: CredentialKey | None
) -> bool:
    """A wrong initiator is found out only in the Result (2001). Without a key, any base64 passes for a credential."""
    credential = _text(body, "SecurityCredential")
    is_right = _is_base64(credential) if key is None else key.holds(credential, credentials.initiator_password)
    return is_right and _text(body, name_field) == credentials.initiator_name


def reversal_end(entry: Entry | None, amount: int) -> tuple[str, str]:
    """Code and words. Nobody documented a partial reversal: any other amount than the original is refused."""
    if entry is None or entry.kind != "payment" or entry.amount != amount:
        return UNKNOWN_ORIGINAL
    return ALREADY_REVERSED if entry.reversed_by is not None else SUCCESS


def _is_base64(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) > 0
    except (binascii.Error, ValueError):
        return False


def _check_command(body: Mapping[str, object], commands: tuple[str, ...]) -> None:
    if _text(body, "CommandID") not in commands:
        raise Refused(invalid("CommandID"))
    if not 2 <= len(_text(body, "Remarks")) <= 100:
        raise Refused(invalid("Remarks"))


def _urls(body: Mapping[str, object]) -> tuple[str, str]:
    result_url = check_url(body.get("ResultURL"), "ResultURL")
    return result_url, check_url(body.get("QueueTimeOutURL"), "QueueTimeOutURL")


def _required(body: Mapping[str, object], field: str) -> str:
    text = _text(body, field)
    if not text:
        raise Refused(invalid(field))
    return text


def _number(value: object) -> object:
    """Here `500.00` passes for 500: the reversal's own documentation shows cents."""
    return value.removesuffix(".00") if isinstance(value, str) else value


def _text(body: Mapping[str, object], field: str) -> str:
    value = body.get(field)
    return value if isinstance(value, str) else str(value) if type(value) is int else ""
