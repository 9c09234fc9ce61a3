"""Tickets sent once more on request, a few times an hour."""

from typing import Any

import pytest

from tests.unit.conftest import Answer, Api
from tests.unit.delivery.postbox import Clock, Postbox
from tiketi.delivery import notices, rate
from tiketi.delivery.rate import WINDOW_SECONDS
from tiketi.delivery.resend import MOST_RESENDS, resend_tickets
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.sales.items import TicketItem, ticket_key


@pytest.fixture
def customer(postbox: Postbox) -> str:
    postbox.shop.open()
    return postbox.customer()


@pytest.fixture
def order(postbox: Postbox, customer: str) -> str:
    order = postbox.buys(customer)
    postbox.outgoing.notices.messages.clear()
    return order


def resend(api: Api, user_id: str, order_id: str, **headers: str) -> Answer:
    return api(
        "delivery/resend_tickets",
        "POST",
        f"/orders/{order_id}/resend",
        user=(user_id, "customer"),
        path_parameters={"order_id": order_id},
        headers=headers,
    )


def sent_of(postbox: Postbox) -> list[notices.Notice]:
    return [notices.notice_of(message) for message in postbox.outgoing.notices.messages]


def test_each_request_sends_the_tickets_once_more(postbox: Postbox, api: Api, customer: str, order: str) -> None:
    for _ in range(2):
        assert resend(api, customer, order).status == 202
    for number, notice in enumerate(sent_of(postbox)):
        for _ in range(2):
            postbox.receive(notice, f"message-{number}")
    assert postbox.counts() == (2, 2)
    assert postbox.text().startswith("Tiketi Tamasha: as you asked, your tickets for Blankets and Wine")


def test_after_three_in_an_hour_the_customer_is_told_when_to_ask_again(
    postbox: Postbox, api: Api, customer: str, order: str, time: Clock
) -> None:
    for _ in range(MOST_RESENDS):
        assert resend(api, customer, order).status == 202
        time.passes(60)
    refused = resend(api, customer, order, **{"Accept-Language": "sw"})
    assert (refused.status, refused.json["code"]) == (429, "too_many_resends")
    assert "mara 3 tu kwa saa" in refused.json["message"]
    wait = int(refused.headers["Retry-After"])
    assert wait == WINDOW_SECONDS - 60 * MOST_RESENDS
    time.passes(wait)
    assert resend(api, customer, order).status == 202
    assert len({notice.dedupe for notice in sent_of(postbox)}) == MOST_RESENDS + 1


@pytest.mark.parametrize("moment", [1, 2])
@pytest.mark.parametrize("others", [1, 2, 3, 4])
def test_requests_that_overtake_one_another_are_counted_together(
    postbox: Postbox, customer: str, order: str, monkeypatch: pytest.MonkeyPatch, moment: int, others: int
) -> None:
    """One stands still before its first or second write, and the others run to their ends meanwhile."""
    write, writes = rate._write, []  # pyright: ignore[reportPrivateUsage]

    def overtaken(*arguments: Any) -> bool:
        writes.append(1)
        if len(writes) == moment:
            monkeypatch.setattr(rate, "_write", write)
            done.extend(ask() for _ in range(others))
        return write(*arguments)

    def ask() -> bool:
        try:
            resend_tickets(customer, order)
        except Refusal:
            return False
        return True

    done: list[bool] = []
    monkeypatch.setattr(rate, "_write", overtaken)
    done.append(ask())
    assert sum(done) == min(MOST_RESENDS, others + 1)
    assert len({notice.dedupe for notice in sent_of(postbox)}) == sum(done)


def test_somebody_elses_order_is_as_unknown_as_one_that_never_was(api: Api, customer: str, order: str) -> None:
    for user_id, order_id in ((new_id(), order), (customer, f"{customer}-0000000000000000"), (customer, "nonsense")):
        refused = resend(api, user_id, order_id)
        assert (refused.status, refused.json["code"]) == (404, "order_not_found")


def test_an_order_without_valid_tickets_has_none_to_send(postbox: Postbox, api: Api, customer: str, order: str) -> None:
    TicketItem(*ticket_key(f"{order}-1")).update([TicketItem.status.set("refunded")])
    pending = postbox.shop.buy(user_id=customer).order_id
    for order_id in (order, pending):
        assert resend(api, customer, order_id).json["code"] == "no_tickets_to_send"
    assert sent_of(postbox) == []


def test_a_ticket_that_was_transferred_to_him_is_sent_to_its_new_holder(
    postbox: Postbox, api: Api, customer: str, order: str
) -> None:
    friend = postbox.customer(name="Juma")
    given = TicketItem.get(*ticket_key(f"{order}-1"))
    ticket_id = f"{friend}-0123456789ABCDEF-1"
    TicketItem(
        *ticket_key(ticket_id),
        **{
            name: getattr(given, name)
            for name in ("order_id", "event_id", "event_title", "ticket_type", "price", "purchase_date")
        },
        ticket_id=ticket_id,
    ).save()
    assert resend(api, friend, ticket_id.removesuffix("-1")).status == 202
    postbox.receive(notices.ticket_transferred(ticket_id), "of the transfer")
    assert "you were given a ticket (VIP)" in postbox.text()
    [notice] = sent_of(postbox)
    postbox.receive(notice)
    assert [address for address, _ in postbox.email.asked] == [f"{friend.lower()}@example.com"] * 2
