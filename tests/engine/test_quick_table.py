"""The table in memory on which all is proved answers as AWS's own engine does, whatever whole sales ask of it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from tests.engine.buyers import Engine
from tests.proof.clouded import clouded
from tests.proof.twofold import Ask, every_sale
from tests.unit.conftest import table_definition


@pytest.fixture
def asking(engine: Engine) -> Iterator[Ask]:
    """A table of the same name in the engine, and a way to ask it that nobody has replaced."""
    client = boto3.client("dynamodb", endpoint_url=engine.url)
    client.create_table(**table_definition())
    by_http: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009  # botocore's types leave it out
    yield partial(by_http, client)
    client.delete_table(TableName=table_definition()["TableName"])


def test_every_request_is_answered_as_dynamodb_answers_it(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with clouded() as cloud:
        every_sale(cloud, asking, monkeypatch).demand_agreement()
