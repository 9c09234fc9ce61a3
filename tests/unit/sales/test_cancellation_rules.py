"""What goes back of an order that its buyer no longer wants, to the second and to the shilling."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from tiketi.catalogue.items import EventItem
from tiketi.clock import rfc3339
from tiketi.errors import Refusal
from tiketi.sales import cancellation_rules
from tiketi.sales.cancellation_rules import demand_unused, refund_due

START = datetime(2026, 12, 12, 18, tzinfo=UTC)
CLOSES = START - timedelta(hours=24)
SECOND = timedelta(seconds=1)


def event(hours: int | None = 24, percent: int = 100) -> EventItem:
    terms = SimpleNamespace(start_date=rfc3339(START), refund_hours=hours, refund_percent=percent)
    return cast(EventItem, terms)


@pytest.mark.parametrize(("amount", "percent", "due"), [(500, 100, 500), (500, 50, 250), (101, 50, 51), (500, 0, 0)])
def test_the_organizer_s_part_goes_back_rounded_up_to_a_shilling(amount: int, percent: int, due: int) -> None:
    assert refund_due(event(percent=percent), amount, CLOSES - SECOND) == due


def test_an_order_may_be_given_back_until_the_second_that_the_organizer_names() -> None:
    for late in (CLOSES, CLOSES + SECOND):
        with pytest.raises(Refusal) as refused:
            refund_due(event(), 500, late)
        assert (refused.value.code, refused.value.params) == ("cancellation_closed", {"until": rfc3339(CLOSES)})
    assert refund_due(event(hours=0), 500, START - SECOND) == 500


def test_an_event_without_terms_takes_nothing_back() -> None:
    with pytest.raises(Refusal, match=r"^no_cancellation$"):
        refund_due(event(hours=None), 500, CLOSES - SECOND)


def test_all_tickets_must_be_there_valid_and_unused() -> None:
    fresh = ("valid", False)
    demand_unused([fresh, fresh], 2)
    demand_unused([fresh] * 99, 99)
    refused: list[tuple[list[tuple[str, bool]], int, str]] = [
        ([fresh, ("valid", True)], 2, "tickets_used"),
        ([("void", False), fresh], 2, "tickets_ended"),
        ([fresh], 2, "tickets_ended"),
        ([fresh] * 100, 100, "order_too_large_to_cancel"),
    ]
    for statuses, quantity, code in refused:
        with pytest.raises(Refusal, match=f"^{code}$"):
            demand_unused(statuses, quantity)


def test_who_wants_back_more_than_one_transaction_ends_is_told_how_many_it_is() -> None:
    with pytest.raises(Refusal) as refused:
        demand_unused([], 100)
    assert refused.value.params == {"most": 99}


def test_the_reason_of_a_refund_on_request_is_what_the_order_keeps() -> None:
    assert cancellation_rules.CANCELLED_BY_REQUEST == "cancelled_by_request"
