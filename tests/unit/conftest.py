"""Fixtures of the unit tests: moto's DynamoDB, and a way to call a function as API Gateway would."""

import base64
import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
import yaml
from botocore.client import BaseClient
from moto import mock_aws

from tests.moto_table import MotoTable
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi.http import JSON
from tiketi.payments.refund_queue import RefundQueue
from tiketi.sales.end_orders_queue import EndOrdersQueue, Walk

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
ACROSS_TABLES = {"BatchGetItem", "BatchWriteItem", "TransactWriteItems", "TransactGetItems"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """The table as the template makes it, in moto, once for the tests of a file."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        client = boto3.client("dynamodb")
        client.create_table(**table_definition())
        table = MotoTable(table_definition()["TableName"])
        by_http: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009  # botocore's types leave it out

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            of_table = request.get("TableName") == table.name or operation in ACROSS_TABLES
            ours = client.meta.service_model.service_name == "dynamodb" and of_table
            return table.request(operation, request) if ours else by_http(client, operation, request)

        patch.setattr(BaseClient, "_make_api_call", call)
        yield client


@pytest.fixture
def table(engine: Any) -> Iterator[Any]:
    """An empty table; yields boto3's client."""
    yield engine
    MotoTable(os.environ["TABLE_NAME"]).clear()


@cache
def table_definition() -> dict[str, Any]:
    """What `create_table` needs, read from the template, so that tests and the cloud cannot differ."""
    template = yaml.load(TEMPLATE.read_text(), Loader=TemplateLoader)
    properties = template["Resources"]["Table"]["Properties"]
    wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    return {"TableName": os.environ["TABLE_NAME"], **{name: properties[name] for name in wanted}}


class StrictLoader(yaml.SafeLoader):
    """Raises ValueError for a name that stands twice: PyYAML and the embedded AWS take the last one, AWS takes none."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [str(name.value) for name, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"line {node.start_mark.line + 1}: twice {', '.join(sorted(twice))}")
        return super().construct_mapping(node, deep)


class TemplateLoader(StrictLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub, …) as None: nothing here looks at them."""


TemplateLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def load_function(name: str) -> ModuleType:
    """The module `functions/<name>/app.py`, loaded under a name of its own."""
    path = ROOT / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(f"functions.{name.replace('/', '.')}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LAMBDA_CONTEXT = SimpleNamespace(
    function_name="test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:af-south-1:123456789012:function:test",
    aws_request_id="lambda-request",
    get_remaining_time_in_millis=lambda: 30_000,
)


@dataclass
class Answer:
    status: int
    json: Any
    headers: dict[str, str]
    body: bytes
    """As the client gets it; `json` is None when it is something else."""


class Api:
    """Calls a function with the event API Gateway would send."""

    def __call__(
        self,
        function: str,
        method: str = "GET",
        path: str = "/",
        *,
        body: object = None,
        raw_body: str | None = None,
        user: tuple[str, ...] | None = None,
        path_parameters: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        event = {
            "httpMethod": method,
            "path": path,
            "resource": path,
            "headers": {"Content-Type": "application/json", **(headers or {})},
            "queryStringParameters": query,
            "pathParameters": path_parameters,
            "body": raw_body if raw_body is not None else (None if body is None else json.dumps(body)),
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": "request-1",
                "stage": "v1",
                "domainName": "api.tiketi.example",
                "path": f"/v1{path}",
                "identity": {"sourceIp": "196.201.212.69"},
                "authorizer": dict(zip(("user_id", "role", "event_id"), user, strict=False)) if user else {},
            },
        }
        result = load_function(function).handler(event, LAMBDA_CONTEXT)
        body = base64.b64decode(str(result["body"])) if result["isBase64Encoded"] else str(result["body"]).encode()
        is_json = result["headers"]["Content-Type"] == JSON
        return Answer(result["statusCode"], json.loads(body) if is_json and body else None, result["headers"], body)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(autouse=True)
def outgoing(monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    """What was put into the queues of delivery."""
    outgoing = Outgoing()
    outgoing.replace_queues(monkeypatch)
    return outgoing


@pytest.fixture
def refund_messages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was put into the queue of refunds, with its delay as `delay`."""
    sent: list[dict[str, Any]] = []
    put = lambda queue, message, delay: sent.append({**message, "delay": delay})  # noqa: E731
    monkeypatch.setattr(RefundQueue, "_send", put)
    return sent


@pytest.fixture(autouse=True)
def walks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Walk, int]]:
    """What was put into the queue of cancelled events, with its delay."""
    sent: list[tuple[Walk, int]] = []
    monkeypatch.setattr(EndOrdersQueue, "send", lambda queue, walk, delay_seconds=0: sent.append((walk, delay_seconds)))
    return sent


@pytest.fixture
def shop(table: Any, refund_messages: list[dict[str, Any]]) -> Shop:
    return Shop()
