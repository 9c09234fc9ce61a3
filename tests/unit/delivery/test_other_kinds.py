"""What else people are told: money on its way, and an invitation to the gate."""

import pytest

from tests.unit.delivery.postbox import Postbox
from tests.unit.outgoing import Outgoing
from tiketi.catalogue.items import EventItem, event_key
from tiketi.delivery import notices
from tiketi.ids import new_id, spoken_code
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.void_ticket import void_ticket
from tiketi.table import Item


def invited(postbox: Postbox, **about: str) -> notices.Notice:
    postbox.shop.open()
    staff_id, event_id = new_id(), postbox.shop.event_id
    texts = {name: {"S": value} for name, value in about.items()}
    connection = Item._get_connection()  # pyright: ignore[reportPrivateUsage]
    connection.put_item(f"GATE#{event_id}", f"STAFF#{staff_id}", attributes={"type": {"S": "gate_staff"}, **texts})
    return notices.gate_invite(event_id, staff_id, "https://tiketi.example/gate#secret")


def test_a_refund_says_how_much_and_for_what_and_each_is_told_once(postbox: Postbox) -> None:
    postbox.shop.open()
    order = postbox.buys(postbox.customer())
    for notice in (notices.refund_due(order, 1500, "R1"), notices.refund_sent(order, 1500, "R1")):
        for message_id in ("a", "b"):
            assert postbox.receive(notice, f"{notice.kind} {message_id}")
    assert [text for _, text in postbox.sms.asked] == [
        "Tiketi Tamasha: KES 1,500 for Blankets and Wine is on its way back to the M-PESA number that paid. "
        "You need not do anything.",
        "Tiketi Tamasha: KES 1,500 for Blankets and Wine was sent back to the M-PESA number that paid.",
    ]


def test_whose_ticket_is_made_void_is_told_once_which_and_that_no_money_comes_of_it(
    postbox: Postbox, outgoing: Outgoing
) -> None:
    postbox.shop.open()
    order = postbox.buys(postbox.customer(), quantity=2)
    [organizer] = {event.organizer_id for event in EventItem.query(event_key(postbox.shop.event_id))}
    outgoing.notices.messages.clear()
    first, ticket = (void_ticket(organizer, f"{order}-2", "Sold by a tout") for _ in range(2))
    assert first.voided_at == ticket.voided_at
    for number, message in enumerate(outgoing.notices.messages):
        assert postbox.receive(notices.notice_of(message), f"message-{number}")
    assert (len(outgoing.notices.messages), postbox.counts()) == (2, (1, 1))
    code = spoken_code(ticket.code)
    assert postbox.text() == (
        f"Tiketi Tamasha: the organizer made your ticket {code} (VIP) for Blankets and Wine, 24 Dec 18:00, void. "
        "It admits nobody. No money comes back by that: ask the organizer."
    )
    assert postbox.letter().subject == f"Your ticket {code} for Blankets and Wine is void"
    assert "tout" not in postbox.letter().text


@pytest.mark.parametrize("status", ["refund_pending", "cancelled"])
def test_whose_order_ended_after_his_ticket_was_made_void_hears_of_the_order_alone(
    postbox: Postbox, status: str
) -> None:
    postbox.shop.open()
    order = postbox.buys(postbox.customer())
    [event] = EventItem.query(event_key(postbox.shop.event_id))
    void_ticket(event.organizer_id, f"{order}-1", "Sold by a tout")
    PaymentItem(*payment_key(order)).update([PaymentItem.order_status.set(status)])
    assert postbox.receive(notices.ticket_voided(f"{order}-1"))
    assert postbox.counts() == (0, 0)


def test_who_holds_a_valid_ticket_is_not_told_that_it_is_void(postbox: Postbox) -> None:
    postbox.shop.open()
    assert postbox.receive(notices.ticket_voided(f"{postbox.buys(postbox.customer())}-1"))
    assert postbox.counts() == (0, 0)


def test_gate_staff_need_no_account_and_are_invited_by_phone_alone(postbox: Postbox) -> None:
    assert postbox.receive(invited(postbox, phone_number="254722000003", language="sw"))
    assert postbox.counts() == (1, 0)
    assert postbox.text().endswith("Usimpe mtu kiungo hiki: https://tiketi.example/gate#secret")


def test_gate_staff_are_invited_by_email_alone(postbox: Postbox) -> None:
    assert postbox.receive(invited(postbox, email="juma@example.com"))
    assert postbox.counts() == (0, 1)
    assert postbox.letter().subject == "Check tickets at Blankets and Wine"


def test_an_invitation_that_was_withdrawn_is_not_sent(postbox: Postbox) -> None:
    assert postbox.receive(invited(postbox, email="juma@example.com", revoked_at="2026-11-24T09:00:00Z"))
    assert postbox.receive(notices.gate_invite(postbox.shop.event_id, new_id(), "https://tiketi.example/gate#x"))
    assert postbox.counts() == (0, 0)
