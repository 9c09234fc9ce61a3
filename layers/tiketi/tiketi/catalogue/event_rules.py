"""The rules an event keeps, without AWS and without HTTP: its dates, its tiers, and the stock they add up to."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from tiketi.catalogue.event_input import MOST_TICKETS, TierChange
from tiketi.catalogue.items import SHARED_POOL, Tier
from tiketi.clock import parse
from tiketi.errors import FieldError, Refusal

DEFAULT_TOTAL_TICKETS = 100
DEFAULT_MAX_PER_ORDER = 10
LONGEST_EVENT = timedelta(days=366)
"""An exhibition may last months; more than a year is a slip of the year."""


def wrong_dates(start_date: str, end_date: str, now: datetime) -> list[FieldError]:
    start, end = parse(start_date), parse(end_date)
    if end <= start:
        return [FieldError("end_date", "ends_before_start", "The event must end after it starts.")]
    if end <= now:
        return [FieldError("end_date", "already_over", "The event would be over already.")]
    if end - start > LONGEST_EVENT:
        days = LONGEST_EVENT.days
        return [FieldError("end_date", "event_too_long", f"An event lasts at most {days} days.", {"days": days})]
    return []


def tiers_after(before: Mapping[str, Tier], sent: Mapping[str, TierChange]) -> dict[str, Tier]:
    """The tiers once `sent` is done. Those not named in it are gone.

    Raises Refusal `invalid_input`: a new tier without a price, or sales that end before they start.
    """
    tiers: dict[str, Tier] = {}
    wrong: list[FieldError] = []
    for name, change in sent.items():
        values = change.model_dump(include=change.model_fields_set)
        if values.get("price") is None:
            values.pop("price", None)
        merged = {key: value for key, value in {**before.get(name, {}), **values}.items() if value is not None}
        if "price" not in merged:
            wrong.append(FieldError(f"ticket_tiers.{name}.price", "missing", "Field required"))
        tier = cast(Tier, {"max_per_order": DEFAULT_MAX_PER_ORDER, **merged})
        if "sales_start" in tier and "sales_end" in tier and tier["sales_end"] <= tier["sales_start"]:
            message = "Sales must end after they start."
            wrong.append(FieldError(f"ticket_tiers.{name}.sales_end", "ends_before_start", message))
        tiers[name] = tier
    if wrong:
        raise Refusal("invalid_input", fields=tuple(wrong))
    return tiers


def stock_of(tiers: Mapping[str, Tier], total: int, total_is_asked_for: bool) -> tuple[dict[str, int], int]:
    """The capacity of each pool, and the event's total.

    A tier without a capacity shares what the others leave of the total; when every tier has one, the total is their
    sum. Raises Refusal `invalid_input` on `total_tickets` when that does not add up.
    """
    pools = {name: tier["capacity"] for name, tier in tiers.items() if "capacity" in tier}
    claimed = sum(pools.values())
    sharing = [name for name in tiers if name not in pools]
    if claimed > MOST_TICKETS:
        raise _wrong_total("less_than_equal", f"At most {MOST_TICKETS} tickets in all.", le=MOST_TICKETS)
    if not sharing:
        if total_is_asked_for and claimed > total:
            message = f"The tiers have {claimed} tickets, more than the total of {total}."
            raise _wrong_total("total_too_small", message, claimed=claimed, total=total)
        return pools, claimed
    if claimed >= total:
        message = f"The other tiers take {claimed} of {total} tickets, which leaves none for {', '.join(sharing)}."
        raise _wrong_total("nothing_left", message, claimed=claimed, total=total, tiers=", ".join(sharing))
    return {**pools, SHARED_POOL: total - claimed}, total


def _wrong_total(code: str, message: str, **params: object) -> Refusal:
    return Refusal("invalid_input", fields=(FieldError("total_tickets", code, message, params),))


def shared_tiers(tiers: Mapping[str, Tier]) -> Iterable[str]:
    return (name for name, tier in tiers.items() if "capacity" not in tier)
