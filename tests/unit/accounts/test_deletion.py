"""A user leaves, and what keeps him."""

import time
from typing import Any

import pytest
from pynamodb.exceptions import TransactWriteError

from tests.unit.accounts.conftest import ASHA, stored
from tiketi import table as tiketi_table
from tiketi.accounts import deletion
from tiketi.accounts.items import load_user
from tiketi.accounts.profile import UpdateUserInput, update_user
from tiketi.catalogue.items import EventItem
from tiketi.catalogue.listing_items import copy_of
from tiketi.catalogue.listing_keys import Key, organizer_question
from tiketi.clock import from_epoch
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.payments.items import PaymentItem
from tiketi.sales.items import TicketItem

NOW = int(time.time())


def delete(api: Any, user: dict[str, Any]) -> Any:
    return api("accounts/delete_user", "DELETE", "/user", user=(user["id"], user["role"]))


def put_payment(user_id: str, **fields: Any) -> None:
    described: dict[str, Any] = {
        "order_id": f"{user_id}-0123456789ABCDEF",
        "event_id": "01JD0000000000000000000001",
        "event_title": "Blankets and Wine",
        "ticket_type": "VIP",
        "pool": "VIP",
        "pool_shards": 1,
        "quantity": 1,
        "unit_price": 2500,
        "amount": 2500,
        "phone_number": "254712345678",
        "account_reference": "TKT0123456",
        "token_hash": "hash",
        "request_hash": "hash",
        "created_at": from_epoch(NOW - 60),
        "expires_at": NOW + 120,
    }
    PaymentItem(f"USER#{user_id}", "PAYMENT#0123456789ABCDEF", **{**described, **fields}).save()


def put_event(organizer_id: str, start: int, end: int) -> None:
    """A copy of an event in its organizer's listing."""
    event = EventItem(
        event_id=new_id(),
        organizer_id=organizer_id,
        title="Koroga",
        location="Nairobi",
        category="Music",
        start_date=from_epoch(start),
        end_date=from_epoch(end),
        tiers={},
        total_tickets=100,
    )
    copy_of(event, Key(organizer_question(organizer_id), f"{event.start_date}#{event.event_id}")).save()


def test_asha_leaves_and_her_address_is_free_again(table: Any, api: Any, register: Any) -> None:
    user = register()
    answer = delete(api, user)
    assert (answer.status, answer.json) == (200, {"message": "Your account is deleted."})
    assert stored(table) == {}
    assert api("accounts/login", "POST", "/login", body=ASHA).status == 401
    assert register()["id"] != user["id"]


def test_her_payments_and_tickets_stay_in_the_books(table: Any, api: Any, register: Any) -> None:
    user = register()
    put_payment(user["id"], status="PAID", order_status="completed")
    TicketItem(
        f"USER#{user['id']}",
        "TICKET#1",
        ticket_id="1",
        order_id="1",
        event_id="1",
        event_title="Koroga",
        ticket_type="VIP",
        price=2500,
        purchase_date=from_epoch(NOW),
    ).save()
    assert delete(api, user).status == 200
    assert {key.split("/")[1] for key in stored(table)} == {"PAYMENT#0123456789ABCDEF", "TICKET#1"}


def test_who_leaves_twice_is_told_there_is_no_such_user(api: Any, register: Any) -> None:
    user = register()
    delete(api, user)
    assert delete(api, user).json["code"] == "user_not_found"


def test_she_cannot_leave_while_her_phone_asks_for_the_pin(table: Any, api: Any, register: Any) -> None:
    user = register()
    put_payment(user["id"])
    before = stored(table)
    answer = delete(api, user)
    assert (answer.status, answer.json["code"]) == (409, "account_has_open_payment")
    assert stored(table) == before


@pytest.mark.parametrize(
    "settled",
    [{"expires_at": NOW - 1}, {"status": "FAILED"}, {"status": "EXPIRED"}, {"status": "PAID"}],
    ids=["lapsed", "failed", "expired", "paid"],
)
def test_a_payment_that_is_over_keeps_nobody(api: Any, register: Any, settled: dict[str, Any]) -> None:
    user = register()
    put_payment(user["id"], **settled)
    assert delete(api, user).status == 200


def test_an_organizer_cannot_leave_before_his_last_event_is_over(table: Any, api: Any, register: Any) -> None:
    user = register(role="organizer")
    put_event(user["id"], NOW - 90_000, NOW + 3600)
    put_event(user["id"], NOW - 7200, NOW - 3600)
    before = stored(table)
    answer = delete(api, user)
    assert (answer.status, answer.json["code"]) == (409, "account_has_events")
    assert stored(table) == before


def test_an_organizer_whose_events_are_over_may_leave(api: Any, register: Any) -> None:
    user = register(role="organizer")
    put_event(user["id"], NOW - 90_000, NOW - 80_000)
    put_event("somebody-else", NOW + 3600, NOW + 7200)
    assert delete(api, user).status == 200


def test_an_address_changed_meanwhile_leaves_with_its_user(
    table: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = register()["id"]
    addresses = iter(["asha@example.org"])

    def load_then_move(user_id: str) -> Any:
        user = load_user(user_id)
        for address in addresses:
            update_user(user_id, UpdateUserInput(email=address))
        return user

    monkeypatch.setattr(deletion, "load_user", load_then_move)
    deletion.delete_user(user_id)
    assert stored(table) == {}


def test_a_fault_of_the_table_is_no_refusal(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = register()["id"]

    def fail(commit: Any) -> None:
        raise TransactWriteError("the table is away")

    with monkeypatch.context() as away:
        away.setattr(tiketi_table, "transact", fail)
        with pytest.raises(TransactWriteError):
            deletion.delete_user(user_id)
    deletion.delete_user(user_id)
    with pytest.raises(Refusal, match="user_not_found"):
        load_user(user_id)
