"""The sample events of this area are what `sam local invoke` is fed, so they must work."""

import json
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function


def invoke(name: str, event: dict[str, Any]) -> dict[str, Any]:
    return load_function(name).handler(event, LAMBDA_CONTEXT)


def sample(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def test_the_sample_user_registers_signs_in_and_is_let_in(table: Any) -> None:
    assert invoke("accounts/register", sample("accounts/register"))["statusCode"] == 201
    answer = invoke("accounts/login", sample("accounts/login"))
    assert answer["statusCode"] == 200
    event = sample("accounts/authorize")
    event["headers"]["Authorization"] = f"Bearer {json.loads(answer['body'])['access_token']}"
    assert invoke("accounts/authorize", event)["context"]["role"] == "customer"


def test_the_sample_token_is_a_placeholder_and_is_turned_away(table: Any) -> None:
    with pytest.raises(Exception, match="Unauthorized"):
        invoke("accounts/authorize", sample("accounts/authorize"))


def test_the_sample_user_reads_changes_and_deletes_his_account(table: Any) -> None:
    user_id = json.loads(invoke("accounts/register", sample("accounts/register"))["body"])["id"]
    for name in ("accounts/get_user", "accounts/update_user", "accounts/delete_user"):
        event = sample(name)
        event["requestContext"]["authorizer"]["user_id"] = user_id
        assert invoke(name, event)["statusCode"] == 200
    assert invoke("accounts/get_user", sample("accounts/get_user"))["statusCode"] == 404
