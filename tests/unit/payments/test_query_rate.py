"""The bucket of questions, as rules: how fast Daraja may be asked, and who wakes when to ask."""

import pytest

from tiketi.payments.query_rate import Bucket, Rate, after_asking, late_ones_first, next_wake, opens_at

SANDBOX = Rate(5, 1)
NEW = Bucket(0, 0, 0)
NOW = 1_780_000_000_000


def asked_at(rate: Rate, attempts: list[int]) -> list[int]:
    """The moments of these at which a question leaves."""
    bucket, left = NEW, list[int]()
    for now in attempts:
        if now >= opens_at(bucket, rate):
            bucket = after_asking(bucket, rate, now)
            left.append(now)
    return left


@pytest.mark.parametrize(("per_minute", "interval"), [(1, 60_000), (5, 12_000), (7, 8572), (60_000, 1)])
def test_the_interval_is_rounded_up_so_that_no_minute_has_one_too_many(per_minute: int, interval: int) -> None:
    assert Rate(per_minute, 1).interval == interval


def test_the_sandbox_takes_one_question_every_twelve_seconds() -> None:
    assert asked_at(SANDBOX, list(range(NOW, NOW + 60_001, 1000))) == [NOW + 12_000 * n for n in range(6)]


def test_a_burst_leaves_at_once_and_is_paid_back() -> None:
    attempts = [NOW] * 5 + [NOW + 11_999, NOW + 12_000, NOW + 12_000]
    assert asked_at(Rate(5, 3), attempts) == [NOW, NOW, NOW, NOW + 12_000]


def test_a_quiet_hour_saves_up_no_more_than_the_burst() -> None:
    assert asked_at(Rate(5, 2), [NOW] * 3 + [NOW + 3_600_000] * 5) == [NOW] * 2 + [NOW + 3_600_000] * 2


def test_each_of_those_who_wait_is_given_a_moment_of_his_own() -> None:
    bucket = after_asking(NEW, SANDBOX, NOW)
    wakes: list[int] = []
    for _ in range(3):
        wakes.append(next_wake(bucket, SANDBOX, NOW))
        bucket = bucket._replace(wake_at=wakes[-1])
    assert wakes == [NOW + 12_000, NOW + 24_000, NOW + 36_000]


def test_nobody_is_woken_in_the_past() -> None:
    assert next_wake(Bucket(NOW - 60_000, NOW - 90_000, 7), SANDBOX, NOW) == NOW


def test_those_in_time_and_those_past_their_deadline_take_turns() -> None:
    assert [late_ones_first(Bucket(0, 0, asked)) for asked in range(4)] == [False, True, False, True]


def test_a_question_moves_the_next_one_and_is_counted() -> None:
    assert after_asking(Bucket(NOW - 5, 7, 2), SANDBOX, NOW) == Bucket(NOW + 12_000, 7, 3)
    assert after_asking(Bucket(NOW + 5, 7, 3), SANDBOX, NOW) == Bucket(NOW + 12_005, 7, 4)
