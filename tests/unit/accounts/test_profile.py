"""A user reads and changes what the system knows about him."""

from typing import Any

import pytest

from tests.unit.accounts.conftest import ASHA, stored
from tiketi.accounts import profile
from tiketi.accounts.items import UserItem, load_user
from tiketi.accounts.profile import UpdateUserInput, update_user
from tiketi.errors import Refusal


def get(api: Any, user_id: str) -> Any:
    return api("accounts/get_user", "GET", "/user", user=(user_id, "customer"))


def put(api: Any, user_id: str, **changes: object) -> Any:
    return api("accounts/update_user", "PUT", "/user", user=(user_id, "customer"), body=changes)


def test_asha_sees_herself_as_she_registered(api: Any, register: Any) -> None:
    user = register()["user"]
    answer = get(api, user["id"])
    assert (answer.status, answer.json) == (200, user)
    assert "password" not in str(answer.json)


def test_a_user_who_is_gone_while_the_authorizer_still_remembers_him_is_not_found(table: Any, api: Any) -> None:
    gone = "01JD0000000000000000000000"
    for answer in (get(api, gone), put(api, gone, name="Juma")):
        assert (answer.status, answer.json["code"]) == (404, "user_not_found")
    assert stored(table) == {}


def test_nobody_is_asked_to_sign_in_first(table: Any, api: Any) -> None:
    assert api("accounts/get_user", "GET", "/user").status == 401
    assert api("accounts/update_user", "PUT", "/user", body={}).status == 401


def test_she_changes_her_name_and_number_and_keeps_the_rest(table: Any, api: Any, register: Any) -> None:
    user = register()["user"]
    answer = put(api, user["id"], name=" Asha W. Mwangi ", phone_number="+254 (110) 345-678")
    assert answer.status == 200
    assert answer.json["message"] == "Your profile is updated."
    expected = {**user, "name": "Asha W. Mwangi", "phone_number": "254110345678"}
    assert get(api, user["id"]).json == {**expected, "profile": {"name": "Asha W. Mwangi"}}
    assert api("accounts/login", "POST", "/login", body=ASHA).status == 200


def test_she_chooses_the_language_of_her_messages(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    assert put(api, user_id, language="sw").json["user"]["language"] == "sw"
    assert get(api, user_id).json["language"] == "sw"
    assert put(api, user_id, language="fr").json["errors"][0]["field"] == "language"
    assert get(api, user_id).json["language"] == "sw"


def test_who_registered_before_there_was_a_choice_is_written_to_in_english(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    UserItem(f"USER#{user_id}", "PROFILE").update([UserItem.language.remove()])
    assert get(api, user_id).json["language"] == "en"


def test_a_new_address_takes_the_place_of_the_old_which_is_free_again(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    assert put(api, user_id, email="Asha.Mwangi@example.com").status == 200
    assert get(api, user_id).json["email"] == "Asha.Mwangi@example.com"
    assert set(stored(table)) == {f"USER#{user_id}/PROFILE", "EMAIL#asha.mwangi@example.com/EMAIL"}
    assert api("accounts/login", "POST", "/login", body=ASHA).status == 401
    assert api("accounts/login", "POST", "/login", body={**ASHA, "email": "ASHA.mwangi@example.com"}).status == 200
    assert register()["id"] != user_id


def test_another_spelling_of_her_own_address_is_shown_as_given(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    assert put(api, user_id, email="ASHA@example.com").status == 200
    assert get(api, user_id).json["email"] == "ASHA@example.com"
    assert set(stored(table)) == {f"USER#{user_id}/PROFILE", "EMAIL#asha@example.com/EMAIL"}


def test_an_address_that_is_taken_changes_nothing_at_all(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    register(email="juma@example.com")
    before = stored(table)
    answer = put(api, user_id, email="JUMA@example.com", name="Somebody Else")
    assert (answer.status, answer.json["code"], answer.json["success"]) == (409, "email_taken", False)
    assert stored(table) == before


def test_what_is_absent_or_null_stays(table: Any, api: Any, register: Any) -> None:
    user_id = register()["id"]
    before = stored(table)
    for changes in (
        {},
        {"email": None, "name": None, "phone_number": None},
        {"role": "organizer", "password": "x" * 9},
    ):
        assert put(api, user_id, **changes).status == 200
    assert stored(table) == before


def test_everything_that_is_wrong_is_named(api: Any, register: Any) -> None:
    answer = put(api, register()["id"], email="x", name="", phone_number="0812345678")
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == {"email", "name", "phone_number"}


def changing_first(monkeypatch: pytest.MonkeyPatch, times: int, change: Any) -> None:
    """Lets `change` happen between what a request reads and what it writes, the first `times` times."""
    left = [times]

    def load_then_change(user_id: str) -> UserItem:
        user = load_user(user_id)
        if left[0]:
            left[0] -= 1
            change(user_id, left[0])
        return user

    monkeypatch.setattr(profile, "load_user", load_then_change)


def set_email(user_id: str, email: str) -> None:
    """As another request of the same user would, past the monkeypatch."""
    original, profile.load_user = profile.load_user, load_user
    update_user(user_id, UpdateUserInput(email=email))
    profile.load_user = original


def test_of_two_changes_of_one_address_at_the_same_moment_both_leave_one_guard(
    table: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = register()["id"]
    changing_first(monkeypatch, 1, lambda user_id, left: set_email(user_id, "first@example.com"))
    update_user(user_id, UpdateUserInput(email="second@example.com"))
    assert set(stored(table)) == {f"USER#{user_id}/PROFILE", "EMAIL#second@example.com/EMAIL"}


def test_the_same_change_sent_twice_at_the_same_moment_is_not_taken_by_itself(
    table: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = register()["id"]
    changing_first(monkeypatch, 1, lambda user_id, left: set_email(user_id, "new@example.com"))
    assert update_user(user_id, UpdateUserInput(email="new@example.com")).email == "new@example.com"


def test_a_user_who_is_deleted_meanwhile_is_not_brought_back(
    table: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(user_id: str, left: int) -> None:
        table.delete_item(TableName="tiketi-test", Key={"PK": {"S": f"USER#{user_id}"}, "SK": {"S": "PROFILE"}})

    changing_first(monkeypatch, 1, delete)
    with pytest.raises(Refusal, match="user_not_found"):
        update_user(register()["id"], UpdateUserInput(name="Juma"))
    assert not [key for key in stored(table) if key.endswith("PROFILE")]


def test_who_is_overtaken_each_time_is_told_so(table: Any, register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changing_first(monkeypatch, 9, lambda user_id, left: set_email(user_id, f"other{left}@example.com"))
    with pytest.raises(Refusal, match="changed_meanwhile"):
        update_user(register()["id"], UpdateUserInput(name="Juma"))
