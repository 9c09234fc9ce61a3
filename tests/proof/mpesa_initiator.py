"""M-PESA as it sends money back: what really went to whom, whatever the system was told of it."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.proof.cloud import Cloud
from tiketi.payments.initiator import Acknowledgement, Addresses, Taken, Unanswered

Fate = Literal["told", "lost", "twice", "timed out", "poor", "locked"]
"""What becomes of a request's result; `poor`: the account has too little, once; `locked`: so is our own operator."""
RESULT_AFTER_SECONDS = 4


@dataclass
class Request:
    number: int
    what: str
    subject: str
    """The receipt that is reversed, or the id of a payout."""
    amount: int
    code: str

    @property
    def reference(self) -> str:
        return f"BACK{self.number:06d}"

    @property
    def conversation(self) -> str:
        return f"originator-{self.number}"


class Mpesa:
    """In the place of the Initiator: carries out what it is asked, and posts the results later."""

    def __init__(self, cloud: Cloud, at: Callable[[int, Callable[[], object]], None]) -> None:
        self._cloud = cloud
        self._at = at
        self.requests: list[Request] = []
        self.fates: list[Fate] = []
        """What becomes of the next requests; after these everything is told."""
        self.returned: Counter[str] = Counter()
        """How often money went back, by receipt or by payout."""
        self.post: Callable[[str, str], object] = lambda url, body: None

    def reverse(self, receipt: str, amount: int, to: Addresses) -> Acknowledgement:
        return self._take("reversal", receipt, amount, to)

    def pay_out(self, phone_number: str, amount: int, originator: str, to: Addresses) -> Acknowledgement:
        return self._take("b2c", originator, amount, to)

    def ask(self, to: Addresses, *, conversation: str = "", receipt: str = "") -> Acknowledgement:
        def act() -> Acknowledgement:
            found = [each for each in self.requests if conversation in (each.conversation, each.subject)]
            if conversation:
                done = [each for each in found if each.code == "0"]
                reference = done[0].reference if done else ""
                told = {"TransactionStatus": "Completed", "ReceiptNo": reference} if done else {}
                code = "0" if done else "R000002"
            else:
                told, code = {"TransactionStatus": "Completed", "ReceiptNo": receipt}, "0"
            body = _result(code, "", told)
            self._at(RESULT_AFTER_SECONDS, lambda: self.post(to.result, body))
            return Taken("AG", "question")

        return self._cloud.step("Transaction Status", act, lambda: Unanswered("disturbed"))

    def _take(self, what: str, subject: str, amount: int, to: Addresses) -> Acknowledgement:
        def act() -> Acknowledgement:
            fate: Fate = self.fates.pop(0) if self.fates else "told"
            request = Request(len(self.requests) + 1, what, subject, amount, self._end(subject, fate))
            self.requests.append(request)
            if request.code == "0":
                self.returned[subject] += 1
            body = _result(request.code, request.reference, {"Charge": 0})
            if fate == "timed out":
                self._at(1, lambda: self.post(to.timeout, _result("1", "", {})))
            for number in range({"lost": 0, "twice": 2}.get(fate, 1)):
                self._at(RESULT_AFTER_SECONDS + number, lambda: self.post(to.result, body))
            return Taken("AG", request.conversation)

        return self._cloud.step(what, act, lambda: Unanswered("disturbed"))

    def _end(self, subject: str, fate: Fate) -> str:
        """M-PESA reverses a receipt once, and knows a payout again by its id."""
        if self.returned[subject]:
            return "R000001"
        return {"poor": "1", "locked": "2001"}.get(fate, "0")


def _result(code: str, reference: str, parameters: dict[str, Any]) -> str:
    listed = [{"Key": key, "Value": value} for key, value in parameters.items()]
    result = {
        "ResultType": 0,
        "ResultCode": int(code) if code.isdigit() else code,
        "ResultDesc": "-",
        "OriginatorConversationID": "",
        "ConversationID": hashlib.sha256(reference.encode()).hexdigest()[:8],
        "TransactionID": reference,
        "ResultParameters": {"ResultParameter": listed},
    }
    return json.dumps({"Result": result})
