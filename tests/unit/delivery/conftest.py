from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.unit.delivery.postbox import Clock, Postbox
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi.table import Item


@pytest.fixture
def postbox(table: Any, shop: Shop, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch) -> Postbox:
    """Draws no PDF, which takes longer than all the rest."""
    monkeypatch.setattr("tiketi.tickets.pdf.tickets_pdf", lambda tickets, language: b"%PDF of a test")  # pyright: ignore[reportUnknownLambdaType]
    return Postbox(shop, outgoing)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def written() -> Iterator[list[str]]:
    """The operations that write, as they are called."""
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        if model.name in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            calls.append(model.name)

    events = Item._get_connection().connection.client.meta.events  # pyright: ignore[reportPrivateUsage]
    events.register("before-parameter-build.dynamodb", note, unique_id="note-writes")
    yield calls
    events.unregister("before-parameter-build.dynamodb", unique_id="note-writes")


@pytest.fixture
def repeat_puts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on each put is sent twice, as the SDK does when the first answer is lost."""
    make_call: Any = BaseClient._make_api_call  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportPrivateUsage]

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        if operation == "PutItem":
            make_call(client, operation, request)
        return make_call(client, operation, request)

    return lambda: monkeypatch.setattr(BaseClient, "_make_api_call", call)
