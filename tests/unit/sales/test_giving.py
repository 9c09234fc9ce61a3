"""An organizer gives tickets away: on the way of every other order, out of the same stock, for nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.catalogue.conftest import BARAKA
from tests.unit.conftest import Answer, Api
from tests.unit.outgoing import Outgoing
from tests.unit.sales.test_transferring import account
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.accounts.items import EMAIL, EmailItem, email_key
from tiketi.catalogue.items import EventItem, event_key
from tiketi.ids import customer_of
from tiketi.payments.check_queue import CheckQueue
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.sales import buy_ticket, complimentary, stock
from tiketi.sales.items import TicketItem
from tiketi.settings import settings

JUMA = "juma@example.com"
Give = Callable[..., Answer]


@pytest.fixture
def friend(shop: Shop) -> str:
    shop.open(capacity=5, price=500, sales_start="2098-01-01T00:00:00Z", max_per_order=1)
    return account(JUMA)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was put into the queue of payments to check."""
    sent: list[Any] = []
    monkeypatch.setattr(CheckQueue, "ask", lambda self, *given, **named: sent.append((given, named)))
    return sent


@pytest.fixture
def give(shop: Shop, friend: str, api: Api, asked: list[Any]) -> Give:
    organizer = EventItem.get(event_key(shop.event_id), "EVENT").organizer_id

    def call(quantity: int = 2, email: str = JUMA, key: str = "", user: Any = None, **more: Any) -> Answer:
        return api(
            "sales/give_tickets",
            "POST",
            path_parameters={"event_id": shop.event_id},
            body={"ticket_type": "VIP", "quantity": quantity, "email": email, **more},
            user=user or (organizer, "organizer"),
            headers={"Idempotency-Key": key} if key else {},
        )

    return call


def order_of(answer: Answer) -> PaymentItem:
    assert answer.status == 202, answer.json
    found = find_payment(answer.json["order_id"])
    assert found
    return found


def test_tickets_reach_their_holder_and_cost_nothing(
    shop: Shop, friend: str, give: Give, outgoing: Outgoing, asked: list[Any]
) -> None:
    answer = give()
    order = order_of(answer)
    assert (answer.json["status"], answer.json["amount"], answer.json["quantity"]) == ("pending", 0, 2)
    assert customer_of(order.order_id) == friend and order.complimentary_by
    assert len(asked) == 1, "the timer is set like that of every order"
    assert shop.settle(order).order_status == "completed"
    tickets = list(TicketItem.query(order.pk, TicketItem.sk.startswith("TICKET#")))
    assert [(ticket.status, int(ticket.price)) for ticket in tickets] == [("valid", 0)] * 2
    assert outgoing.kinds() == [("tickets_issued", friend)]
    assert shop.figures() == (3, 0, 2), "they are sold"
    [shard] = stock.read_shards(shop.pool)
    assert [tuple(count) for count in shard.counts.values()] == [(2, 0)], "for nothing"
    assert shop.daraja.pushes == []


def test_the_same_request_gives_once_and_another_one_with_its_key_is_refused(
    shop: Shop, friend: str, give: Give
) -> None:
    first = give(key="k-1")
    shop.settle(order_of(first))
    again = give(key="k-1")
    assert (again.status, again.json["order_id"], again.json["status"]) == (202, first.json["order_id"], "completed")
    assert shop.figures() == (3, 0, 2)
    account("achieng@example.com")
    for other in (give(1, key="k-1"), give(key="k-1", email="achieng@example.com")):
        assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert give(key="k-2").json["order_id"] != first.json["order_id"]


def test_a_key_keeps_to_its_recipient_when_the_address_is_anothers(shop: Shop, friend: str, give: Give) -> None:
    first = give(key="k-1").json["order_id"]
    EmailItem(email_key(JUMA), EMAIL, user_id="01JD5QK7V1M8Z6T3W9XHAPN4EE").save()
    assert give(key="k-1").json["order_id"] == first


