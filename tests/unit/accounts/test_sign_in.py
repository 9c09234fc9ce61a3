"""Signing in, and what a stranger can learn from being turned away."""

from typing import Any

import pytest
from argon2 import PasswordHasher

from tests.unit.accounts.conftest import ASHA, SpiedHasher, stored
from tiketi.accounts import passwords, sign_in
from tiketi.accounts.tokens import read


def login(api: Any, **fields: object) -> Any:
    body = {"email": ASHA["email"], "password": ASHA["password"], **fields}
    return api("accounts/login", "POST", "/login", body=body)


def test_asha_signs_in_with_her_address_in_any_case(api: Any, register: Any) -> None:
    user = register()["user"]
    answer = login(api, email=" asha@EXAMPLE.com ")
    assert answer.status == 200
    assert answer.json["user"] == user
    assert answer.json["message"] == "You are signed in."
    claims = read(answer.json["access_token"])
    assert claims and claims.user_id == user["id"]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(api: Any, register: Any) -> None:
    register()
    wrong_password = login(api, password="mtoto wa Mombasa")
    unknown_address = login(api, email="juma@example.com")
    assert wrong_password.status == unknown_address.status == 401
    assert wrong_password.json == unknown_address.json
    assert wrong_password.json["message"] == "E-mail or password is wrong."


def test_a_wrong_password_and_an_unknown_address_cost_the_same_work(
    table: Any, api: Any, register: Any, hasher: SpiedHasher
) -> None:
    register()
    work: list[tuple[int, int, set[str]]] = []
    for fields in ({"password": "mtoto wa Mombasa"}, {"email": "juma@example.com"}, {"email": "no address"}):
        hasher.verified.clear()
        hasher.hashed = 0
        login(api, **fields)
        work.append((len(hasher.verified), hasher.hashed, {each.rsplit("$", 2)[0] for each in hasher.verified}))
    assert work == [(1, 0, {"$argon2id$v=19$m=19456,t=3,p=1"})] * 3


def test_nobodys_hash_costs_what_a_new_password_costs() -> None:
    assert not passwords.is_outdated(passwords.NOBODYS_HASH)


def test_nobody_signs_in_even_with_the_password_of_nobodys_hash(
    table: Any, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "NOBODYS_HASH", passwords.hash_password("the password of nobody"))
    assert login(api, email="juma@example.com", password="the password of nobody").status == 401
    assert not passwords.password_matches(None, "the password of nobody")


def test_blanks_at_the_ends_of_a_password_count(api: Any, register: Any) -> None:
    register(password=" eight ch ")
    assert login(api, password="eight ch").status == 401
    assert login(api, password=" eight ch ").status == 200


def test_a_password_hashed_with_old_parameters_is_hashed_anew_when_its_owner_signs_in(
    table: Any, api: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
        key = f"USER#{register()['id']}/PROFILE"
    old = stored(table)[key]
    assert login(api, password="not the password").status == 401
    assert stored(table)[key] == old

    assert login(api).status == 200
    new = stored(table)[key]
    assert old["password_hash"]["S"].startswith("$argon2id$v=19$m=1024,t=1,p=1$")
    assert not passwords.is_outdated(new["password_hash"]["S"])
    assert {**new, "password_hash": None} == {**old, "password_hash": None}

    assert login(api).status == 200
    assert stored(table)[key] == new


def test_two_logins_that_both_hash_the_old_password_anew_both_succeed(
    table: Any, api: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
        key = f"USER#{register()['id']}/PROFILE"
    others: list[str] = []

    def hash_after_another_login(password: str) -> str:
        monkeypatch.setattr(sign_in, "hash_password", passwords.hash_password)
        assert login(api).status == 200
        others.append(stored(table)[key]["password_hash"]["S"])
        return passwords.hash_password(password)

    monkeypatch.setattr(sign_in, "hash_password", hash_after_another_login)
    assert login(api).status == 200
    assert [stored(table)[key]["password_hash"]["S"]] == others


def test_missing_fields_are_named(api: Any) -> None:
    answer = api("accounts/login", "POST", "/login", body={})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["email", "password"]


@pytest.mark.parametrize("email", ["", " ", "\u0000", "ΐ" * 254, "nobody", "#"])
def test_odd_addresses_are_just_wrong(table: Any, api: Any, email: str) -> None:
    assert login(api, email=email).status == 401


def test_the_password_is_neither_answered_nor_logged(
    api: Any, register: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    register()
    answers = [login(api), login(api, password="mtoto wa Mombasa")]
    logged = capsys.readouterr()
    for text in (*(str(answer.json) for answer in answers), logged.out, logged.err):
        assert "mtoto wa" not in text
