"""AWS's own engine, DynamoDB Local, if DYNAMODB_LOCAL_URL names one that runs; a table of its own for each run."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.engine.buyers import Engine
from tests.unit.conftest import table_definition


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    url = os.environ.get("DYNAMODB_LOCAL_URL")
    if not url:
        pytest.skip("left out: DYNAMODB_LOCAL_URL names no DynamoDB Local, e.g. http://127.0.0.1:8000")
    client = boto3.client("dynamodb", endpoint_url=url)
    name = f"tiketi-{uuid4().hex}"
    definition: Any = {**table_definition(), "TableName": name}
    client.create_table(**definition)
    yield Engine(url, name)
    client.delete_table(TableName=name)
