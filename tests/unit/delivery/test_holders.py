"""All holders of an event are told, each once, however many they are and wherever a crash cuts it off."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tests.unit.delivery.crashes import Crash, crash_at
from tests.unit.delivery.postbox import Clock, Postbox
from tests.unit.outgoing import Outgoing
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.catalogue.listings import refresh
from tiketi.delivery import fan_out, notices
from tiketi.delivery.reminders import remind_holders, tomorrow
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.items import TicketItem, ticket_key

THE_DAY_BEFORE = datetime(2099, 12, 23, 7, tzinfo=UTC)
"""Ten in the morning in Nairobi; the event starts on the 24th at 18:00."""


@pytest.fixture
def day_before(time: Clock) -> Clock:
    time.now = int(THE_DAY_BEFORE.timestamp())
    return time


def step(outgoing: Outgoing) -> None:
    """The queue hands over its oldest message, which is gone once the function is done."""
    message = outgoing.fan_outs.messages[0]
    record = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(message), "attributes": {}}
    answer = load_function("delivery/notify_holders").handler({"Records": [record]}, LAMBDA_CONTEXT)
    if not answer["batchItemFailures"]:
        outgoing.fan_outs.messages.remove(message)


def go_through(outgoing: Outgoing) -> None:
    while outgoing.fan_outs.messages:
        step(outgoing)


def deliver(postbox: Postbox) -> None:
    """Every message of the queue for many, each with an id of its own."""
    for number, message in enumerate(postbox.outgoing.bulk.messages):
        assert postbox.receive(notices.notice_of(message), f"bulk-{number}")


def holders(postbox: Postbox, count: int) -> list[str]:
    postbox.shop.open(capacity=100)
    customers = [postbox.customer() for _ in range(count)]
    for customer in customers:
        postbox.buys(customer, quantity=2)
    return customers


def told(postbox: Postbox) -> list[str]:
    return sorted(address for address, _ in postbox.email.asked)


def addresses(customers: list[str]) -> list[str]:
    return sorted(f"{customer.lower()}@example.com" for customer in customers)


def test_every_holder_is_told_once_whatever_number_of_tickets_and_orders_he_has(postbox: Postbox) -> None:
    customers = holders(postbox, 4)
    postbox.buys(customers[0], quantity=3)
    notices.enqueue_to_holders(postbox.shop.event_id, "event_changed", "version-2")
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses(customers)
    assert "Blankets and Wine has changed. Now: 24 Dec 18:00, Ngong Racecourse, Nairobi" in postbox.text()


def test_a_crash_at_any_call_of_the_way_leaves_nobody_out_and_tells_nobody_twice(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "STRETCH_TICKETS", 2)
    customers = holders(postbox, 3)
    for number in (1, 5, 9, 20):
        for after in (False, True):
            occasion = f"{number}-{after}"
            notices.enqueue_to_holders(postbox.shop.event_id, "event_changed", occasion)
            with crash_at(number, after=after), suppress(Crash):
                go_through(postbox.outgoing)
            go_through(postbox.outgoing)
            deliver(postbox)
            assert told(postbox) == addresses(customers), occasion
            postbox.email.asked.clear()
            postbox.outgoing.bulk.messages.clear()


def test_a_queue_that_takes_no_message_has_the_stretch_gone_through_again(postbox: Postbox) -> None:
    customers = holders(postbox, 2)
    notices.enqueue_to_holders(postbox.shop.event_id, "event_changed", "version-2")
    postbox.outgoing.bulk.troubles = [RuntimeError("throttled")]
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses(customers)


def test_a_stretch_is_cut_where_the_next_one_begins(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "STRETCH_TICKETS", 1)
    customers = holders(postbox, 5)
    notices.enqueue_to_holders(postbox.shop.event_id, "event_changed", "version-2")
    steps = 0
    while postbox.outgoing.fan_outs.messages:
        step(postbox.outgoing)
        steps += 1
    assert steps == 32 + 2 * len(customers), "one for each partition, and one for each full stretch"
    assert sorted({message["recipient"] for message in postbox.outgoing.bulk.messages}) == sorted(customers)


def test_of_a_cancelled_event_those_hear_whose_tickets_end_by_it(postbox: Postbox) -> None:
    valid, ending, refunded, gone_before = holders(postbox, 4)
    ends = {ending: ("completed", ""), refunded: ("refund_pending", "event_cancelled")}
    for customer, (status, reason) in {**ends, gone_before: ("refunded", "cancelled_by_request")}.items():
        [payment] = PaymentItem.query(f"USER#{customer}", PaymentItem.sk.startswith("PAYMENT#"))
        PaymentItem(*payment_key(payment.order_id)).update(
            [PaymentItem.order_status.set(status), PaymentItem.reason.set(reason)]
        )
        for number in (1, 2):
            TicketItem(*ticket_key(f"{payment.order_id}-{number}")).update([TicketItem.status.set("refunded")])
    notices.enqueue_to_holders(postbox.shop.event_id, "event_cancelled", "cancelled")
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses([valid, ending, refunded])
    assert "is cancelled" in postbox.text()


def test_who_has_given_his_ticket_on_is_not_reminded(postbox: Postbox, day_before: Clock) -> None:
    stays, leaves = holders(postbox, 2)
    for ticket in TicketItem.query(f"USER#{leaves}", TicketItem.sk.startswith("TICKET#")):
        TicketItem(*ticket_key(ticket.ticket_id)).update([TicketItem.status.set("transferred")])
    notices.enqueue_to_holders(postbox.shop.event_id, "reminder", "2099-12-24T15:00:00Z")
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses([stays])


def test_holders_are_reminded_the_day_before_once_however_often_the_schedule_runs(
    postbox: Postbox, day_before: Clock
) -> None:
    customers = holders(postbox, 2)
    refresh(postbox.shop.event_id)
    assert [remind_holders(THE_DAY_BEFORE) for _ in range(3)] == [1, 0, 0]
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses(customers)
    assert postbox.text().startswith("Tiketi Tamasha: tomorrow, Blankets and Wine, 24 Dec 18:00, ")


@pytest.mark.parametrize("after", [False, True])
def test_a_reminder_cut_off_before_its_mark_is_begun_again_and_reminds_nobody_twice(
    postbox: Postbox, day_before: Clock, after: bool
) -> None:
    customers = holders(postbox, 2)
    refresh(postbox.shop.event_id)
    for number in (1, 2, 3):
        with crash_at(number, after=after), suppress(Crash):
            remind_holders(THE_DAY_BEFORE)
    remind_holders(THE_DAY_BEFORE)
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == addresses(customers)


@pytest.mark.parametrize(
    ("now", "start", "is_due"),
    [
        ("2099-12-23T06:00", "2099-12-24T15:00:00Z", 1),
        ("2099-12-23T20:59", "2099-12-24T15:00:00Z", 1),
        ("2099-12-22T20:59", "2099-12-24T15:00:00Z", 0),
        ("2099-12-23T21:00", "2099-12-24T15:00:00Z", 0),
        ("2099-12-23T06:00", "2099-12-23T21:00:00Z", 1),
        ("2099-12-23T06:00", "2099-12-23T20:59:59Z", 0),
        ("2099-12-23T06:00", "2099-12-24T21:00:00Z", 0),
    ],
)
def test_the_day_before_is_nairobis(postbox: Postbox, now: str, start: str, is_due: int) -> None:
    postbox.shop.open()
    event = EventItem.get(event_key(postbox.shop.event_id), EVENT)
    event.update([EventItem.start_date.set(start), EventItem.version.add(1)])
    refresh(postbox.shop.event_id)
    assert remind_holders(datetime.fromisoformat(now).replace(tzinfo=UTC)) == is_due


def test_a_reminder_that_comes_too_late_or_of_an_event_that_moved_is_not_sent(
    postbox: Postbox, day_before: Clock
) -> None:
    holders(postbox, 1)
    notices.enqueue_to_holders(postbox.shop.event_id, "reminder", "2099-12-24T15:00:00Z")
    go_through(postbox.outgoing)
    day_before.passes(86_400)
    deliver(postbox)
    assert told(postbox) == []


@pytest.mark.parametrize("status", ["draft", "cancelled", "deleting"])
def test_nobody_is_reminded_of_an_event_that_was_taken_back_or_called_off(
    postbox: Postbox, day_before: Clock, status: str
) -> None:
    customers = holders(postbox, 2)
    event = EventItem(event_key(postbox.shop.event_id), EVENT)
    refresh(postbox.shop.event_id)
    event.update([EventItem.status.set(status)])
    assert remind_holders(THE_DAY_BEFORE) == 0, "while it is still on the list"
    event.update([EventItem.status.set("published")])
    assert remind_holders(THE_DAY_BEFORE) == 1, "it is published again in time"
    event.update([EventItem.status.set(status)])
    go_through(postbox.outgoing)
    deliver(postbox)
    assert told(postbox) == [], "on the way it was taken back again"
    event.update([EventItem.status.set("published")])
    deliver(postbox)
    assert told(postbox) == addresses(customers)


def test_tomorrow_is_a_day_long() -> None:
    begin, end = tomorrow(THE_DAY_BEFORE)
    assert (begin.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()) == (
        "2099-12-23T21:00:00+00:00",
        "2099-12-24T21:00:00+00:00",
    )


def test_the_schedule_runs_the_reminder(postbox: Postbox, day_before: Clock, outgoing: Outgoing) -> None:
    holders(postbox, 1)
    refresh(postbox.shop.event_id)
    assert load_function("delivery/remind_holders").handler({}, LAMBDA_CONTEXT) == {"events": 1}
    assert [message["kind"] for message in outgoing.fan_outs.messages] == ["reminder"]
