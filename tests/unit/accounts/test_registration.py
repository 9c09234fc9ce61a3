"""A new customer or organizer registers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.unit.accounts.conftest import ASHA, SpiedHasher, stored
from tiketi.accounts import registration
from tiketi.accounts.registration import RegisterInput
from tiketi.accounts.tokens import read
from tiketi.errors import Refusal


def test_asha_registers_and_is_signed_in_at_once(table: Any, api: Any) -> None:
    answer = api("accounts/register", "POST", "/register", body=ASHA)
    assert answer.status == 201
    assert answer.json["success"] is True
    assert answer.json["message"] == "Welcome to Tiketi Tamasha."
    user = answer.json["user"]
    assert user == {
        "id": user["id"],
        "email": "Asha@Example.com",
        "role": "customer",
        "phone_number": "254712345678",
        "name": "Asha Mwangi",
        "language": "en",
        "profile": {"name": "Asha Mwangi"},
    }
    assert user.items() <= answer.json.items()
    claims = read(answer.json["access_token"])
    assert claims and (claims.user_id, claims.role) == (user["id"], "customer")


def test_the_user_and_the_guard_of_the_address_are_stored_and_the_password_is_not(table: Any, register: Any) -> None:
    user_id = register()["id"]
    items = stored(table)
    assert set(items) == {f"USER#{user_id}/PROFILE", "EMAIL#asha@example.com/EMAIL"}
    assert items["EMAIL#asha@example.com/EMAIL"]["user_id"]["S"] == user_id
    assert items[f"USER#{user_id}/PROFILE"]["password_hash"]["S"].startswith("$argon2id$v=19$m=19456,t=3,p=1$")
    assert ASHA["password"] not in str(items)


@pytest.mark.parametrize(
    ("accepts", "chosen", "language"),
    [("sw-KE,sw;q=0.9,en;q=0.8", None, "sw"), ("", None, "en"), ("fr, sw", None, "sw"), ("sw", "en", "en")],
)
def test_messages_are_in_the_language_of_the_registration_or_the_one_that_was_chosen(
    table: Any, api: Any, accepts: str, chosen: str | None, language: str
) -> None:
    body = {**ASHA, "language": chosen}
    answer = api("accounts/register", "POST", "/register", body=body, headers={"Accept-Language": accepts})
    assert answer.json["language"] == language


def test_an_organizer_registers_as_one(register: Any) -> None:
    answer = register(role="organizer")
    claims = read(answer["access_token"])
    assert answer["role"] == "organizer"
    assert claims and claims.role == "organizer"


def test_an_address_is_taken_in_any_case_and_with_blanks_around_it(table: Any, api: Any, register: Any) -> None:
    register()
    answer = api("accounts/register", "POST", "/register", body={**ASHA, "email": "  ASHA@example.COM "})
    assert answer.status == 409
    assert answer.json["success"] is False
    assert answer.json["code"] == "email_taken"
    assert answer.json["message"] == "An account with this e-mail exists already."
    assert len(stored(table)) == 2


def test_a_taken_address_costs_a_hash_like_a_free_one(api: Any, register: Any, hasher: SpiedHasher) -> None:
    register()
    api("accounts/register", "POST", "/register", body=ASHA)
    assert hasher.hashed == 2


def test_a_password_that_is_too_short_is_refused_before_the_address_is_looked_at(api: Any, register: Any) -> None:
    register()
    answer = api("accounts/register", "POST", "/register", body={**ASHA, "password": "1234567"})
    assert (answer.status, answer.json["code"]) == (422, "invalid_input")


def test_everything_that_is_wrong_is_named_at_once(api: Any) -> None:
    body = {"email": "asha@nowhere", "password": "short", "phone_number": "12345", "name": "  ", "role": "admin"}
    answer = api("accounts/register", "POST", "/register", body=body)
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == set(body)
    assert all(error["message"] for error in answer.json["errors"])
    assert "short" not in str(answer.json["errors"]).replace("too short", "")


def test_missing_fields_are_named_in_swahili_to_who_asks_in_swahili(api: Any) -> None:
    answer = api("accounts/register", "POST", "/register", body={}, headers={"Accept-Language": "sw-KE,en"})
    errors = {error["field"]: error["message"] for error in answer.json["errors"]}
    assert set(errors) == {"email", "password", "phone_number", "name"}
    assert set(errors.values()) == {"Sehemu hii inahitajika."}


@pytest.mark.parametrize(
    "email",
    ["asha", "asha@", "@example.com", "asha@example", "asha @example.com", "asha@-example.com", "asha@example..com",
     "asha@exam_ple.com", "asha,juma@example.com", "a" * 65 + "@example.com", "asha@" + "example." * 31 + "com"],
)  # fmt: skip
def test_what_no_browser_takes_for_an_address_is_refused(api: Any, email: str) -> None:
    answer = api("accounts/register", "POST", "/register", body={**ASHA, "email": email})
    assert [error["field"] for error in answer.json["errors"]] == ["email"]


@pytest.mark.parametrize("email", ["asha+tiketi@example.co.ke", "o'brien@example.com", "a@b.ke", "1.2_3@x-y.example"])
def test_unusual_addresses_are_taken_as_they_are(register: Any, email: str) -> None:
    assert register(email=email)["email"] == email


@pytest.mark.parametrize("length", [8, 128])
def test_a_password_may_be_of_any_length_from_8_to_128(register: Any, length: int) -> None:
    assert register(password="x" * length)["success"] is True


def test_a_password_longer_than_128_is_refused(api: Any) -> None:
    answer = api("accounts/register", "POST", "/register", body={**ASHA, "password": "x" * 129})
    assert [error["field"] for error in answer.json["errors"]] == ["password"]


def test_the_password_is_neither_answered_nor_logged(
    api: Any, register: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = register()
    again = api("accounts/register", "POST", "/register", body=ASHA)
    wrong = api("accounts/register", "POST", "/register", body={**ASHA, "phone_number": "1"})
    logged = capsys.readouterr()
    for text in (str(answer), str(again.json), str(wrong.json), logged.out, logged.err):
        assert ASHA["password"] not in text
        assert "argon2" not in text
    assert ASHA["password"] not in repr(RegisterInput.model_validate(ASHA))


def test_of_two_registrations_at_the_same_moment_one_wins_and_the_other_leaves_nothing(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spellings = ["asha@example.com", "ASHA@example.com", "Asha@Example.Com", "asha@EXAMPLE.com"]
    start = Barrier(len(spellings))
    hash_password = registration.hash_password

    def hash_and_wait_for_the_others(password: str) -> str:
        hashed = hash_password(password)
        start.wait(timeout=30)
        return hashed

    monkeypatch.setattr(registration, "hash_password", hash_and_wait_for_the_others)

    def attempt(email: str) -> str:
        try:
            return registration.register(RegisterInput.model_validate({**ASHA, "email": email})).user_id
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(spellings)) as pool:
        outcomes = list(pool.map(attempt, spellings))

    winners = [outcome for outcome in outcomes if outcome != "email_taken"]
    assert len(winners) == 1
    assert set(stored(table)) == {f"USER#{winners[0]}/PROFILE", "EMAIL#asha@example.com/EMAIL"}
