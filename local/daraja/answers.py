"""What Daraja answers at once: JSON, its three error envelopes, and the answers that are not JSON at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from local.daraja import identifiers


@dataclass(frozen=True)
class Answer:
    """Status 0 stands for a connection that closes without an answer."""

    status: int
    text: str
    content_type: str = "application/json"

    @property
    def is_dropped(self) -> bool:
        return self.status == 0


@dataclass(frozen=True)
class Refusal:
    """Daraja's own error envelope. One code carries several meanings: the message tells which."""

    status: int
    code: str
    message: str

    @property
    def answer(self) -> Answer:
        body = {"requestId": identifiers.request_id(), "errorCode": self.code, "errorMessage": self.message}
        return as_json(body, self.status)


class Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def as_json(body: Mapping[str, object], status: int = 200) -> Answer:
    return Answer(status, json.dumps(body))


def invalid(field: str) -> Refusal:
    return Refusal(400, "400.002.02", f"Bad Request - Invalid {field}")


INVALID_PAYLOAD = Refusal(400, "400.002.05", "Invalid Request Payload")
INVALID_ACCESS_TOKEN = Refusal(404, "404.001.03", "Invalid Access Token")
INVALID_ACCESS_TOKEN_B2C = Refusal(401, "401.002.01", "Error Occurred - Invalid Access Token")
INVALID_ACCESS_TOKEN_C2B = Refusal(400, "400.003.01", "Invalid Access Token")
INVALID_AUTHENTICATOR = Refusal(404, "404.001.04", "Invalid Authenticator Header")
INVALID_AUTHENTICATION = Refusal(400, "400.008.01", "Invalid Authentication passed")
INVALID_GRANT_TYPE = Refusal(400, "400.008.02", "Invalid grant type passed")
RESOURCE_NOT_FOUND = Refusal(404, "404.001.01", "Resource not found")
METHOD_NOT_ALLOWED = Refusal(405, "405.001", "Method Not Allowed")
MERCHANT_DOES_NOT_EXIST = Refusal(500, "500.001.1001", "Merchant does not exist")
WRONG_CREDENTIALS = Refusal(500, "500.001.1001", "[MerchantValidate] - Wrong credentials")
SUBSCRIBER_LOCKED = Refusal(
    500,
    "500.001.1001",
    "[STK] - Unable to lock subscriber, a transaction is already in process for the current subscriber",
)
BEING_PROCESSED = Refusal(500, "500.001.1001", "The transaction is being processed")
DOES_NOT_EXIST = Refusal(500, "500.001.1001", "The transaction does not Exist")
INTERNAL_SERVER_ERROR = Refusal(500, "500.003.01", "Internal Server Error")
SYSTEM_BUSY = Refusal(500, "500.003.02", "System is busy. Please try again in few minutes")
SPIKE_ARREST = Refusal(500, "500.003.02", "Error Occurred: Spike Arrest Violation")
QUOTA_VIOLATION = Refusal(500, "500.003.03", "Quota Violation")
DUPLICATE_CONVERSATION = Refusal(500, "500.002.1001", "Duplicate OriginatorConversationID.")
URLS_ALREADY_REGISTERED = Refusal(500, "500.003.1001", "Urls are already registered")
EMPTY_ERROR_WITH_STATUS_200 = Refusal(200, "500.001.1001", "")

DROPPED = Answer(0, "")
EMPTY_400 = Answer(400, "", "text/plain")
GARBAGE = Answer(200, "<?xml version='1.0'?><unexpected/>", "text/xml")
INCAPSULA_403 = Answer(
    403,
    '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body>'
    "<iframe>Request unsuccessful. Incapsula incident ID: 1219000180-77482158342185</iframe></body></html>",
    "text/html",
)


def too_many_requests(per_minute: float = 5) -> Answer:
    """The gateway in front of Daraja (Apigee) answers in an envelope of its own."""
    rate = f"MessageRate{{messagesPerPeriod={per_minute:g}, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}}"
    detail = {"errorcode": "policies.ratelimit.SpikeArrestViolation"}
    fault = {"faultstring": f"Spike arrest violation. Allowed rate : {rate}", "detail": detail}
    return as_json({"fault": fault}, 429)
