"""SMS by Africa's Talking: its bulk messaging API, version 1."""

from typing import Any

import requests

from tiketi.delivery.outcomes import Failed, Outcome, Refused, Sent, Unknown
from tiketi.payments.daraja import never_sent

TAKEN = frozenset({100, 101, 102})
"""Processed, sent, queued."""
REFUSED_ADDRESS = frozenset({403, 404, 406, 409})
"""Not a phone number, a type of number it does not serve, on its blacklist, wants no messages."""
FAILED = frozenset({401, 402, 405, 407, 501, 502})
"""On hold, a wrong sender, no balance, no route, a gateway that failed or refused: a person or time sets it right."""

TIMEOUT = (3, 10)
"""Seconds to connect, and to wait for an answer."""


class AfricasTalking:
    def __init__(self, base_url: str, username: str, api_key: str, sender_id: str) -> None:
        self._url = f"{base_url.rstrip('/')}/version1/messaging"
        self._username = username
        self._api_key = api_key
        self._sender_id = sender_id

    def send(self, phone_number: str, text: str) -> Outcome:
        form = {"username": self._username, "to": f"+{phone_number}", "message": text}
        if self._sender_id:
            form["from"] = self._sender_id
        headers = {"apiKey": self._api_key, "Accept": "application/json"}
        try:
            answer = requests.post(self._url, data=form, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return Failed(type(error).__name__) if never_sent(error) else Unknown(type(error).__name__)
        return _outcome(answer)


def _outcome(answer: requests.Response) -> Outcome:
    if answer.status_code in (429, 503) or 300 <= answer.status_code < 500:
        return Failed(f"HTTP {answer.status_code}")
    if answer.status_code >= 500:
        return Unknown(f"HTTP {answer.status_code}")
    try:
        data: dict[str, Any] = answer.json()["SMSMessageData"]
        recipients: list[dict[str, Any]] = data["Recipients"]
        if not recipients:
            return Failed(str(data.get("Message", ""))[:100])
        code = int(recipients[0]["statusCode"])
        return _outcome_of_code(code, str(recipients[0].get("messageId", "")))
    except (ValueError, KeyError, TypeError, IndexError):
        return Unknown(f"HTTP {answer.status_code}, and an answer of another shape")


def _outcome_of_code(code: int, reference: str) -> Outcome:
    if code in TAKEN:
        return Sent(reference)
    if code in REFUSED_ADDRESS:
        return Refused(f"status {code}")
    return Failed(f"status {code}") if code in FAILED else Unknown(f"status {code}")
