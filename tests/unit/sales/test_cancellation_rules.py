"""What goes back of an order that its buyer no longer wants, to the second and to the shilling."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tiketi.catalogue.items import EventItem
from tiketi.clock import rfc3339
from tiketi.errors import Refusal
from tiketi.sales import cancellation_rules
from tiketi.sales.cancellation_rules import Terms, demand_unused, percent_back, refund_due, terms_of

START = datetime(2026, 12, 12, 18, tzinfo=UTC)
CLOSES = START - timedelta(hours=24)
SECOND = timedelta(seconds=1)


def event(hours: int | None = 24, percent: int = 100, start: datetime = START) -> EventItem:
    terms = SimpleNamespace(start_date=rfc3339(start), refund_hours=hours, refund_percent=percent)
    return cast(EventItem, terms)


def bought(hours: int = 24, percent: int = 100, start: datetime = START) -> dict[str, Any]:
    return Terms(hours, percent, start).kept()


@pytest.mark.parametrize(("amount", "percent", "due"), [(500, 100, 500), (500, 50, 250), (101, 50, 51), (500, 0, 0)])
def test_the_organizer_s_part_goes_back_rounded_up_to_a_shilling(amount: int, percent: int, due: int) -> None:
    assert refund_due(amount, percent) == due


def test_an_order_may_be_given_back_until_the_second_that_the_organizer_names() -> None:
    for late in (CLOSES, CLOSES + SECOND):
        with pytest.raises(Refusal) as refused:
            percent_back(terms_of(event(), None), late)
        assert (refused.value.code, refused.value.params) == ("cancellation_closed", {"until": rfc3339(CLOSES)})
    assert percent_back(terms_of(event(percent=80), None), CLOSES - SECOND) == 80
    assert percent_back(terms_of(event(hours=0), None), START - SECOND) == 100


def test_an_event_without_terms_takes_nothing_back() -> None:
    with pytest.raises(Refusal, match=r"^no_cancellation$"):
        percent_back(terms_of(event(hours=None), None), CLOSES - SECOND)


def test_a_buyer_keeps_the_terms_he_bought_under_when_the_organizer_makes_them_harder() -> None:
    before = CLOSES - SECOND
    assert percent_back(terms_of(event(hours=None), bought(percent=70)), before) == 70
    assert percent_back(terms_of(event(percent=10), bought(percent=70)), before) == 70
    assert percent_back(terms_of(event(hours=8760), bought(percent=70)), before) == 70


def test_and_has_the_kinder_ones_when_they_became_kinder() -> None:
    assert percent_back(terms_of(event(percent=90), bought(percent=70)), CLOSES - SECOND) == 90
    assert percent_back(terms_of(event(hours=2, percent=50), bought(percent=70)), CLOSES + SECOND) == 50


def test_who_comes_too_late_for_both_is_told_the_later_time() -> None:
    for terms in (terms_of(event(hours=2), bought()), terms_of(event(hours=48), bought(hours=2))):
        with pytest.raises(Refusal) as refused:
            percent_back(terms, START)
        assert refused.value.params == {"until": rfc3339(START - timedelta(hours=2))}


def test_an_event_that_moves_shortens_nobodys_time() -> None:
    earlier, later = START - timedelta(days=5), START + timedelta(days=5)
    assert percent_back(terms_of(event(start=earlier), bought()), CLOSES - SECOND) == 100
    assert percent_back(terms_of(event(hours=None, start=later), bought()), CLOSES + SECOND) == 100
    with pytest.raises(Refusal, match=r"^cancellation_closed$"):
        percent_back(terms_of(event(hours=None, start=later), bought()), CLOSES + timedelta(days=5))


def test_all_tickets_must_be_there_and_unused_and_what_is_void_is_not_counted() -> None:
    fresh, void = ("valid", False), ("void", False)
    assert demand_unused([fresh, fresh], 2) == 2
    assert demand_unused([fresh] * 99, 99) == 99
    assert demand_unused([void, fresh, void], 3) == 1
    refused: list[tuple[list[tuple[str, bool]], int, str]] = [
        ([fresh, ("valid", True)], 2, "tickets_used"),
        ([("transferred", False), fresh], 2, "tickets_passed_on"),
        ([void, void], 2, "tickets_ended"),
        ([("refunded", False), fresh], 2, "tickets_ended"),
        ([fresh], 2, "tickets_ended"),
        ([fresh] * 3, 2, "tickets_ended"),
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
