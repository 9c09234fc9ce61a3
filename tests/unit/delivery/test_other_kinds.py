"""What else people are told: money on its way, and an invitation to the gate."""

from tests.unit.delivery.postbox import Postbox
from tiketi.delivery import notices
from tiketi.ids import new_id
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
