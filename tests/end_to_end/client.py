"""A client that knows the API's address and its contract, and nothing of what is behind them."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import requests

SECONDS_TO_SETTLE = 60
"""Far more than anything here takes; a machine that is busy must not make a test fail."""
PASSWORD = "correct horse battery"


def eventually[Found](
    look: Callable[[], Found], wanted: Callable[[Found], bool], seconds: float = SECONDS_TO_SETTLE
) -> Found:
    """What `look` finds once it is `wanted`; fails with the last thing found when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if wanted(found):
            return found
        assert time.monotonic() < deadline, f"never came to pass; last found: {found}"
        time.sleep(0.2)


class Client:
    """One person at the API; `token` is theirs."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self.token = ""
        self.user: dict[str, Any] = {}
        self._session = requests.Session()

    def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        return self._session.request(
            method, f"{self.api_url}{path}", json=body, headers=headers, timeout=120, allow_redirects=False, **more
        )

    def get(self, path: str, **query: object) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sign_up(self, role: str = "customer", phone_number: str = "0712345678", **more: str) -> "Client":
        body = {
            "email": f"{uuid4().hex}@example.com",
            "password": PASSWORD,
            "name": "A Person",
            "phone_number": phone_number,
            "role": role,
            **more,
        }
        answer = self.call("POST", "/register", body)
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["access_token"]
        self.user = {**body, "id": answer.json()["id"]}
        return self

    def create_event(self, **changes: object) -> dict[str, Any]:
        """As the web client's form sends it: prices and numbers as text, an empty tier, times without a zone."""
        body = {
            "title": "Sauti Sol Live",
            "description": "One night only.",
            "location": "KICC, Nairobi",
            "category": "Concert",
            "tags": "music, live",
            "start_date": "2099-12-24T18:00",
            "end_date": "2099-12-24T23:00",
            "image_url": "",
            "ticket_tiers": {"Early Bird": {"price": "500"}, "VIP": {"price": "2500"}, "VVIP": {"price": ""}},
            "total_tickets": "100",
            **changes,
        }
        answer = self.call("POST", "/events", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def buy(
        self, event: dict[str, Any], ticket_type: str, phone: str, quantity: int = 1, **headers: str
    ) -> requests.Response:
        body = {
            "event_id": event["id"],
            "ticket_type": ticket_type,
            "phone_number": phone,
            "quantity": quantity,
            "amount": 1,
        }
        return self.call(
            "POST", "/tickets", body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def order(self, order_id: str) -> dict[str, Any]:
        return self.get(f"/orders/{order_id}")

    def order_ended(self, order_id: str) -> dict[str, Any]:
        return eventually(lambda: self.order(order_id), lambda order: order["status"] != "pending")
