"""What others ask delivery to tell people."""

import json

import pytest

from tests.unit.outgoing import Outgoing
from tiketi.delivery import notices
from tiketi.ids import new_id, new_order_id

CUSTOMER = new_id()
ORDER = new_order_id(CUSTOMER)


def test_a_notice_about_an_order_is_for_its_customer(outgoing: Outgoing) -> None:
    notices.enqueue(notices.tickets_issued(ORDER))
    notices.enqueue(notices.refund_sent(ORDER, 1500, "SJ12ABCDEF"))
    assert outgoing.kinds() == [("tickets_issued", CUSTOMER), ("refund_sent", CUSTOMER)]


def test_a_notice_about_a_ticket_is_for_its_new_holder(outgoing: Outgoing) -> None:
    notices.enqueue(notices.ticket_transferred(f"{ORDER}-1"))
    assert outgoing.kinds() == [("ticket_transferred", CUSTOMER)]


def test_two_refunds_of_one_order_are_two_notices_and_the_same_one_twice_is_one() -> None:
    first, again, other = (notices.refund_sent(ORDER, 500, receipt) for receipt in ("A", "A", "B"))
    assert first == again
    assert first.dedupe != other.dedupe


def test_all_holders_are_told_by_one_message_however_many_they_are(outgoing: Outgoing) -> None:
    event_id = new_id()
    notices.enqueue_to_holders(event_id, "event_changed", "version-3")
    [message] = outgoing.fan_outs.messages
    assert message | {"correlation_id": ""} == {
        "event_id": event_id,
        "kind": "event_changed",
        "dedupe": "version-3",
        "params": {},
        "correlation_id": "",
    }


def test_what_is_no_order_has_no_customer() -> None:
    with pytest.raises(ValueError):
        notices.tickets_issued("NOPE")


def test_a_message_can_be_written_as_json() -> None:
    for notice in (notices.tickets_issued(ORDER), notices.gate_invite(new_id(), "S1", "https://tiketi.example/gate")):
        assert json.loads(json.dumps(notices.message_of(notice)))["kind"] == notice.kind
