"""One stack for all end-to-end tests: the real template, deployed by the real SAM CLI, IAM enforced."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from local.stack import RunningStack, running_stack
from tests.end_to_end.client import Client

HOLD_SECONDS = 45


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    with running_stack(
        parameters={
            "HoldSeconds": str(HOLD_SECONDS),
            "PromptSeconds": "30",
            "CorsAllowedOrigins": "https://tiketi.example",
        }
    ) as stack:
        yield stack


@pytest.fixture(scope="session")
def new_client(stack: RunningStack) -> Callable[[], Client]:
    return lambda: Client(stack.api_url)


@pytest.fixture(scope="session")
def organizer(new_client: Callable[[], Client]) -> Client:
    return new_client().sign_up("organizer")


@pytest.fixture(scope="session")
def customer(new_client: Callable[[], Client]) -> Client:
    return new_client().sign_up()


_numbers = itertools.count(1)


@pytest.fixture
def phone() -> str:
    """A phone nobody else uses."""
    return f"2547{next(_numbers):08d}"


class Phones:
    """Tells the simulated phones what to do."""

    def __init__(self, daraja_url: str) -> None:
        self._url = f"{daraja_url}/simulator"

    def will(self, phone: str, **plan: Any) -> None:
        requests.put(f"{self._url}/phones/{phone}", json=plan, timeout=10).raise_for_status()

    def payments(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._url}/payments", timeout=10)
        answer.raise_for_status()
        return answer.json()["payments"]

    def callback_url(self, checkout_request_id: str) -> str:
        """The secret address that Daraja got with a push: only a test of the whole may know it."""
        found = next(each for each in self.payments() if each["checkout_request_id"] == checkout_request_id)
        return found["push"]["CallBackURL"]


class Outbox:
    """What customers were sent."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def messages(self, to: str, channel: str = "") -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/messages", params={"to": to}, timeout=10)
        answer.raise_for_status()
        return [each for each in answer.json()["messages"] if channel in ("", each["channel"])]

    def will(self, **faults: list[str]) -> None:
        """How the next messages go wrong, by channel."""
        requests.put(f"{self.url}/faults", json=faults, timeout=10).raise_for_status()

    def file(self, attachment: dict[str, Any]) -> bytes:
        return requests.get(f"{self.url}{attachment['url']}", timeout=10).content


@pytest.fixture(scope="session")
def outbox(stack: RunningStack) -> Outbox:
    return Outbox(stack.outbox_url)


@pytest.fixture(scope="session")
def phones(stack: RunningStack) -> Phones:
    return Phones(stack.daraja_url)
