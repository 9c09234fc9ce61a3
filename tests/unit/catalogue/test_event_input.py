"""What an organizer's form may send, and what it is told when something is wrong."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import AKINYI, KOROGA, Publish

Errors = dict[str, str]


@pytest.fixture
def refused(table: Any, api: Any) -> Any:
    """Publishes the Koroga Festival with other fields, which must be refused; the messages by field."""

    def call(language: str = "en", **fields: object) -> Errors:
        headers = {"Accept-Language": language}
        body = {name: value for name, value in {**KOROGA, **fields}.items() if value is not ...}
        answer = api("catalogue/create_event", "POST", "/events", body=body, user=AKINYI, headers=headers)
        assert (answer.status, answer.json["code"]) == (422, "invalid_input"), answer.json
        return {error["field"]: error["message"] for error in answer.json["errors"]}

    return call


def test_every_wrong_field_is_named_at_once(refused: Any) -> None:
    errors = refused(
        title="  ",
        description="x" * 5001,
        location=...,
        category="c" * 61,
        tags=[1],
        start_date="tomorrow",
        end_date=20261224,
        image_url="javascript:alert(1)",
        total_tickets=True,
        ticket_tiers={
            "VIP": {"price": "499.50", "capacity": 0, "max_per_order": "many", "max_per_customer": 0},
            "Gate": {},
        },
    )
    assert set(errors) == {
        "title",
        "description",
        "location",
        "category",
        "tags",
        "start_date",
        "end_date",
        "image_url",
        "total_tickets",
        "ticket_tiers.VIP.price",
        "ticket_tiers.VIP.capacity",
        "ticket_tiers.VIP.max_per_order",
        "ticket_tiers.VIP.max_per_customer",
        "ticket_tiers.Gate.price",
    }
    assert errors["ticket_tiers.VIP.price"] == "A price is in whole shillings."


def test_the_words_are_swahili_for_whoever_asks_so(refused: Any) -> None:
    errors = refused("sw", start_date="kesho", end_date="2026-12-01T00:00", ticket_tiers={"VIP": {"price": ""}})
    assert errors == {
        "start_date": "Andika tarehe na saa, kama 2026-12-24T18:00.",
        "ticket_tiers": "Ipe angalau aina moja ya tiketi bei.",
    }


@pytest.mark.parametrize("price", ["500", "500.0", "500.00", " 500 ", 500, 500.0])
def test_a_price_may_be_a_string_or_a_number_of_whole_shillings(publish: Publish, price: object) -> None:
    stored_price = publish(ticket_tiers={"VIP": {"price": price}})["ticket_tiers"]["VIP"]["price"]
    assert (stored_price, type(stored_price)) == (500, int)


@pytest.mark.parametrize("price", ["499.50", 499.5, "0.01"])
def test_cents_are_refused(refused: Any, price: object) -> None:
    assert refused(ticket_tiers={"VIP": {"price": price}}) == {
        "ticket_tiers.VIP.price": "A price is in whole shillings."
    }


@pytest.mark.parametrize("price", ["five", "1e3", "1,000", "٥٠٠", True, [500], -1, 250_001, float("inf"), "9" * 400])
def test_what_is_no_price_is_refused(refused: Any, price: object) -> None:
    assert set(refused(ticket_tiers={"VIP": {"price": price}})) == {"ticket_tiers.VIP.price"}


def test_tiers_with_a_blank_price_are_not_wanted(publish: Publish) -> None:
    tiers = {"Early Bird": {"price": ""}, "Regular": "", "Student": {"price": None}, " VIP ": {"price": "2500"}}
    assert list(publish(ticket_tiers=tiers)["ticket_tiers"]) == ["VIP"]


def test_a_free_tier_is_a_tier(publish: Publish) -> None:
    assert publish(ticket_tiers={"Entry": {"price": "0"}})["ticket_tiers"]["Entry"]["price"] == 0


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ({}, "ticket_tiers"),
        ([{"name": "VIP"}], "ticket_tiers"),
        ({f"Tier {number}": {"price": 1} for number in range(21)}, "ticket_tiers"),
        ({"V" * 61: {"price": 1}}, f"ticket_tiers.{'V' * 61}.[key]"),
        ({"*": {"price": 1}}, "ticket_tiers.*.[key]"),
        ({" ": {"price": 1}}, "ticket_tiers..[key]"),
        (
            {"VIP": {"price": 1, "sales_start": "2026-12-10T10:00", "sales_end": "2026-12-10T10:00"}},
            "ticket_tiers.VIP.sales_end",
        ),
    ],
)
def test_tiers_that_make_no_sense_are_refused(refused: Any, tiers: object, field: str) -> None:
    assert set(refused(ticket_tiers=tiers)) == {field}


def test_a_tier_keeps_its_sales_window_and_its_limits(publish: Publish) -> None:
    window = {"sales_start": "2026-12-02T08:00", "sales_end": "2026-12-24T12:00:00+00:00", "max_per_order": "4"}
    window |= {"max_per_customer": " 6 "}
    tiers = {"VIP": {"price": 1, **window}, "Regular": {"price": 1, "capacity": "", "sales_end": ""}}
    assert publish(ticket_tiers=tiers)["ticket_tiers"] == {
        "VIP": {
            "price": 1,
            "sales_start": "2026-12-02T05:00:00Z",
            "sales_end": "2026-12-24T12:00:00Z",
            "max_per_order": 4,
            "max_per_customer": 6,
        },
        "Regular": {"price": 1, "max_per_order": 10},
    }


def test_tags_come_as_text_or_as_a_list_and_each_once_in_any_case(publish: Publish) -> None:
    assert publish(tags="live,  Afro  beat , LIVE,,afro BEAT")["tag_list"] == ["live", "Afro beat"]
    assert publish(tags=["live", "Afro beat, jazz"])["tags"] == "live, Afro beat, jazz"
    assert publish(tags="")["tags"] == publish(tags=None)["tags"] == ""


@pytest.mark.parametrize("tags", [[f"tag {number}" for number in range(9)], "x" * 31, 7, [None]])
def test_tags_that_are_too_many_or_too_long_are_refused(refused: Any, tags: object) -> None:
    assert set(refused(tags=tags)) == {"tags"}


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-12-24T18:00", "2026-12-24T18:00", "end_date"),
        ("2026-11-30T18:00", "2026-12-01T11:59", "end_date"),
        ("2026-12-24T18:00", "2028-01-01T00:00", "end_date"),
        ("1999-12-24T18:00", "2026-12-24T18:00", "start_date"),
        ("9999-12-31T23:59:59-14:00", "2026-12-24T18:00", "start_date"),
    ],
)
def test_dates_that_make_no_sense_are_refused(refused: Any, start: str, end: str, field: str) -> None:
    assert set(refused(start_date=start, end_date=end)) == {field}


def test_an_event_that_is_going_on_may_still_be_published(publish: Publish) -> None:
    assert publish(start_date="2026-12-01T08:00", end_date="2026-12-01T12:01")["end_date"] == "2026-12-01T09:01:00Z"


def test_a_location_of_too_many_words_is_refused(refused: Any, publish: Publish) -> None:
    assert publish(location=" ".join("abcdefghijkl"))["location"]
    assert set(refused(location=" ".join("abcdefghijklm"))) == {"location"}


# --- Tickets in all --------------------------------------------------------------------------------------------------


def test_without_a_total_there_are_a_hundred_tickets(publish: Publish) -> None:
    assert publish(total_tickets="")["total_tickets"] == 100


def test_when_every_tier_has_a_capacity_the_total_is_their_sum(publish: Publish) -> None:
    tiers = {"A": {"price": 1, "capacity": "60"}, "B": {"price": 1, "capacity": 70}}
    assert publish(ticket_tiers=tiers)["total_tickets"] == 130
    assert publish(ticket_tiers=tiers, total_tickets="200")["total_tickets"] == 130


@pytest.mark.parametrize(
    ("tiers", "total"),
    [
        ({"A": {"price": 1, "capacity": 60}, "B": {"price": 1, "capacity": 60}}, "119"),
        ({"A": {"price": 1, "capacity": 100}, "B": {"price": 1}}, ""),
        ({"A": {"price": 1, "capacity": 40}, "B": {"price": 1}}, 40),
        ({"A": {"price": 1, "capacity": 999_999}, "B": {"price": 1, "capacity": 2}}, ""),
        ({"A": {"price": 1}}, "0"),
        ({"A": {"price": 1}}, 1_000_001),
        ({"A": {"price": 1}}, "99.5"),
    ],
)
def test_a_total_that_does_not_add_up_is_refused(refused: Any, tiers: object, total: object) -> None:
    assert set(refused(ticket_tiers=tiers, total_tickets=total)) == {"total_tickets"}


def test_unknown_fields_are_ignored(publish: Publish) -> None:
    event = publish(id="mine", organizer_id="another", tickets_sold=99, colour="red")
    assert (event["organizer_id"], event["tickets_sold"]) == (AKINYI[0], 0)
    assert "colour" not in event
