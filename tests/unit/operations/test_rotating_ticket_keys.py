"""A new signing key: published before it signs, and the old ones stay known."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from operations.rotate_ticket_key import SECRET, change_keys
from operations.ticket_keys import first_keys, rotated, without
from tiketi.tickets import keys as ticket_keys

NOW = 1_800_000_000


def read(keys: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(key["kid"], "private" in key) for key in keys]


def test_the_new_key_signs_from_tomorrow_and_the_present_one_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    (old,) = json.loads(first_keys())
    keys = rotated([old], NOW, 24)
    assert keys[1] == old
    assert keys[0]["signs_from"] == NOW + 86_400
    monkeypatch.setattr(ticket_keys, "secret", lambda name: json.dumps(keys))  # pyright: ignore[reportUnknownArgumentType]
    for now, kid in ((NOW, old["kid"]), (NOW + 86_400, keys[0]["kid"])):
        monkeypatch.setattr(ticket_keys.clock, "epoch_now", lambda now=now: now)
        assert ticket_keys.signing_key().kid == kid
    assert set(ticket_keys.public_keys()) == {old["kid"], keys[0]["kid"]}


def test_a_key_that_signs_no_more_keeps_only_its_public_half() -> None:
    first = json.loads(first_keys())
    second = rotated(first, NOW, 24)
    third = rotated(second, NOW + 90_000, 24)
    assert [signs for _, signs in read(third)] == [True, True, False]
    private = base64.b64decode(first[0]["private"])
    public = ticket_keys.Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert base64.b64decode(third[2]["public"]) == public


def test_a_key_that_became_known_signs_no_more_at_once_and_can_be_taken_out() -> None:
    first = json.loads(first_keys())
    keys = rotated(first, NOW, 0)
    assert [signs for _, signs in read(keys)] == [True, False]
    assert read(without(keys, first[0]["kid"], NOW)) == [(keys[0]["kid"], True)]


def test_the_last_key_that_signs_is_not_taken_out() -> None:
    first = json.loads(first_keys())
    with pytest.raises(SystemExit, match="only key"):
        without(rotated(first, NOW, 24), first[0]["kid"], NOW)
    with pytest.raises(SystemExit, match="no key deadbeef"):
        without(first, "deadbeef", NOW)


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def test_the_command_changes_the_secret_of_its_stage(ssm: Any) -> None:
    ssm.put_parameter(Name=f"/tiketi/dev/{SECRET}", Value=first_keys(), Type="SecureString")
    keys = change_keys(ssm, "dev", NOW, hours=0)
    stored = ssm.get_parameter(Name=f"/tiketi/dev/{SECRET}", WithDecryption=True)["Parameter"]
    assert (json.loads(stored["Value"]), stored["Type"]) == (keys, "SecureString")
    left = change_keys(ssm, "dev", NOW, hours=0, remove=keys[1]["kid"])
    assert left == keys[:1]
