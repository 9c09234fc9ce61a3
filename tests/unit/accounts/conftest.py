"""People with accounts."""

from collections.abc import Callable
from typing import Any

import pytest

from tiketi.accounts import passwords

ASHA = {
    "email": "Asha@Example.com",
    "password": "mtoto wa Lamu",
    "phone_number": "0712 345 678",
    "name": "Asha Mwangi",
}

Register = Callable[..., dict[str, Any]]


@pytest.fixture
def register(table: Any, api: Any) -> Register:
    """Registers Asha, or her with other fields, and answers what the API answered."""

    def call(**fields: object) -> dict[str, Any]:
        answer = api("accounts/register", "POST", "/register", body={**ASHA, **fields})
        assert answer.status == 201, answer.json
        return answer.json

    return call


class SpiedHasher:
    """Counts what a hasher is asked for; everything else is the hasher itself."""

    def __init__(self, hasher: Any) -> None:
        self.hasher = hasher
        self.verified: list[str] = []
        self.hashed = 0

    def verify(self, password_hash: str, password: str) -> bool:
        self.verified.append(password_hash)
        return self.hasher.verify(password_hash, password)

    def hash(self, password: str) -> str:
        self.hashed += 1
        return self.hasher.hash(password)

    def check_needs_rehash(self, password_hash: str) -> bool:
        return self.hasher.check_needs_rehash(password_hash)


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> SpiedHasher:
    spy = SpiedHasher(passwords.HASHER)
    monkeypatch.setattr(passwords, "HASHER", spy)
    return spy


def stored(table: Any) -> dict[str, dict[str, Any]]:
    """Every item of the table, by `PK/SK`."""
    items = table.scan(TableName="tiketi-test")["Items"]
    return {f"{item['PK']['S']}/{item['SK']['S']}": item for item in items}