def test_a_crash_in_the_middle_is_finished_by_the_same_request(
    shop: Shop, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(buy_ticket, "mark_free", lambda *_: (_ for _ in ()).throw(RuntimeError("crashed")))
        assert give(key="k-1").status == 500
    assert shop.figures() == (3, 2, 0)
    busy = give(key="k-1")
    assert (busy.status, busy.json["code"]) == (409, "request_in_progress")
    now = buy_ticket.clock.epoch_now()
    monkeypatch.setattr(buy_ticket.clock, "epoch_now", lambda: now + buy_ticket.WORKING_SECONDS)
    shop.settle(order_of(give(key="k-1")))
    assert shop.figures() == (3, 0, 2)


def test_no_more_is_given_than_there_is(shop: Shop, give: Give) -> None:
    assert give(6).json["code"] == "too_few_left"
    shop.settle(order_of(give(5)))
    assert (give(1).status, give(1).json["code"]) == (409, "sold_out")
    assert shop.figures() == (0, 0, 5)


def test_a_gift_and_a_buyer_at_once_share_the_last_tickets(
    shop: Shop, friend: str, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buyer takes his hold at the moment before the organizer takes his."""
    EventItem(event_key(shop.event_id), "EVENT").update([EventItem.tiers.set({"VIP": {"price": 500, "capacity": 5}})])
    hold, taken = stock.hold, list[bool]()

    def after_a_buyer(*given: Any) -> bool:
        if not taken:
            taken.append(True)
            shop.buy(4)
        return hold(*given)

    monkeypatch.setattr(stock, "hold", after_a_buyer)
    assert give(2).json["code"] == "too_few_left"
    assert shop.figures() == (1, 4, 0)


@pytest.fixture
def two_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complimentary, "settings", lambda: settings().model_copy(update={"gifts_per_hour": 2}))


def test_after_so_many_in_an_hour_the_organizer_is_told_when_to_go_on(
    shop: Shop, give: Give, two_an_hour: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.epoch_now()
    assert [give(1, key=f"k-{number}").status for number in range(3)] == [202, 202, 429]
    refused = give(1, key="k-2")
    assert refused.json["code"] == "too_many_gifts" and "2 times an hour" in refused.json["message"]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert give(1, key="k-1").status == 202, "a repeat is no other gift"
    assert shop.figures() == (3, 2, 0)
    monkeypatch.setattr(clock, "epoch_now", lambda: now + 3601)
    assert give(1, key="k-2").status == 202


def test_nobody_finds_out_by_gifts_which_of_many_addresses_have_an_account(give: Give, two_an_hour: None) -> None:
    answers = [give(email=f"{name}@example.com").json["code"] for name in ("amina", "brian", "juma")]
    assert answers == ["recipient_not_found", "recipient_not_found", "too_many_gifts"]


def test_whoever_is_given_tickets_is_not_named_to_the_organizer(shop: Shop, give: Give, api: Api) -> None:
    """He knew an address and nothing else."""
    answer = give(2)
    shop.settle(order_of(answer))
    organizer = (EventItem.get(event_key(shop.event_id), "EVENT").organizer_id, "organizer")
    path = {"event_id": shop.event_id}
    names = ("list_attendees", "list_event_orders")
    lists = [api(f"sales/{name}", path_parameters=path, user=organizer) for name in names]
    assert [[row["name"] for row in rows] for each in lists for rows in each.json.values() if rows] == [["", ""], [""]]
    assert "Juma" not in str([answer.json, *(each.json for each in lists)])


def test_the_tickets_of_a_draft_are_not_given_before_it_is_published(shop: Shop, give: Give) -> None:
    EventItem(event_key(shop.event_id), "EVENT").update([EventItem.status.set("draft")])
    refused = give()
    assert (refused.status, refused.json["code"]) == (409, "event_not_published")
    assert "Publish it first" in refused.json["message"]


def test_what_cannot_be_given(shop: Shop, friend: str, give: Give) -> None:
    assert (give(email="nobody@example.com").status, give(email="nobody@example.com").json["code"]) == (
        404,
        "recipient_not_found",
    )
    assert give(ticket_type="Balcony").json["errors"][0]["field"] == "ticket_type"
    assert give(51).json["errors"][0]["field"] == "quantity"
    assert give(user=BARAKA).json["code"] == "not_your_event"
    assert give(user=(friend, "customer")).json["code"] == "organizers_only"
    event = EventItem(event_key(shop.event_id), "EVENT")
    event.update([EventItem.end_date.set("2020-01-01T00:00:00Z")])
    assert give().json["code"] == "event_over"
    event.update([EventItem.status.set("cancelled")])
    assert give().json["code"] == "event_cancelled"
