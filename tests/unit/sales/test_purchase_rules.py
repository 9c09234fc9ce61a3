"""What may be bought, to the second, to the ticket and to the shilling."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tiketi.catalogue.items import Event, EventItem
from tiketi.clock import rfc3339
from tiketi.errors import FieldError, Refusal
from tiketi.sales.purchase_rules import MPESA_MOST_KES, tier_to_give, tier_to_sell

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THEN = {"ago": rfc3339(NOW - SECOND), "now": rfc3339(NOW), "soon": rfc3339(NOW + SECOND)}


def event(end: str = THEN["soon"], status: str = "published", **tier: Any) -> Event:
    tiers = {"regular": {"price": 1_000, **tier}, "vip": {"price": 5_000}}
    item = EventItem(tiers=tiers, end_date=end, status=status)
    return Event(item, sold={}, sold_out_until={})


def refusal(of: Event, quantity: int = 1, ticket_type: str = "regular") -> Refusal:
    with pytest.raises(Refusal) as refused:
        tier_to_sell(of, ticket_type, quantity, NOW)
    return refused.value


def test_the_tier_that_was_asked_for_is_sold() -> None:
    assert tier_to_sell(event(), "regular", 1, NOW) == {"price": 1_000}
    assert tier_to_sell(event(), "vip", 1, NOW) == {"price": 5_000}


def test_a_tier_that_does_not_exist_is_refused_with_those_that_do() -> None:
    message = "This event has no such tickets. It has: regular, vip."
    assert refusal(event(), ticket_type="vvip").fields == (FieldError("ticket_type", "unknown_tier", message),)


def test_a_cancelled_event_sells_nothing() -> None:
    assert refusal(event(status="cancelled")).code == "event_cancelled"
    assert refusal(event(status="cancelled", end=THEN["ago"]), ticket_type="vvip").code == "event_cancelled"


def test_a_draft_sells_nothing_and_is_not_there() -> None:
    assert refusal(event(status="draft")).code == "event_not_found"


def test_an_organizer_gives_any_tier_away_until_the_event_ends_or_is_cancelled() -> None:
    tier_to_give(event(sales_start=THEN["soon"], sales_end=THEN["ago"], max_per_order=0), "regular", NOW)
    for of, tier, code in (
        (event(end=THEN["now"]), "vip", "event_over"),
        (event(end=THEN["ago"]), "vip", "event_over"),
        (event(status="cancelled"), "vip", "event_cancelled"),
        (event(), "vvip", "invalid_input"),
    ):
        with pytest.raises(Refusal) as refused:
            tier_to_give(of, tier, NOW)
        assert refused.value.code == code


def test_an_event_sells_until_the_second_it_ends() -> None:
    assert refusal(event(end=THEN["now"])).code == "event_over"
    assert refusal(event(end=THEN["ago"])).code == "event_over"


def test_a_sale_opens_at_its_second() -> None:
    early = refusal(event(sales_start=THEN["soon"]))
    assert (early.code, early.params) == (
        "sales_not_open",
        {"ticket_type": "regular", "sales_start": THEN["soon"]},
    )
    assert tier_to_sell(event(sales_start=THEN["now"]), "regular", 1, NOW)


def test_a_sale_closes_at_its_second() -> None:
    late = refusal(event(sales_end=THEN["now"]))
    assert (late.code, late.params) == ("sales_closed", {"ticket_type": "regular"})
    assert refusal(event(sales_end=THEN["ago"])).code == "sales_closed"
    assert tier_to_sell(event(sales_end=THEN["soon"]), "regular", 1, NOW)


def test_an_order_takes_as_many_as_its_tier_allows_and_not_one_more() -> None:
    assert tier_to_sell(event(max_per_order=3), "regular", 3, NOW)
    message = "At most 3 tickets of this type per order."
    assert refusal(event(max_per_order=3), 4).fields == (FieldError("quantity", "less_than_equal", message, {"le": 3}),)


@pytest.mark.parametrize(("per_order", "per_customer", "most"), [(3, 2, 2), (2, 3, 2), (10, 10, 10)])
def test_no_order_takes_more_than_one_customer_may_have(per_order: int, per_customer: int, most: int) -> None:
    limited = event(max_per_order=per_order, max_per_customer=per_customer)
    assert tier_to_sell(limited, "regular", most, NOW)
    assert refusal(limited, most + 1).fields[0].params == {"le": most}


def test_a_tier_that_says_nothing_allows_ten() -> None:
    assert tier_to_sell(event(), "regular", 10, NOW)
    assert refusal(event(), 11).fields[0].params == {"le": 10}


def test_an_order_may_cost_what_m_pesa_moves_at_most_and_not_a_shilling_more() -> None:
    assert MPESA_MOST_KES == 250_000
    assert tier_to_sell(event(price=50_000), "regular", 5, NOW)
    dear = refusal(event(price=50_001), 5)
    message = "M-PESA takes KES 250,000 at most in one payment: buy 4 or fewer at a time."
    assert dear.code == "invalid_input"
    assert dear.fields == (FieldError("quantity", "less_than_equal", message, {"le": 4}),)
