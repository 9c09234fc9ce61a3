"""Moments of the line to Daraja at which one guard is all that stands between a write and what came before it."""

from tests.proof.cloud import Cloud
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tiketi.payments.check_payment import Next, check_payment
from tiketi.payments.check_queue import Check
from tiketi.payments.query_rate import Bucket, Rate
from tiketi.payments.waiting_line import WAITING, WaitingItem, WaitingLine

LINE = WaitingLine(Rate(5, 1))


class Asked(Moment):
    """One payment whose callback does not come; its timer rings."""

    def ring(self, **marks: bool) -> Next | None:
        millis = 1000 * self.world.time
        return check_payment(Check(self.order_id, 0, **marks), self.world.phones, LINE, millis)  # pyright: ignore

    def ask_at_the_same_moment(self, call: str) -> None:
        WaitingItem(WAITING, "0#another", order_id=self.order_id).save()
        with self.before(call, self.ring):
            self.ring()
        asked = [point for point in self.cloud.points if point.call == "STK query"]
        require(len(asked) == 1, f"{len(asked)} questions in one moment")

    def empty_the_bucket(self) -> None:
        LINE.look()
        require(LINE.take(LINE.look(), 1000 * self.world.time), "a full bucket gives nothing")

    @property
    def place(self) -> WaitingItem:
        [place] = WaitingItem.query(WAITING)
        return place


@holds("payments.waiting_line.WaitingLine.take", "BucketItem.asked == bucket.asked")
def two_timers_take_the_same_question_out_of_the_bucket(cloud: Cloud) -> None:
    moment = Asked(cloud)
    LINE.look()
    moment.ask_at_the_same_moment("UpdateItem questions")


@holds("payments.waiting_line.WaitingLine._new_bucket", "BucketItem.pk.does_not_exist()")
def two_timers_find_no_bucket(cloud: Cloud) -> None:
    Asked(cloud).ask_at_the_same_moment("PutItem questions")


@holds("payments.waiting_line.WaitingLine.join", "WaitingItem.pk.does_not_exist()")
def a_hint_comes_for_a_payment_that_waits(cloud: Cloud) -> None:
    moment = Asked(cloud)
    moment.empty_the_bucket()
    moment.ring()
    require(moment.ring(once=True) is None, "one payment has two timers")


@holds("payments.waiting_line.WaitingLine.try_again", "WaitingItem.pk.exists()")
def a_payment_leaves_the_line_before_it_keeps_its_place(cloud: Cloud) -> None:
    moment = Asked(cloud)
    LINE.join(moment.payment)
    place = moment.place
    LINE.leave(place)
    LINE.try_again(place)
    require(not list(WaitingItem.query(WAITING)), "half a place is written where there is none")


@holds("payments.waiting_line.WaitingLine.next_wake", "BucketItem.wake_at == bucket.wake_at")
def a_slow_timer_is_given_a_moment_that_was_given_before(cloud: Cloud) -> None:
    moment = Asked(cloud)
    moment.empty_the_bucket()
    millis = 1000 * moment.world.time
    others: list[int] = []

    def give_others() -> None:
        others.extend(LINE.next_wake(moment.payment, millis) for _ in range(3))

    with moment.before("UpdateItem questions", give_others):
        LINE.next_wake(moment.payment, millis)
    others.append(LINE.next_wake(moment.payment, millis))
    require(others == [12, 24, 36, 48], f"they wake after {others} seconds")


def _first_in_turn(cloud: Cloud, bucket: Bucket) -> str:
    """The two who wait have their deadlines before and after now; whose turn it is first."""
    moment = Asked(cloud)
    deadline = int(moment.payment.expires_at)
    for name, until in (("late", deadline - 200), ("in time", deadline)):
        WaitingItem(WAITING, f"{until:010d}#{name}", order_id=name).save()
    return "".join(each.order_id for each in LINE.in_turn(bucket, moment.world.time))


@holds("payments.waiting_line.WaitingLine.in_turn", "WaitingItem.sk >= today")
def it_is_the_turn_of_those_in_time(cloud: Cloud) -> None:
    turns = _first_in_turn(cloud, Bucket(0, 0, asked=0))
    require(turns == "in timelate", f"{turns}: who waits past his deadline is asked about every time")


@holds("payments.waiting_line.WaitingLine.in_turn", "WaitingItem.sk < today")
def it_is_the_turn_of_those_past_their_deadline(cloud: Cloud) -> None:
    turns = _first_in_turn(cloud, Bucket(0, 0, asked=1))
    require(turns == "latein time", f"{turns}: one of them is looked at twice")
