"""How often somebody may have messages sent: so many times an hour by each kind of request."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from tiketi import clock
from tiketi.delivery.items import AskedItem
from tiketi.errors import Refusal
from tiketi.sales.items import customer_key
from tiketi.table import SCHEMA_VERSION, update_if

WINDOW_SECONDS = 3600


def count(user_id: str, what: str, most: int, refusal: str) -> str:
    """Counts a request, in one write that two at once cannot both make; what tells this request from all others.

    It comes before what it counts: a crash in between costs a try, and sends nobody a message beyond the limit.
    Raises Refusal `refusal` with the seconds to wait and the time by then, once there were `most` of them in the hour.
    """
    now = clock.epoch_now()
    asked = AskedItem(customer_key(user_id), f"ASKED#{what}")
    # Of several that find no open hour one begins it, and the others count in it.
    if not (_one_more(asked, most, now) or _begin(asked, now) or _one_more(asked, most, now)):
        asked.refresh(consistent_read=True)
        wait = max(1, int(asked.until) - now)
        raise Refusal(refusal, most=most, until=clock.from_epoch(now + wait), retry_after=wait)
    return f"{int(asked.until)}-{int(asked.times)}"


def _one_more(asked: AskedItem, most: int, now: int) -> bool:
    return _write(asked, [AskedItem.times.add(1)], (AskedItem.until > now) & (AskedItem.times < most))


def _begin(asked: AskedItem, now: int) -> bool:
    until = now + WINDOW_SECONDS
    actions: list[Action] = [
        AskedItem.type.set(AskedItem),
        AskedItem.schema_version.set(SCHEMA_VERSION),
        AskedItem.until.set(until),
        AskedItem.times.set(1),
        AskedItem.delete_after.set(until + 86_400),
    ]
    return _write(asked, actions, AskedItem.pk.does_not_exist() | (AskedItem.until <= now))


def _write(asked: AskedItem, actions: list[Action], condition: Condition) -> bool:
    return update_if(asked, actions, condition)
