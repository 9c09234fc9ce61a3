"""However many payments wait for an answer, Daraja is asked no faster than it may be, and each of them has its turn."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import pytest

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, VIP
from tiketi.ids import new_id, new_order_id
from tiketi.payments.check_payment import check_payment
from tiketi.payments.check_queue import MOST_DELAY_SECONDS, Check
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.payments.outcomes import change
from tiketi.payments.query_rate import Rate
from tiketi.payments.waiting_line import WAITING, WaitingItem, WaitingLine

START = 1_780_000_000
HOLD_SECONDS = 180


@dataclass
class Safaricom:
    """Knows how every prompt ended, and when it was asked, in milliseconds."""

    now: int = 0
    asked: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    result: tuple[str, str] | None = ("0", "processed")

    def query(self, checkout_request_id: str, now: datetime) -> tuple[str, str] | None:
        self.asked.append((self.now, checkout_request_id))
        return self.result


class Evening:
    """Payments whose callbacks are all lost, one each `pause` milliseconds, and the queue that brings their timers."""

    def __init__(self, cloud: Cloud, payments: int, pause: int, rate: Rate) -> None:
        cloud.table.restore(cloud.empty)
        self.daraja = Safaricom()
        self.line = WaitingLine(rate)
        self.expired: dict[str, int] = {}
        self._numbers = count()
        self._queue: list[tuple[int, int, Check]] = []
        self.deadlines = dict(_put_payments(payments, pause))
        for order_id, deadline in self.deadlines.items():
            self._send(Check(order_id, 0), 1000 * (deadline - HOLD_SECONDS + 20))

    def _send(self, check: Check, at: int) -> None:
        heapq.heappush(self._queue, (at, next(self._numbers), check))

    def run(self) -> None:
        """Until no timer is left."""
        while self._queue:
            at, _, check = heapq.heappop(self._queue)
            self.daraja.now = at
            following = check_payment(check, self.daraja, self.line, at)  # pyright: ignore[reportArgumentType]
            self._settle(check.order_id)
            if following:
                assert following.delay_seconds <= MOST_DELAY_SECONDS
                self._send(following.check, at + 1000 * following.delay_seconds)

    def asked(self, until: int) -> list[tuple[int, str]]:
        return [(at, checkout) for at, checkout in self.daraja.asked if at < until]

    def _settle(self, order_id: str) -> None:
        """What the finalizer does with an order that is decided."""
        payment = find_payment(order_id)
        assert payment
        if payment.status != "PENDING" and payment.order_status == "pending":
            end = "completed" if payment.status == "PAID" else "expired"
            change(order_id, [PaymentItem.order_status.set(end)], PaymentItem.pk.exists())
        if payment.status == "EXPIRED":
            self.expired.setdefault(order_id, self.daraja.now)


def _put_payments(payments: int, pause: int) -> Iterator[tuple[str, int]]:
    with PaymentItem.batch_write() as batch:
        for number in range(payments):
            order_id = new_order_id(new_id())
            deadline = START + number * pause // 1000 + HOLD_SECONDS
            payment = PaymentItem(*payment_key(order_id), order_id=order_id, event_id=EVENT_ID, event_title="Fair")
            for name, value in {"ticket_type": VIP, "pool": VIP, "pool_shards": 1, "quantity": 1}.items():
                setattr(payment, name, value)
            for name in ("phone_number", "account_reference", "token_hash", "request_hash", "created_at"):
                setattr(payment, name, "-")
            payment.unit_price = payment.amount = 500
            payment.expires_at, payment.checkout_request_id = deadline, f"ws_CO_{order_id}"
            batch.save(payment)
            yield order_id, deadline


def asked_no_faster_than(rate: Rate, asked: list[tuple[int, str]]) -> None:
    """In no stretch of time more questions than `burst`, and one more for each interval that has passed."""
    times = [at for at, _ in asked]
    for first in range(len(times)):
        reach = times[first : first + 3 * rate.burst + 20]
        for more, at in enumerate(reach):
            assert more + 1 <= rate.burst + (at - times[first]) / rate.interval, f"{more + 1} questions at {at}"


@pytest.mark.parametrize(("payments", "rate"), [(1000, Rate(300, 5)), (60, Rate(5, 1))], ids=str)
def test_many_wait_and_daraja_is_asked_as_fast_as_it_may_be_and_no_faster(
    cloud: Cloud, payments: int, rate: Rate, record_property: Callable[[str, object], None]
) -> None:
    evening = Evening(cloud, payments, 30, rate)
    evening.run()
    asked = evening.daraja.asked
    asked_no_faster_than(rate, asked)
    record_property("questions asked in their turn", len(asked))
    assert Counter(checkout for _, checkout in asked).most_common(1)[0][1] == 1, "each was asked about once"
    assert len(asked) == payments, "and none was forgotten"
    needed, took = payments * rate.interval, asked[-1][0] - asked[0][0]
    assert took <= 1.1 * needed, "questions that might have been asked were not"
    assert not list(WaitingItem.query(WAITING))


def test_whoever_waits_for_his_turn_expires_at_his_deadline_all_the_same(cloud: Cloud) -> None:
    evening = Evening(cloud, 60, 30, Rate(5, 1))
    evening.run()
    assert len(evening.expired) > 40
    for order_id, at in evening.expired.items():
        assert at <= 1000 * (evening.deadlines[order_id] + 1), f"{order_id} expired late"


def test_who_is_past_his_deadline_has_his_turn_while_new_ones_never_stop_coming(cloud: Cloud) -> None:
    """Twelve payments come each minute and five can be asked about: every other question is about the oldest."""
    evening = Evening(cloud, 90, 5000, Rate(5, 1))
    evening.run()
    last_comes = 1000 * (max(evening.deadlines.values()) - HOLD_SECONDS)
    meanwhile = [
        evening.deadlines[checkout.removeprefix("ws_CO_")] * 1000 - at for at, checkout in evening.asked(last_comes)
    ]
    late = [left for left in meanwhile[-10:] if left < 0]
    assert len(late) == 5, "every other question is about one who is late"
    assert len(evening.daraja.asked) == 90
