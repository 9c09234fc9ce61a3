"""The secrets of a deployment, put there once and changed one by one."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from operations.put_secrets import put_secrets, region_of

SAFARICOMS = {"MPESA_CONSUMER_KEY": "key", "MPESA_CONSUMER_SECRET": "secret", "MPESA_PASSKEY": "passkey"}


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def nobody_is_asked(prompt: str) -> str:
    raise AssertionError(prompt)


def value(ssm: Any, name: str) -> str:
    return ssm.get_parameter(Name=f"/tiketi/dev/{name}", WithDecryption=True)["Parameter"]["Value"]


def test_our_own_keys_are_drawn_once_and_then_kept(ssm: Any) -> None:
    put_secrets(ssm, "dev", SAFARICOMS, nobody_is_asked)
    first = value(ssm, "JWT_SECRET_KEY")
    assert len(first) >= 48
    done = put_secrets(ssm, "dev", SAFARICOMS, nobody_is_asked)
    assert done["/tiketi/dev/JWT_SECRET_KEY"] == "kept"
    assert value(ssm, "JWT_SECRET_KEY") == first


def test_safaricoms_are_asked_for_and_enter_keeps_them(ssm: Any) -> None:
    put_secrets(ssm, "dev", {}, lambda prompt: "typed")
    assert value(ssm, "MPESA_PASSKEY") == "typed"
    assert put_secrets(ssm, "dev", {}, lambda prompt: "")["/tiketi/dev/MPESA_PASSKEY"] == "kept"
    assert ssm.describe_parameters()["Parameters"][0]["Type"] == "SecureString"


def test_a_secret_nobody_gives_stops_with_its_name(ssm: Any) -> None:
    with pytest.raises(SystemExit, match="MPESA_CONSUMER_KEY"):
        put_secrets(ssm, "dev", {}, lambda prompt: "")


def test_the_key_of_an_sms_provider_is_put_when_it_is_given_and_never_asked_for(ssm: Any) -> None:
    put_secrets(ssm, "dev", SAFARICOMS, nobody_is_asked)
    assert not ssm.get_parameters(Names=["/tiketi/dev/AFRICAS_TALKING_API_KEY"])["Parameters"]
    put_secrets(ssm, "dev", {**SAFARICOMS, "AFRICAS_TALKING_API_KEY": "atsk"}, nobody_is_asked)
    assert value(ssm, "AFRICAS_TALKING_API_KEY") == "atsk"


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_secrets_go_where_the_stage_is_deployed(stage: str) -> None:
    assert region_of(stage) == "af-south-1"
