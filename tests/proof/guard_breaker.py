"""A moment of the breaker at which one guard is all that stands between a write and what came before it."""

from tests.proof.cloud import Cloud
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tiketi.errors import Refusal
from tiketi.payments.breaker import BREAKER, FAILURES, MPESA, BreakerItem, demand_closed, step_back


@holds("payments.breaker._may_probe", "BreakerItem.open_until == breaker.open_until")
def two_try_whether_m_pesa_is_back(cloud: Cloud) -> None:
    moment = Moment(cloud)
    now = moment.world.time
    BreakerItem(MPESA, BREAKER, failures=FAILURES, open_until=now - 1).save()
    tried: list[str] = []

    def tries(who: str) -> None:
        try:
            demand_closed(now)
        except Refusal:
            return
        tried.append(who)

    with moment.before("UpdateItem breaker", lambda: tries("another")):
        tries("the first")
    require(tried == ["another"], f"{' and '.join(tried)} wait for an M-PESA that may be down")


@holds("payments.breaker.step_back", "BreakerItem.open_until == breaker.open_until")
def who_was_to_try_steps_back_when_another_has_tried_and_failed(cloud: Cloud) -> None:
    now = Moment(cloud).world.time
    BreakerItem(MPESA, BREAKER, failures=FAILURES, open_until=now - 1).save()
    mine = demand_closed(now)
    BreakerItem(MPESA, BREAKER, failures=FAILURES + 1, open_until=now + 60).save()
    step_back(mine, now + 31)
    require(BreakerItem.get(MPESA, BREAKER).open_until == now + 60, "everybody asks an M-PESA that is down")
