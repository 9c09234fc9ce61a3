"""Moments at which a second message would be sent, or a second change of an event would undo the first."""

from collections.abc import Callable

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tests.proof.scenarios import ASHA
from tiketi.catalogue import changes
from tiketi.catalogue.items import EventItem
from tiketi.delivery import claims, rate
from tiketi.delivery.notices import Notice
from tiketi.errors import Refusal

BY_SMS = frozenset[claims.Channel]({"sms"})
MOST = 2


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refusal:
        return True
    return False


@holds("catalogue.changes.write", "EventItem.version == version")
def two_read_an_event_and_both_change_it(cloud: Cloud) -> None:
    Moment(cloud)
    first, second = (EventItem.get(f"EVENT#{EVENT_ID}", "EVENT", consistent_read=True) for _ in range(2))
    changes.write(first, {"title": "The first"})
    late = refused(lambda: changes.write(second, {"title": "The second"}))
    require(late, "a change is lost that another has made meanwhile")


def _notice(moment: Moment) -> Notice:
    return Notice("tickets_issued", ASHA, moment.order_id)


def _claim(moment: Moment, owner: str) -> claims.Claim | None:
    claimed = claims.claim(_notice(moment), BY_SMS, owner, moment.cloud.now())
    return claimed if isinstance(claimed, claims.Claim) else None


@holds("delivery.claims.claim", "NoticeItem.pk.does_not_exist()")
def two_messages_bring_one_notice(cloud: Cloud) -> None:
    moment = Moment(cloud)
    require(_claim(moment, "one") is not None, "nobody sends it")
    require(_claim(moment, "another") is None, "it is sent twice")


@holds("delivery.claims._update", "NoticeItem.nonce == item.nonce")
def whoever_lost_his_claim_writes_back_what_became_of_it(cloud: Cloud) -> None:
    moment = Moment(cloud)
    lost = _claim(moment, "one")
    assert lost
    claims.write_back(lost.item, {"sms": "failed"})
    require(_claim(moment, "another") is not None, "what failed is not tried again")
    require(not claims.write_back(lost.item, {"sms": "failed"}), "what another is sending may be sent a third time")


def _asks(most: int = MOST) -> bool:
    """Whether one more request of this hour is let through."""
    return not refused(lambda: rate.count(ASHA, "gifts", most, "too_many_resends"))


@holds("delivery.rate._one_more", "AskedItem.times < most")
def somebody_asks_more_often_than_he_may(cloud: Cloud) -> None:
    Moment(cloud)
    require([_asks() for _ in range(MOST + 1)] == [True] * MOST + [False], "messages without a limit")


@holds("delivery.rate._one_more", "AskedItem.until > now")
def an_hour_ends(cloud: Cloud) -> None:
    Moment(cloud)
    _asks()
    began = cloud.now()
    cloud.now = lambda: began + rate.WINDOW_SECONDS
    require([_asks() for _ in range(MOST + 1)] == [True] * MOST + [False], "one more is counted in the hour before")


@holds("delivery.rate._begin", "AskedItem.pk.does_not_exist() | (AskedItem.until <= now)")
def an_hour_is_begun_beside_one_that_runs(cloud: Cloud) -> None:
    Moment(cloud)
    require([_asks(1) for _ in range(2)] == [True, False], "every request begins an hour of its own")
