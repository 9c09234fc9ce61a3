"""A merchant who speaks Daraja over HTTP, and a listener for what the simulator posts back."""

import base64
import json
import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from local.daraja import nairobi
from local.daraja.process import running_simulator
from local.daraja.settings import Credentials

SECONDS = 10
PHONE = "254708374149"
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def callback(self) -> dict[str, Any]:
        return self.body["Body"]["stkCallback"]

    @property
    def items(self) -> dict[str, Any]:
        return {item["Name"]: item.get("Value") for item in self.callback["CallbackMetadata"]["Item"]}


@dataclass
class Listener:
    """Answers every POST with `status`."""

    url: str
    posted: queue.Queue[Posted] = field(default_factory=queue.Queue[Posted])
    status: int = 200

    def next(self) -> Posted:
        return self.posted.get(timeout=SECONDS)

    @property
    def callback_url(self) -> str:
        return f"{self.url}/v1/payments/{TOKEN}/result"


@dataclass
class Merchant:
    url: str
    listener: Listener
    credentials: Credentials = field(default_factory=lambda: Credentials.from_environment(os.environ))
    token: str = ""

    def sign_in(self) -> requests.Response:
        response = requests.get(
            f"{self.url}/oauth/v1/generate",
            params={"grant_type": "client_credentials"},
            auth=(self.credentials.consumer_key, self.credentials.consumer_secret),
            timeout=SECONDS,
        )
        if response.ok:
            self.token = response.json()["access_token"]
        return response

    def call(self, path: str, body: dict[str, Any], timeout: float = SECONDS) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.post(self.url + path, json=body, headers=headers, timeout=timeout)

    def signed(self) -> dict[str, str]:
        short_code, timestamp = self.credentials.short_code, nairobi.fourteen_digits(nairobi.now())
        password = base64.b64encode(f"{short_code}{self.credentials.passkey}{timestamp}".encode()).decode()
        return {"BusinessShortCode": short_code, "Password": password, "Timestamp": timestamp}

    def push(self, phone: str = PHONE, timeout: float = SECONDS, **changes: Any) -> requests.Response:
        body = {
            **self.signed(),
            "TransactionType": "CustomerPayBillOnline",
            "Amount": 500,
            "PartyA": phone,
            "PartyB": self.credentials.short_code,
            "PhoneNumber": phone,
            "CallBackURL": self.listener.callback_url,
            "AccountReference": "T9FKQ2M4XA",
            "TransactionDesc": "Tickets",
        }
        return self.call("/mpesa/stkpush/v1/processrequest", body | changes, timeout)

    def query(self, checkout_request_id: str) -> requests.Response:
        body = {**self.signed(), "CheckoutRequestID": checkout_request_id}
        return self.call("/mpesa/stkpushquery/v1/query", body)

    def initiate(self, path: str, **body: Any) -> requests.Response:
        common = {
            "Initiator": self.credentials.initiator_name,
            "InitiatorName": self.credentials.initiator_name,
            "SecurityCredential": "c2VjcmV0",
            "ResultURL": f"{self.listener.url}/result",
            "QueueTimeOutURL": f"{self.listener.url}/timeout",
            "Remarks": "Event cancelled",
        }
        return self.call(path, common | body)


@dataclass(frozen=True)
class Phones:
    """The simulator's own controls."""

    url: str

    def tell(self, method: str, path: str, **body: Any) -> requests.Response:
        return requests.request(method, f"{self.url}/simulator/{path}", json=body, timeout=SECONDS)

    def plan(self, number: str = PHONE, behaviour: str = "approve", **body: Any) -> None:
        plan = {"behaviour": behaviour, "delay_seconds": 0} | body
        self.tell("PUT", f"phones/{number}", **plan).raise_for_status()

    def payments(self) -> list[dict[str, Any]]:
        return requests.get(f"{self.url}/simulator/payments", timeout=SECONDS).json()["payments"]


@pytest.fixture(scope="session")
def simulator_url() -> Iterator[str]:
    with running_simulator("--prompt-seconds", "60") as url:
        yield url


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(listener.status)
            self.end_headers()
            self.wfile.write(b'{"ResultCode":0,"ResultDesc":"Accepted"}')
            listener.posted.put(Posted(self.path, dict(self.headers), json.loads(text)))

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield listener
    server.shutdown()
    server.server_close()


@pytest.fixture
def phones(simulator_url: str) -> Phones:
    phones = Phones(simulator_url)
    phones.tell("POST", "reset").raise_for_status()
    return phones


@pytest.fixture
def merchant(simulator_url: str, listener: Listener, phones: Phones) -> Merchant:
    merchant = Merchant(simulator_url, listener)
    merchant.sign_in().raise_for_status()
    return merchant
