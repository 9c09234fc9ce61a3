"""How fast Daraja may be asked: one bucket for the whole system, as rules. Pure; times are milliseconds since 1970."""

from typing import NamedTuple


class Rate(NamedTuple):
    """`burst` questions may come at once, and `per_minute` on average; Safaricom's sandbox takes 5, and 1 at once."""

    per_minute: int
    burst: int

    @property
    def interval(self) -> int:
        """Between two questions, rounded up."""
        return -(-60_000 // self.per_minute)


class Bucket(NamedTuple):
    """`next_at`: when the next question is due, were all of them asked evenly. `wake_at`: until when there is
    somebody who will wake to ask. `asked`: how many questions were asked."""

    next_at: int
    wake_at: int
    asked: int


def opens_at(bucket: Bucket, rate: Rate) -> int:
    """From when on a question may be asked."""
    return bucket.next_at - (rate.burst - 1) * rate.interval


def after_asking(bucket: Bucket, rate: Rate, now: int) -> Bucket:
    return bucket._replace(next_at=max(now, bucket.next_at) + rate.interval, asked=bucket.asked + 1)


def next_wake(bucket: Bucket, rate: Rate, now: int) -> int:
    """When one more of those who wait shall wake: the first moment to ask a question at which nobody wakes yet."""
    return max(now, opens_at(bucket, rate), bucket.wake_at + rate.interval)


def late_ones_first(bucket: Bucket) -> bool:
    """Whose turn it is: payments that can still be in time, or those whose deadline is past. They take turns."""
    return bucket.asked % 2 == 1
