"""The payments that wait to be asked about, and the one bucket of questions, in DynamoDB.

However many payments wait, and however many functions run, a question leaves only after a conditional write to the
bucket. Only `check_payment` touches these items, and the template bounds how many of it run at once.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from tiketi.payments.items import PaymentItem
from tiketi.payments.query_rate import Bucket, Rate, after_asking, late_ones_first, next_wake, opens_at
from tiketi.settings import settings
from tiketi.table import Item, put_if, update_if

WAITING, QUESTIONS = "WAITING", "QUESTIONS"
MOST_LOOKED_AT = 25
"""Of those who wait, how many are looked at in one go for one who needs to be asked about still."""
FARTHEST_WAKE_SECONDS = 900
"""SQS delays a message no longer."""


class BucketItem(Item, discriminator="question_bucket"):
    """`QUESTIONS` / `BUCKET`. Times are milliseconds since 1970."""

    next_at = NumberAttribute(default=0)
    wake_at = NumberAttribute(default=0)
    asked = NumberAttribute(default=0)


class WaitingItem(Item, discriminator="waiting"):
    """`WAITING` / `<deadline>#<order>`: by deadline, so that the most urgent and the oldest are found by one Query."""

    order_id = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    """Questions that came to no answer at all."""


def _place(payment: PaymentItem) -> str:
    return f"{int(payment.expires_at):010d}#{payment.order_id}"


class WaitingLine:
    def __init__(self, rate: Rate) -> None:
        self._rate = rate

    def join(self, payment: PaymentItem) -> bool:
        """False when it stands in the line already; one write unit either way."""
        place = WaitingItem(WAITING, _place(payment), order_id=payment.order_id)
        return put_if(place, WaitingItem.pk.does_not_exist())

    def has(self, payment: PaymentItem) -> bool:
        try:
            WaitingItem.get(WAITING, _place(payment), consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def leave(self, waiting: WaitingItem) -> None:
        waiting.delete()

    def try_again(self, waiting: WaitingItem) -> None:
        update_if(waiting, [WaitingItem.tries.set(WaitingItem.tries + 1)], WaitingItem.pk.exists())

    def in_turn(self, bucket: Bucket, now: int) -> Iterator[WaitingItem]:
        """Those who wait, whose turn it is first; `now` in seconds.

        Who can still be in time comes by his deadline, the nearest first; whose deadline is past, the oldest first.
        The two take turns, so neither can starve the other.
        """
        today = f"{now:010d}"
        in_time, late = WaitingItem.sk >= today, WaitingItem.sk < today
        for condition in (late, in_time) if late_ones_first(bucket) else (in_time, late):
            found = WaitingItem.query(WAITING, condition, consistent_read=True, page_size=MOST_LOOKED_AT)
            yield from islice(found, MOST_LOOKED_AT)

    def look(self) -> Bucket:
        try:
            item = BucketItem.get(QUESTIONS, "BUCKET", consistent_read=True)
        except DoesNotExist:
            return self._new_bucket()
        return Bucket(int(item.next_at), int(item.wake_at), int(item.asked))

    def _new_bucket(self) -> Bucket:
        put_if(BucketItem(QUESTIONS, "BUCKET"), BucketItem.pk.does_not_exist())
        return Bucket(0, 0, 0)

    def may_ask(self, bucket: Bucket, now: int) -> bool:
        """`now` in milliseconds, here and below."""
        return now >= opens_at(bucket, self._rate)

    def take(self, bucket: Bucket, now: int) -> bool:
        """Takes a question out of the bucket as it was read; False when somebody else was quicker."""
        after = after_asking(bucket, self._rate, now)
        actions: list[Action] = [BucketItem.next_at.set(after.next_at), BucketItem.asked.set(after.asked)]
        return update_if(BucketItem(QUESTIONS, "BUCKET"), actions, BucketItem.asked == bucket.asked)

    def next_wake(self, payment: PaymentItem, now: int) -> int:
        """Seconds until this one of those who wait shall wake, to ask for whoever's turn it is then.

        As many wake as questions may be asked, each at a moment of his own: that moment is a place in the line. Who
        stands too far back to be given one, or whose deadline comes before it, wakes without a place, and not all
        of them at the same moment.
        """
        bucket = self.look()
        wake = next_wake(bucket, self._rate, now)
        until_deadline = int(payment.expires_at) - now // 1000
        farthest = FARTHEST_WAKE_SECONDS - sum(payment.order_id.encode()) % (FARTHEST_WAKE_SECONDS // 3)
        farthest = min(farthest, until_deadline) if until_deadline > 0 else farthest
        delay = max(1, -(-(wake - now) // 1000))
        if delay >= farthest:
            return farthest
        unchanged = BucketItem.wake_at == bucket.wake_at
        update_if(BucketItem(QUESTIONS, "BUCKET"), [BucketItem.wake_at.set(wake)], unchanged)
        return delay


@cache
def waiting_line() -> WaitingLine:
    return WaitingLine(Rate(settings().mpesa_queries_per_minute, settings().mpesa_query_burst))
