from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.unit.delivery.postbox import Clock, Postbox
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop


@pytest.fixture
def postbox(table: Any, shop: Shop, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch) -> Postbox:
    """Draws no PDF, which takes longer than all the rest."""
    monkeypatch.setattr("tiketi.tickets.pdf.tickets_pdf", lambda tickets, language: b"%PDF of a test")  # pyright: ignore[reportUnknownLambdaType]
    return Postbox(shop, outgoing)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that write, as they are called."""
    calls: list[str] = []
    make_call: Any = BaseClient._make_api_call  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportPrivateUsage]

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        if operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            calls.append(operation)
        return make_call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return calls


@pytest.fixture
def repeat_puts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on each put is sent twice, as the SDK does when the first answer is lost."""
    make_call: Any = BaseClient._make_api_call  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportPrivateUsage]

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        if operation == "PutItem":
            make_call(client, operation, request)
        return make_call(client, operation, request)

    return lambda: monkeypatch.setattr(BaseClient, "_make_api_call", call)
