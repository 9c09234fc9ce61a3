"""How a payment ends: M-PESA's result codes and their words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """The words in the callback and in the query may differ for one code: the code is the contract."""

    code: str
    callback_text: str
    query_text: str

    @property
    def is_paid(self) -> bool:
        return self.code == "0"


_TEXTS: dict[str, str] = {
    "0": "The service request is processed successfully.",
    "1": "The balance is insufficient for the transaction.",
    "2": "Declined due to limit rule: less than the minimum transaction amount.",
    "3": "Declined due to limit rule: greater than the maximum transaction amount.",
    "4": "Declined due to limit rule: would exceed daily transfer limit.",
    "8": "Declined due to limit rule: would exceed the maximum balance.",
    "11": "The DebitParty is in an invalid state.",
    "15": "Duplicate OriginatorConversationID detected.",
    "17": "Rule limited.",
    "21": "The initiator is not allowed to initiate this request.",
    "26": "System busy. The service request is rejected.",
    "1001": "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    "1019": "Transaction has expired.",
    "1025": "An error occurred while sending a push request",
    "1031": "Request cancelled by user",
    "1032": "Request cancelled by user.",
    "1034": "MSISDN absent.",
    "1036": "SMSC ACK timeout.",
    "1037": "No response from user.",
    "1101": "The prompt message is too long, less than 94 characters are allowed.",
    "1102": "The prompt message is too long, less than 93 characters are allowed.",
    "2001": "The initiator information is invalid.",
    "2006": "The account status does not allow this transaction.",
    "2008": "Authentication failed.",
    "2026": "The channel session has expired.",
    "2028": "The request is not permitted according to product assignment.",
    "2040": "Credit Party customer type (Unregistered or Registered Customer) can't be supported by the service.",
    "8006": "The security credential is locked.",
    "9999": "Request failed: internal error while executing.",
    "SFC_IC0003": "The operator does not exist.",
    "SFC_J_C0003": "The operator does not exist.",
    "E3008": "Error, the user has a bad debt contract.",
}
_OTHER_TEXTS_IN_THE_QUERY = {"1037": "DS timeout user cannot be reached."}

KNOWN_CODES = tuple(_TEXTS)


def result(code: str, text: str | None = None) -> Result:
    """Any code can be asked for, also one that M-PESA never published."""
    words = text or _TEXTS.get(code, "Failed.")
    return Result(code, words, text or _OTHER_TEXTS_IN_THE_QUERY.get(code, words))


PAID = result("0")
INSUFFICIENT_FUNDS = result("1")
RULE_LIMITED = result("17")
CANCELLED = result("1032")
NO_ANSWER = result("1037")
WRONG_PIN = result("2001")
