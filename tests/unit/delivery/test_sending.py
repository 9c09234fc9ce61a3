"""One notice is sent once: whatever is repeated, fails, crashes, or runs at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.delivery.crashes import Crash, crash_at
from tests.unit.delivery.postbox import Clock, Postbox
from tiketi.delivery import claims, notices
from tiketi.delivery.claims import LEASE_SECONDS, notice_key
from tiketi.delivery.items import NoticeItem
from tiketi.delivery.outcomes import Failed, Refused, Unknown
from tiketi.delivery.send import PAUSES_SECONDS
from tiketi.payments.outcomes import mark_paid
from tiketi.sales.items import TicketItem, ticket_key


@pytest.fixture
def order(postbox: Postbox) -> str:
    postbox.shop.open()
    return postbox.buys(postbox.customer(), quantity=2)


def test_a_completed_order_is_put_on_its_way_and_again_until_the_queue_has_taken_it(postbox: Postbox) -> None:
    postbox.shop.open()
    payment = postbox.shop.buy()
    mark_paid(payment.order_id, "NLJ7RT61SV")
    postbox.outgoing.notices.troubles = [RuntimeError("throttled"), RuntimeError("throttled")]
    for _ in range(2):
        with pytest.raises(RuntimeError):
            postbox.shop.settle(payment)
    for _ in range(2):
        assert postbox.shop.settle(payment).order_status == "completed"
    sent = [notices.notice_of(message) for message in postbox.outgoing.notices.messages]
    assert sent == [notices.tickets_issued(payment.order_id)] * 2


def test_a_completed_order_has_its_tickets_sent_as_sms_and_email(postbox: Postbox, order: str) -> None:
    assert postbox.receive(notices.tickets_issued(order))
    assert postbox.counts() == (1, 1)
    [(phone, text)], [(address, letter)] = postbox.sms.asked, postbox.email.asked
    assert phone == "254712345678"
    assert text.startswith("Tiketi Tamasha: 2 x VIP, Blankets and Wine, 24 Dec 18:00. Tickets: https://")
    assert address.endswith("@example.com")
    assert letter.text.count("https://") == 2


def test_a_customer_is_written_to_in_his_own_language(postbox: Postbox) -> None:
    postbox.shop.open()
    order = postbox.buys(postbox.customer(language="sw"))
    postbox.receive(notices.tickets_issued(order))
    assert "Tiketi: https://" in postbox.text()
    assert postbox.letter().subject == "Tiketi zako za Blankets and Wine"


def test_a_message_that_comes_twice_and_a_second_message_of_the_same_notice_send_nothing(
    postbox: Postbox, order: str, time: Clock
) -> None:
    notice = notices.tickets_issued(order)
    for message_id in ("first", "second", "third"):
        postbox.receive(notice, message_id)
    time.passes(LEASE_SECONDS + 1)
    for message_id in ("first", "second", "third"):
        assert postbox.receive(notice, message_id)
    assert postbox.counts() == (1, 1)


def test_of_two_consumers_at_the_same_moment_one_sends(postbox: Postbox, order: str) -> None:
    notice = notices.tickets_issued(order)
    answers: list[bool] = []
    postbox.sms.meanwhile = lambda: answers.append(postbox.receive(notice, "another message"))
    assert postbox.receive(notice)
    assert answers == [True], "the other one leaves it to whoever has the claim"
    assert postbox.counts() == (1, 1)


def test_the_same_message_with_two_consumers_waits_with_the_second(postbox: Postbox, order: str) -> None:
    notice = notices.tickets_issued(order)
    answers: list[bool] = []
    postbox.sms.meanwhile = lambda: answers.append(postbox.receive(notice))
    assert postbox.receive(notice)
    assert answers == [False]
    [(_, pause)] = postbox.outgoing.notices.hidden
    assert 0 < pause <= LEASE_SECONDS
    assert postbox.counts() == (1, 1)


def test_what_certainly_failed_is_tried_again_with_growing_pauses_and_what_was_sent_is_not(
    postbox: Postbox, order: str, time: Clock
) -> None:
    notice = notices.tickets_issued(order)
    postbox.sms.outcomes = [Failed("busy"), Failed("busy"), Failed("busy")]
    for _ in range(3):
        assert not postbox.receive(notice)
        time.passes(3600)
    assert [pause for _, pause in postbox.outgoing.notices.hidden] == list(PAUSES_SECONDS[:3])
    assert list(PAUSES_SECONDS) == sorted(PAUSES_SECONDS)
    assert postbox.receive(notice)
    assert postbox.counts() == (4, 1)
    assert postbox.receive(notice, "redriven from the failure queue")
    assert postbox.counts() == (4, 1)


def test_a_message_out_of_the_failure_queue_sends_what_had_failed(postbox: Postbox, order: str) -> None:
    """AWS gives a redriven message another id."""
    notice = notices.tickets_issued(order)
    postbox.email.outcomes = [Failed("MessageRejected")]
    assert not postbox.receive(notice)
    assert postbox.receive(notice, "redriven")
    assert postbox.counts() == (1, 2)


@pytest.mark.parametrize("overtaken_by", ["message-1", "message-2"])
def test_of_two_that_try_again_at_the_same_moment_one_sends(
    postbox: Postbox, order: str, monkeypatch: pytest.MonkeyPatch, overtaken_by: str
) -> None:
    """The first has seen that it failed, and stands still; the other claims it and sends; the first goes on."""
    notice = notices.tickets_issued(order)
    postbox.sms.outcomes = [Failed("busy")]
    assert not postbox.receive(notice)
    claim_again = claims._claim_again  # pyright: ignore[reportPrivateUsage]

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(claims, "_claim_again", claim_again)
        assert postbox.receive(notice, overtaken_by)
        return claim_again(*arguments)

    monkeypatch.setattr(claims, "_claim_again", overtaken)
    assert postbox.receive(notice)
    assert postbox.counts() == (2, 1)


@pytest.mark.parametrize("outcome", [Unknown("ReadTimeoutError"), Refused("InvalidParameter")])
def test_an_unknown_outcome_and_an_address_that_takes_nothing_are_final(
    postbox: Postbox, order: str, time: Clock, outcome: Unknown | Refused
) -> None:
    notice = notices.tickets_issued(order)
    postbox.sms.outcomes = [outcome]
    assert postbox.receive(notice)
    time.passes(LEASE_SECONDS + 1)
    for message_id in ("message-1", "message-2"):
        assert postbox.receive(notice, message_id)
    assert postbox.counts() == (1, 1)


def test_whoever_dies_on_the_way_to_a_provider_leaves_it_unknown_and_is_not_repeated(
    postbox: Postbox, order: str, time: Clock
) -> None:
    notice = notices.tickets_issued(order)
    postbox.sms.outcomes = [Crash()]
    with pytest.raises(Crash):
        postbox.receive(notice)
    assert not postbox.receive(notice), "another may still be at work on it"
    time.passes(LEASE_SECONDS + 1)
    assert postbox.receive(notice)
    assert postbox.counts() == (1, 0)
    item = NoticeItem.get(*notice_key(notice))
    assert (item.sms, item.email) == ("unknown", "unknown")


def test_a_crash_at_any_call_sends_nothing_twice_and_one_before_the_claim_loses_nothing(
    postbox: Postbox, time: Clock
) -> None:
    """Before each call to AWS, and after it; then the queue brings the message again, and another message too."""
    postbox.shop.open(capacity=200)
    number, struck = 0, True
    while struck:
        number += 1
        for after in (False, True):
            order = postbox.buys(postbox.customer())
            struck, claimed = _crashed(postbox, order, number, after)
            for message_id in (f"first of {order}", f"second of {order}", f"first of {order}"):
                time.passes(LEASE_SECONDS + 1)
                assert postbox.receive(notices.tickets_issued(order), message_id)
            assert postbox.counts() == ((0, 0) if claimed and struck else (1, 1)), (number, after)
            postbox.sms.asked.clear()
            postbox.email.asked.clear()
    assert number > 4


def _crashed(postbox: Postbox, order: str, number: int, after: bool) -> tuple[bool, bool]:
    """Whether the call came to pass, and whether the notice was claimed by then."""
    notice = notices.tickets_issued(order)
    with crash_at(number, after=after) as crashes:
        try:
            postbox.receive(notice, f"first of {order}")
        except Crash:
            return True, _is_claimed(notice)
    return crashes.struck, True


def _is_claimed(notice: notices.Notice) -> bool:
    return next(iter(NoticeItem.query(notice_key(notice)[0], NoticeItem.sk == notice_key(notice)[1])), None) is not None


def test_a_claim_whose_answer_was_lost_and_that_the_sdk_repeated_is_still_ones_own(
    postbox: Postbox, order: str, repeat_puts: Callable[[], None]
) -> None:
    repeat_puts()
    assert postbox.receive(notices.tickets_issued(order))
    assert postbox.counts() == (1, 1)


def test_tickets_that_were_given_back_by_then_are_not_sent(postbox: Postbox, order: str) -> None:
    for number in (1, 2):
        TicketItem(*ticket_key(f"{order}-{number}")).update([TicketItem.status.set("refunded")])
    assert postbox.receive(notices.tickets_issued(order))
    assert postbox.counts() == (0, 0)


def test_an_account_that_is_gone_is_written_nothing(postbox: Postbox) -> None:
    postbox.shop.open()
    order = postbox.shop.buy()
    assert postbox.receive(notices.tickets_issued(order.order_id))
    assert postbox.counts() == (0, 0)


def test_no_log_and_no_message_has_an_address(postbox: Postbox, order: str, caplog: pytest.LogCaptureFixture) -> None:
    notice = notices.tickets_issued(order)
    postbox.sms.outcomes = [Failed("busy"), Unknown("ReadTimeoutError")]
    for _ in range(2):
        postbox.receive(notice)
    said = [str(vars(record)) for record in caplog.records if record.module == "send"]
    assert {"could not send", "sent", "may have been sent or not"} <= {record.message for record in caplog.records}
    for text in (*said, str(notices.message_of(notice))):
        assert "712345678" not in text
        assert "@example.com" not in text


def test_the_happy_path_writes_once_one_unit(postbox: Postbox, order: str, written: list[str]) -> None:
    written.clear()
    assert postbox.receive(notices.tickets_issued(order))
    assert written == ["PutItem"]
