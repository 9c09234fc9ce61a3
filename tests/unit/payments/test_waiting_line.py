"""Payments that wait to be asked about: whose turn it is, and what becomes of a lost answer, timer or bucket."""

from typing import Any

import pytest

from tests.unit.shop import Shop
from tiketi import clock
from tiketi.payments.check_payment import Next, check_payment
from tiketi.payments.check_queue import Check, CheckQueue
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import mark_paid
from tiketi.payments.query_rate import Rate
from tiketi.payments.waiting_line import WAITING, BucketItem, WaitingItem, WaitingLine

SANDBOX = Rate(5, 1)


class Timers:
    """Rings timers of payments whose callbacks did not come, some seconds from now."""

    def __init__(self, shop: Shop) -> None:
        shop.open()
        self._shop = shop
        self._start = clock.epoch_millis()
        self.line = WaitingLine(SANDBOX)
        self.asked: list[str] = []
        shop.daraja.query = self._query  # pyright: ignore[reportAttributeAccessIssue]
        self.results = shop.daraja.results

    def _query(self, checkout_request_id: str, now: object) -> tuple[str, str] | None:
        self.asked.append(checkout_request_id)
        return self.results.get(checkout_request_id)

    def ring(self, payment: PaymentItem, after: float, **marks: Any) -> Next | None:
        check = Check(payment.order_id, marks.pop("attempt", 0), **marks)
        return check_payment(check, self._shop.daraja, self.line, self._start + int(1000 * after))  # pyright: ignore[reportArgumentType]

    def until(self, payment: PaymentItem) -> int:
        return int(payment.expires_at) - self._start // 1000

    @property
    def waiting(self) -> list[str]:
        return [each.order_id for each in WaitingItem.query(WAITING)]


@pytest.fixture
def timers(shop: Shop) -> Timers:
    return Timers(shop)


def test_of_two_that_come_together_one_is_asked_about_and_the_other_waits_for_his_moment(
    shop: Shop, timers: Timers
) -> None:
    first, second = shop.buy(), shop.buy()
    timers.ring(first, 20)
    following = timers.ring(second, 20)
    assert timers.asked == ["ws_CO_1"]
    assert following == Next(Check(second.order_id, 1, waiting=True), 12)
    timers.ring(second, 31.9, waiting=True)
    assert timers.asked == ["ws_CO_1"], "not a moment too early"
    timers.ring(second, 32, waiting=True)
    assert timers.asked == ["ws_CO_1", "ws_CO_2"]
    assert timers.waiting == []


def test_a_callback_that_comes_meanwhile_leaves_the_moment_to_whoever_waits(shop: Shop, timers: Timers) -> None:
    first, second, third = shop.buy(), shop.buy(), shop.buy()
    for payment in (first, second, third):
        timers.ring(payment, 20)
    mark_paid(second.order_id, "NLJ7RT61SV")
    timers.ring(second, 32, waiting=True)
    assert timers.asked == ["ws_CO_1", "ws_CO_3"]
    assert timers.waiting == [], "and the one that was paid has left the line"


def test_the_nearest_deadline_is_asked_about_first(shop: Shop, timers: Timers) -> None:
    first, urgent, other = shop.buy(), shop.buy(), shop.buy()
    urgent.update([PaymentItem.expires_at.set(int(urgent.expires_at) - 60)])
    for payment in (first, other, urgent):
        timers.ring(payment, 20)
    timers.ring(other, 32, waiting=True)
    assert timers.asked == ["ws_CO_1", "ws_CO_2"]


def test_who_waits_is_woken_at_his_deadline_at_the_latest(shop: Shop, timers: Timers) -> None:
    payment = shop.buy()
    timers.ring(shop.buy(), 20)
    timers.line.take(timers.line.look(), 1000 * int(payment.expires_at))
    following = timers.ring(payment, timers.until(payment) - 5)
    assert following == Next(Check(payment.order_id, 1, waiting=True), 5)


def test_the_deadline_needs_no_question(shop: Shop, timers: Timers) -> None:
    payment = shop.buy()
    timers.ring(payment, 20)
    WaitingItem(WAITING, "0#another", order_id=payment.order_id).save()
    BucketItem("QUESTIONS", "BUCKET").update([BucketItem.next_at.set(2**60)])
    timers.ring(payment, 200, waiting=True)
    assert shop.payment(payment).status == "EXPIRED"
    assert len(timers.asked) == 1


def test_an_answer_that_does_not_come_after_the_deadline_is_asked_for_three_times(shop: Shop, timers: Timers) -> None:
    payment = shop.buy()
    for number in range(5):
        timers.ring(payment, 300 + 12 * number, attempt=number, waiting=bool(number))
    assert timers.asked == ["ws_CO_1"] * 3


def test_no_answer_before_the_deadline_is_no_reason_to_keep_others_waiting(shop: Shop, timers: Timers) -> None:
    timers.ring(shop.buy(), 20)
    assert timers.waiting == [], "its own timer asks again later"


def test_a_hint_about_a_payment_that_waits_adds_no_second_timer(shop: Shop, timers: Timers) -> None:
    first, second = shop.buy(), shop.buy()
    timers.ring(first, 20)
    timers.ring(second, 20)
    assert timers.ring(second, 21, once=True) is None


def test_a_hint_that_finds_the_bucket_empty_waits_and_then_ends(shop: Shop, timers: Timers) -> None:
    first, second = shop.buy(), shop.buy()
    timers.ring(first, 20)
    following = timers.ring(second, 20, once=True)
    assert following == Next(Check(second.order_id, 1, waiting=True, once=True), 12)
    assert timers.ring(second, 32, waiting=True, once=True) is None
    assert timers.asked == ["ws_CO_1", "ws_CO_2"]


def test_a_lost_bucket_costs_one_question_too_many_at_most(shop: Shop, timers: Timers) -> None:
    payments = [shop.buy() for _ in range(3)]
    timers.ring(payments[0], 20)
    BucketItem("QUESTIONS", "BUCKET").delete()
    timers.ring(payments[1], 20)
    timers.ring(payments[2], 20)
    assert timers.asked == ["ws_CO_1", "ws_CO_2"]


def test_a_lost_place_in_the_line_is_taken_again(shop: Shop, timers: Timers) -> None:
    first, second = shop.buy(), shop.buy()
    timers.ring(first, 20)
    timers.ring(second, 20)
    for waiting in WaitingItem.query(WAITING):
        waiting.delete()
    following = timers.ring(second, 32, waiting=True)
    assert following
    assert not following.check.waiting, "on with its own timer"
    timers.ring(second, 32 + following.delay_seconds)
    assert timers.asked == ["ws_CO_1", "ws_CO_2"]


def test_a_message_says_what_a_check_is() -> None:
    sent: list[tuple[str, int]] = []

    class Sqs:
        def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803
            sent.append((MessageBody, DelaySeconds))

    queue = CheckQueue(Sqs(), "-")  # pyright: ignore[reportArgumentType]
    queue.ask("o", 0, 20)
    queue.ask_once("o")
    queue.send(Check("o", 3, waiting=True), 5000)
    assert sent == [
        ('{"order_id": "o", "attempt": 0}', 20),
        ('{"order_id": "o", "attempt": 0, "once": true}', 0),
        ('{"order_id": "o", "attempt": 3, "waiting": true}', 900),
    ]
