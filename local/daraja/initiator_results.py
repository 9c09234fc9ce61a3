"""The asynchronous Result of a reversal, a B2C payment or a status question."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from local.daraja import nairobi
from local.daraja.ledger import Entry

Parameters = Mapping[str, object]


@dataclass(frozen=True)
class Conversation:
    originator_conversation_id: str
    conversation_id: str
    transaction_id: str


def result_body(conversation: Conversation, code: str, words: str, parameters: Parameters, single: bool = False) -> str:
    """JSON text. With `single`, one parameter stands as an object where several would be a list."""
    listed = [{"Key": key, "Value": value} for key, value in parameters.items()]
    result: dict[str, object] = {
        "ResultType": 0,
        "ResultCode": int(code) if code.isdigit() else code,
        "ResultDesc": words,
        "OriginatorConversationID": conversation.originator_conversation_id,
        "ConversationID": conversation.conversation_id,
        "TransactionID": conversation.transaction_id,
    }
    if listed:
        result["ResultParameters"] = {"ResultParameter": listed[0] if single else listed}
    reference = {"Key": "QueueTimeoutURL", "Value": "https://internalapi.safaricom.co.ke/mpesa/results/v1/submit"}
    result["ReferenceData"] = {"ReferenceItem": reference}
    return json.dumps({"Result": result})


def timeout_body(conversation: Conversation) -> str:
    """What QueueTimeOutURL gets: the outcome is unknown, not a failure."""
    return result_body(conversation, "1", "The service request timed out in the queue.", {})


def reversal_parameters(original: Entry, business: str, moment: datetime) -> Parameters:
    return {
        "DebitAccountBalance": "Utility Account|KES|51661.00|51661.00|0.00|0.00",
        "Amount": original.amount,
        "TransCompletedTime": int(nairobi.fourteen_digits(moment)),
        "OriginalTransactionID": original.receipt,
        "Charge": 0,
        "CreditPartyPublicName": f"{original.phone} - WANJIKU KAMAU",
        "DebitPartyPublicName": business,
    }


def b2c_parameters(receipt: str, amount: int, phone: str, moment: datetime) -> Parameters:
    return {
        "TransactionAmount": amount,
        "TransactionReceipt": receipt,
        "B2CRecipientIsRegisteredCustomer": "Y",
        "B2CChargesPaidAccountAvailableFunds": 0.0,
        "ReceiverPartyPublicName": f"{phone} - WANJIKU KAMAU",
        "TransactionCompletedDateTime": f"{moment.astimezone(nairobi.EAST_AFRICA_TIME):%d.%m.%Y %H:%M:%S}",
        "B2CUtilityAccountAvailableFunds": 1_000_000.0,
        "B2CWorkingAccountAvailableFunds": 0.0,
    }


def status_parameters(entry: Entry, business: str) -> Parameters:
    at = int(nairobi.fourteen_digits(entry.at))
    customer = f"{entry.phone} - WANJIKU KAMAU"
    from_customer = entry.kind == "payment"
    return {
        "ReceiptNo": entry.receipt,
        "TransactionStatus": "Completed",
        "Amount": entry.amount,
        "InitiatedTime": at,
        "FinalisedTime": at,
        "DebitPartyName": customer if from_customer else business,
        "CreditPartyName": business if from_customer else customer,
        "DebitPartyCharges": "",
        "ReasonType": "Pay Bill Online" if from_customer else "Business Payment to Customer via API",
        "TransactionReason": "",
        "ConversationID": entry.conversation_id,
        "OriginatorConversationID": entry.originator_conversation_id,
        "DebitAccountType": "MMF Account For Customer" if from_customer else "Utility Account",
    }
