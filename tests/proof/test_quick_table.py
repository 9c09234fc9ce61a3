"""The table in memory answers as moto does, whatever whole sales ask of it."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.moto_table import MotoTable
from tests.proof.cloud import Cloud
from tests.proof.twofold import every_sale
from tests.unit.conftest import table_definition


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoTable]:
    with mock_aws():
        boto3.client("dynamodb").create_table(**table_definition())
        yield MotoTable(table_definition()["TableName"])


def test_every_request_is_answered_as_moto_answers_it(
    moto: MotoTable, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_sale(cloud, moto.request, monkeypatch).demand_agreement()
