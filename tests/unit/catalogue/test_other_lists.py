"""Popular events, an organizer's own, the count of a category; and lists that change while somebody reads them."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    AKINYI,
    ASHA,
    BARAKA,
    Call,
    Clock,
    Publish,
    calls_counted,
    publish_five,
    sell,
    sweep,
    titles,
)
from tiketi.catalogue.figures import refresh_figures


@pytest.fixture
def five(table: Any) -> None:
    publish_five()


def test_a_name_is_found_without_its_accents(publish: Publish, search: Call) -> None:
    publish(title="Ünïque Café – Ng'ombe 東京")
    assert titles(search(q="unique cafe 東京")) == titles(search(q="CAFÉ ng'ombe")) == ["Ünïque Café – Ng'ombe 東京"]


def test_an_event_published_meanwhile_shifts_no_page_of_a_cursor(five: None, browse: Call, publish: Publish) -> None:
    first = browse(limit="2")
    publish(title="Before all", start_date="2026-12-09T18:00")
    assert titles(browse(limit="2", cursor=first.json["next_cursor"])) == ["E2", "E3"]


def test_the_count_of_a_category_is_exact_in_any_script(five: None, publish: Publish, api: Any) -> None:
    publish(category="R&B / Soul 100%")
    publish(category="Muziki wa Dini 🎶")

    def count(category: str) -> Any:
        return api("catalogue/count_category_events", path_parameters={"category": category}).json

    assert count("Music") == {"count": 2}
    assert count("music") == {"count": 0}
    assert count("R%26B%20%2F%20Soul%20100%25") == count("R&B / Soul 100%25") == {"count": 1}
    assert count("Muziki wa Dini 🎶") == count("Muziki%20wa%20Dini%20%F0%9F%8E%B6") == {"count": 1}
    assert count("Theatre") == {"count": 0}


def test_the_popular_events_are_the_three_most_sold_the_sooner_first_among_equals(
    five: None, publish: Publish, api: Any, browse: Call
) -> None:
    events = {event["title"]: event for event in browse().json["events"]}
    for title, tickets in {"E1": 2, "E4": 5, "E3": 2, "E0": 1}.items():
        sell(events[title], "Early Bird", tickets)
        refresh_figures(events[title]["id"])
    with calls_counted() as calls:
        answer = api("catalogue/list_popular_events")
    assert calls == {"Query": 1, "BatchGetItem": 1}
    popular = answer.json["popular_events"]
    assert [(event["title"], event["tickets_sold"]) for event in popular] == [("E4", 5), ("E1", 2), ("E3", 2)]


def test_without_sales_the_next_events_are_popular(five: None, api: Any) -> None:
    popular = api("catalogue/list_popular_events").json["popular_events"]
    assert [event["title"] for event in popular] == ["E0", "E1", "E2"]


def test_without_events_nothing_is_popular(table: Any, api: Any) -> None:
    assert api("catalogue/list_popular_events").json == {"popular_events": []}


def test_an_organizer_sees_his_own_events_the_latest_first_with_the_tickets_bought(
    five: None, publish: Publish, api: Any
) -> None:
    other = publish(BARAKA, title="Baraka's")
    sell(other, "VIP", 2)
    refresh_figures(other["id"])
    assert titles(api("catalogue/list_organizer_events", user=AKINYI)) == ["E4", "E3", "E2", "E1", "E0"]
    answer = api("catalogue/list_organizer_events", user=BARAKA)
    assert answer.json["next_cursor"] is None
    (event,) = answer.json["events"]
    assert (event["title"], event["tickets_purchased"], event["tickets_sold"]) == ("Baraka's", 2, 2)
    assert api("catalogue/list_organizer_events", user=ASHA).json["code"] == "organizers_only"


def test_an_organizers_list_has_pages_too(five: None, api: Any) -> None:
    def own(**query: str) -> Any:
        return api("catalogue/list_organizer_events", user=AKINYI, query=query)

    first = own(limit="2")
    assert titles(first) == ["E4", "E3"]
    assert titles(own(limit="2", cursor=first.json["next_cursor"])) == ["E2", "E1"]
    assert titles(own(page="3", per_page="2")) == ["E0"]
    assert titles(own(page="4", per_page="2")) == []


def test_an_organizer_keeps_sight_of_an_event_that_is_over(
    publish: Publish, api: Any, browse: Call, time: Clock
) -> None:
    event = publish()
    time.becomes("2027-01-01T00:00")
    sweep()
    assert titles(browse()) == []
    assert titles(api("catalogue/list_organizer_events", user=AKINYI)) == [event["title"]]
