"""A holder gives a ticket to somebody else: one ticket admits, whoever acts at the same moment."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.unit.admission.conftest import Gate
from tests.unit.catalogue.conftest import Meanwhile, at_each_call
from tests.unit.conftest import Answer, Api
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi.accounts.items import EMAIL, PROFILE, EmailItem, UserItem, email_key, user_key
from tiketi.admission.changes import Changes
from tiketi.admission.items import ChangeItem, changes_key
from tiketi.catalogue.items import EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import customer_of, customer_of_ticket, new_id
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.payments.outcomes import mark_free
from tiketi.sales import transfer as module
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.items import TicketItem, event_ticket_ids, ticket_key
from tiketi.settings import settings
from tiketi.tickets.token import sign

FRIEND, OTHER = "juma@example.com", "achieng@example.com"
Transfer = Callable[..., Answer]


def account(email: str, user_id: str = "") -> str:
    user_id = user_id or new_id()
    EmailItem(email_key(email), EMAIL, user_id=user_id).save()
    UserItem(
        user_key(user_id),
        PROFILE,
        user_id=user_id,
        email=email,
        password_hash="-",
        role="customer",
        phone_number="254712345678",
        name="Juma",
        created_at="2026-01-01T00:00:00Z",
    ).save()
    return user_id


def ticket_of(ticket_id: str) -> TicketItem:
    return TicketItem.get(*ticket_key(ticket_id), consistent_read=True)


def successor(ticket_id: str) -> TicketItem:
    return ticket_of(str(ticket_of(ticket_id).transferred_to))


@pytest.fixture
def gate(shop: Shop, api: Api) -> Gate:
    return Gate(shop, api)


@pytest.fixture
def ticket(gate: Gate) -> TicketItem:
    return gate.sell(2)[0]


@pytest.fixture
def friend(shop: Shop) -> str:
    return account(FRIEND)


@pytest.fixture
def transfer(api: Api) -> Transfer:
    def call(ticket_id: str, email: str = FRIEND, user_id: str = "") -> Answer:
        user = (user_id or customer_of_ticket(ticket_id) or "", "customer")
        return api(
            "sales/transfer_ticket", "POST", path_parameters={"ticket_id": ticket_id}, body={"email": email}, user=user
        )

    return call


def admit(ticket_id: str) -> None:
    TicketItem(*ticket_key(ticket_id)).update(
        [TicketItem.admitted_at.set("2099-12-24T15:00:00Z")], condition=TicketItem.status == "valid"
    )


def test_the_old_ticket_dies_and_a_new_one_is_the_friends(
    ticket: TicketItem, friend: str, transfer: Transfer, outgoing: Outgoing, gate: Gate
) -> None:
    outgoing.notices.messages.clear()
    answer = transfer(ticket.ticket_id, " Juma@Example.com ")
    assert answer.status == 200
    assert {**answer.json, "transferred_at": None, "message": None} == {
        "message": None,
        "ticket_id": ticket.ticket_id,
        "status": "transferred",
        "transferred_at": None,
    }
    new = successor(ticket.ticket_id)
    assert (customer_of_ticket(new.ticket_id), new.status, new.order_id) == (friend, "valid", ticket.order_id)
    assert (new.ticket_type, new.price, new.purchase_date) == (ticket.ticket_type, ticket.price, ticket.purchase_date)
    assert new.code != ticket.code and sign(new) != sign(ticket)
    assert outgoing.kinds() == [("ticket_transferred", friend)]
    assert new.ticket_id in set(event_ticket_ids(gate.event_id)), "whoever walks the event's tickets finds it"
    assert friend not in str(answer.json), "the giver learns nothing about the friend's account"


def test_scanners_hear_of_both(ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate) -> None:
    transfer(ticket.ticket_id)
    Changes([ticket.ticket_id]).write()
    rows = {change.row[0]: change.row[3] for change in ChangeItem.query(changes_key(gate.event_id))}
    assert rows == {ticket.ticket_id: "transferred", successor(ticket.ticket_id).ticket_id: "valid"}


def test_after_so_many_in_an_hour_the_holder_is_told_when_to_go_on_and_finds_no_accounts_out(
    gate: Gate, friend: str, transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "settings", lambda: settings().model_copy(update={"transfers_per_hour": 2}))
    first, second, third = gate.sell(3)
    assert transfer(first.ticket_id).status == 200
    assert transfer(first.ticket_id).status == 200, "a repeat is not counted: it sends nothing new"
    assert transfer(second.ticket_id, "nobody@example.com").json["code"] == "recipient_not_found"
    refused = transfer(third.ticket_id)
    assert (refused.status, refused.json["code"]) == (429, "too_many_transfers")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert ticket_of(third.ticket_id).status == "valid"


def test_to_transfer_again_to_the_same_person_changes_nothing_and_tells_him_again(
    ticket: TicketItem, friend: str, transfer: Transfer, outgoing: Outgoing
) -> None:
    first = transfer(ticket.ticket_id)
    second = transfer(ticket.ticket_id)
    assert (second.status, second.json) == (200, first.json)
    notices = [message for message in outgoing.notices.messages if message["kind"] == "ticket_transferred"]
    assert len({message["dedupe"] for message in notices}) == 1, "it is sent once"
    account(OTHER)
    assert transfer(ticket.ticket_id, OTHER).json["code"] == "ticket_ended"


def test_a_ticket_wanders_on_and_even_comes_home(ticket: TicketItem, friend: str, transfer: Transfer) -> None:
    owner = customer_of_ticket(ticket.ticket_id) or ""
    account("owner@example.com", owner)
    ids = [ticket.ticket_id]
    for address in (FRIEND, "owner@example.com", FRIEND):
        assert transfer(ids[-1], address).status == 200
        ids.append(successor(ids[-1]).ticket_id)
    assert [customer_of_ticket(each) for each in ids] == [owner, friend, owner, friend]
    assert len({*ids}) == 4
    assert [ticket_of(each).status for each in ids] == ["transferred"] * 3 + ["valid"]


def test_nobody_else_transfers_it_and_an_unknown_address_gets_nothing(
    ticket: TicketItem, friend: str, transfer: Transfer
) -> None:
    assert transfer(ticket.ticket_id, user_id=friend).json["code"] == "ticket_not_found"
    assert transfer("no-ticket", user_id=friend).json["code"] == "ticket_not_found"
    assert (transfer(ticket.ticket_id, OTHER).status, transfer(ticket.ticket_id, OTHER).json["code"]) == (
        404,
        "recipient_not_found",
    )
    assert transfer(ticket.ticket_id, "no address").json["errors"][0]["field"] == "email"
    owner = customer_of_ticket(ticket.ticket_id) or ""
    EmailItem(email_key("owner@example.com"), EMAIL, user_id=owner).save()
    assert transfer(ticket.ticket_id, "owner@example.com").json["code"] == "recipient_has_it"
    assert ticket_of(ticket.ticket_id).status == "valid"


def test_who_has_no_valid_ticket_learns_nothing_about_addresses(
    ticket: TicketItem, friend: str, transfer: Transfer
) -> None:
    TicketItem(*ticket_key(ticket.ticket_id)).update([TicketItem.status.set("void")])
    assert transfer(ticket.ticket_id, FRIEND).json["code"] == transfer(ticket.ticket_id, OTHER).json["code"]


@pytest.mark.parametrize("status", ["void", "refunded", "transferred"])
def test_what_has_ended_is_not_transferred(status: str, ticket: TicketItem, friend: str, transfer: Transfer) -> None:
    TicketItem(*ticket_key(ticket.ticket_id)).update([TicketItem.status.set(status)])
    assert (transfer(ticket.ticket_id).status, transfer(ticket.ticket_id).json["code"]) == (409, "ticket_ended")


def test_nor_is_a_used_one_or_one_of_an_event_that_is_over(
    ticket: TicketItem, friend: str, transfer: Transfer, shop: Shop
) -> None:
    event = EventItem(event_key(shop.event_id), "EVENT")
    event.update([EventItem.status.set("cancelled")])
    assert transfer(ticket.ticket_id).json["code"] == "event_cancelled"
    event.update([EventItem.end_date.set("2020-01-01T00:00:00Z")])
    assert transfer(ticket.ticket_id).json["code"] == "event_over"
    event.update([EventItem.end_date.set("2099-12-24T20:00:00Z")])
    admit(ticket.ticket_id)
    assert (transfer(ticket.ticket_id).status, transfer(ticket.ticket_id).json["code"]) == (409, "ticket_used")


# --- At the same moment -----------------------------------------------------------------------------------------------


def valid_tickets(gate: Gate) -> list[str]:
    return sorted(each for each in event_ticket_ids(gate.event_id) if ticket_of(each).status == "valid")


def test_of_two_transfers_at_once_one_wins(ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate) -> None:
    account(OTHER)
    others = list[Answer]()
    with at_each_call(Meanwhile("TransactWriteItems", lambda: others.append(transfer(ticket.ticket_id, OTHER)))):
        first = transfer(ticket.ticket_id)
    assert (first.status, first.json["code"], others[0].status) == (409, "ticket_ended", 200)
    assert len(valid_tickets(gate)) == 2


def test_the_same_transfer_twice_at_once_makes_one_ticket(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    with at_each_call(Meanwhile("TransactWriteItems", lambda: transfer(ticket.ticket_id))):
        assert transfer(ticket.ticket_id).status == 200
    assert len(valid_tickets(gate)) == 2


def test_of_a_transfer_and_a_check_in_at_once_one_wins(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    with at_each_call(Meanwhile("TransactWriteItems", lambda: admit(ticket.ticket_id))):
        assert transfer(ticket.ticket_id).json["code"] == "ticket_used"
    assert len(valid_tickets(gate)) == 2 and not ticket_of(ticket.ticket_id).transferred_to


def test_of_a_transfer_and_a_cancellation_at_once_one_wins(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    EventItem(event_key(gate.event_id), "EVENT").update([EventItem.refund_until_hours.set(24)])
    cancel = lambda: cancel_order(customer_of(ticket.order_id) or "", ticket.order_id)  # noqa: E731
    with at_each_call(Meanwhile("TransactWriteItems", cancel)):
        assert transfer(ticket.ticket_id).json["code"] == "ticket_ended"
    assert valid_tickets(gate) == [], "the money goes back"


def test_an_order_with_a_ticket_that_was_passed_on_is_given_back_once_it_is_home(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    owner = customer_of(ticket.order_id) or ""
    account("owner@example.com", owner)
    EventItem(event_key(gate.event_id), "EVENT").update([EventItem.refund_until_hours.set(24)])
    transfer(ticket.ticket_id)
    with pytest.raises(Refusal, match="tickets_passed_on"):
        cancel_order(owner, ticket.order_id)
    with suppress(Refusal):
        cancel_order(friend, ticket.order_id)
    assert len(valid_tickets(gate)) == 2
    transfer(successor(ticket.ticket_id).ticket_id, "owner@example.com")
    cancel_order(owner, ticket.order_id)
    assert valid_tickets(gate) == [], "the one that came home ended too"


def test_a_ticket_that_is_void_in_another_hand_or_used_there_is_what_it_is_there(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    EventItem(event_key(gate.event_id), "EVENT").update([EventItem.refund_until_hours.set(24)])
    owner = customer_of(ticket.order_id) or ""
    transfer(ticket.ticket_id)
    passed_on = successor(ticket.ticket_id)
    passed_on.update([TicketItem.admitted_at.set("2099-12-24T15:00:00Z")])
    with pytest.raises(Refusal, match="tickets_used"):
        cancel_order(owner, ticket.order_id)
    passed_on.update([TicketItem.admitted_at.remove(), TicketItem.status.set("void")])
    cancel_order(owner, ticket.order_id)
    assert (valid_tickets(gate), successor(ticket.ticket_id).status) == ([], "void")


def test_no_ticket_is_passed_on_whose_order_is_being_refunded(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate
) -> None:
    """The tickets of an order and the order itself may end one after the other."""

    def refund() -> None:
        PaymentItem(*payment_key(ticket.order_id)).update([PaymentItem.order_status.set("refund_pending")])

    with at_each_call(Meanwhile("TransactWriteItems", refund)):
        assert transfer(ticket.ticket_id).json["code"] == "ticket_ended"
    assert transfer(ticket.ticket_id).json["code"] == "ticket_ended"
    assert not ticket_of(ticket.ticket_id).transferred_to


def test_no_ticket_goes_to_an_account_that_is_deleted_at_this_moment(
    ticket: TicketItem, friend: str, transfer: Transfer
) -> None:
    def delete() -> None:
        UserItem(user_key(friend), PROFILE).delete()
        EmailItem(email_key(FRIEND), EMAIL).delete()

    with at_each_call(Meanwhile("TransactWriteItems", delete)):
        assert transfer(ticket.ticket_id).json["code"] == "recipient_not_found"
    assert ticket_of(ticket.ticket_id).status == "valid"


def test_a_finalizer_that_comes_late_does_not_bring_the_old_ticket_back(
    ticket: TicketItem, friend: str, transfer: Transfer, gate: Gate, shop: Shop
) -> None:
    transfer(ticket.ticket_id)
    payment: Any = PaymentItem.get(*payment_key(ticket.order_id))
    shop.settle(payment)
    mark_free(ticket.order_id)
    assert ticket_of(ticket.ticket_id).status == "transferred"
    assert len(valid_tickets(gate)) == 2
