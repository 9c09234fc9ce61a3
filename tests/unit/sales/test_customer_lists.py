"""A customer looks at the tickets he holds and the events they are for."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function
from tiketi.catalogue.items import EVENT, FIGURES, EventItem, FiguresItem, event_key
from tiketi.clock import rfc3339, utc_now
from tiketi.ids import new_id, new_order_id, ticket_ids
from tiketi.sales.items import TicketItem
from tiketi.tickets.link import page_url

ASHA, JUMA = new_id(), new_id()
NOW = utc_now()


def put_event(title: str, starts_in_hours: float, lasts_hours: float = 4, sold: int = 0, **fields: Any) -> str:
    event_id = new_id()
    start = NOW + timedelta(hours=starts_in_hours)
    EventItem(
        event_key(event_id),
        EVENT,
        event_id=event_id,
        organizer_id=new_id(),
        title=title,
        location="KICC, Nairobi",
        category="Music",
        tags=["live", "outdoor"],
        start_date=rfc3339(start),
        end_date=rfc3339(start + timedelta(hours=lasts_hours)),
        tiers={"VIP": {"price": 2500}},
        pools={"*": {"capacity": 100, "shards": 1}},
        total_tickets=100,
        created_at=rfc3339(NOW),
        **fields,
    ).save()
    if sold:
        FiguresItem(event_key(event_id), FIGURES, sold={"*": sold}).save()
    return event_id


def buy(user_id: str, event_id: str, quantity: int = 1, minutes_ago: float = 0) -> list[str]:
    """The tickets of one order, the way the finalizer leaves them."""
    order_id = new_order_id(user_id)
    for ticket_id in ticket_ids(order_id, quantity):
        TicketItem(
            f"USER#{user_id}",
            f"TICKET#{ticket_id}",
            ticket_id=ticket_id,
            order_id=order_id,
            event_id=event_id,
            event_title="Koroga Festival",
            ticket_type="VIP",
            price=2500,
            code="7K3M01XZ",
            purchase_date=rfc3339(NOW - timedelta(minutes=minutes_ago)),
        ).save()
    return ticket_ids(order_id, quantity)


def tickets(api: Any, user_id: str = ASHA, **query: str) -> Any:
    return api("sales/list_user_tickets", "GET", "/user/tickets", user=(user_id, "customer"), query=query)


def my_events(api: Any, user_id: str = ASHA) -> Any:
    return api("sales/list_my_events", "GET", "/my_events", user=(user_id, "customer"))


def upcoming(api: Any, user_id: str = ASHA, headers: dict[str, str] | None = None, **query: str) -> Any:
    return api(
        "sales/list_upcoming_events",
        "GET",
        "/user/upcoming_events",
        user=(user_id, "customer"),
        query=query,
        headers=headers,
    )


# --- Tickets ---------------------------------------------------------------------------------------------------------


def test_a_ticket_says_what_it_admits_to(table: Any, api: Any) -> None:
    event_id = put_event("Koroga Festival", 24)
    (ticket_id,) = buy(ASHA, event_id)
    answer = tickets(api)
    assert answer.status == 200
    assert answer.json == {
        "tickets": [
            {
                "id": ticket_id,
                "order_id": ticket_id.removesuffix("-1"),
                "event_id": event_id,
                "event_title": "Koroga Festival",
                "ticket_type": "VIP",
                "price": 2500,
                "status": "valid",
                "purchase_date": rfc3339(NOW),
                "code": "7K3M01XZ",
                "url": page_url("https://tiketi.example", ticket_id),
            }
        ],
        "next_cursor": None,
    }


def test_who_bought_nothing_has_empty_lists(table: Any, api: Any) -> None:
    assert tickets(api).json == {"tickets": [], "next_cursor": None}
    assert my_events(api).json == []
    assert upcoming(api).json["upcoming_events"] == []


def test_nobody_sees_somebody_elses_tickets_and_events(table: Any, api: Any) -> None:
    buy(JUMA, put_event("Koroga Festival", 24))
    assert tickets(api).json["tickets"] == []
    assert my_events(api).json == []
    assert upcoming(api).json["upcoming_events"] == []
    assert tickets(api, JUMA).json["tickets"] != []


def test_the_newest_tickets_come_first(table: Any, api: Any) -> None:
    event_id = put_event("Koroga Festival", 24)
    bought = {minutes: buy(ASHA, event_id, minutes_ago=minutes)[0] for minutes in (30, 10, 50, 20, 40)}
    assert [each["id"] for each in tickets(api).json["tickets"]] == [bought[m] for m in (10, 20, 30, 40, 50)]


def test_following_the_cursor_shows_every_ticket_once_also_within_one_order(table: Any, api: Any) -> None:
    event_id = put_event("Koroga Festival", 24)
    bought = [*buy(ASHA, event_id, quantity=5), *buy(ASHA, event_id, quantity=4, minutes_ago=9)]
    shown: list[str] = []
    sizes: list[int] = []
    cursor = ""
    while cursor is not None:
        page = tickets(api, limit="2", **({"cursor": cursor} if cursor else {})).json
        shown += [each["id"] for each in page["tickets"]]
        sizes.append(len(page["tickets"]))
        cursor = page["next_cursor"]
    assert sorted(shown) == sorted(bought)
    assert sizes == [2, 2, 2, 2, 1]


def test_a_full_last_page_has_no_next_one(table: Any, api: Any) -> None:
    buy(ASHA, put_event("Koroga Festival", 24), quantity=2)
    assert tickets(api, limit="2").json["next_cursor"] is None


def test_a_ticket_bought_meanwhile_neither_repeats_nor_hides_one_of_the_next_page(table: Any, api: Any) -> None:
    event_id = put_event("Koroga Festival", 24)
    old = [buy(ASHA, event_id, minutes_ago=minutes)[0] for minutes in (1, 2, 3)]
    first = tickets(api, limit="2").json
    buy(ASHA, event_id)
    second = tickets(api, limit="2", cursor=first["next_cursor"]).json
    assert [each["id"] for each in first["tickets"] + second["tickets"]] == old


def test_fifty_are_a_page_unless_asked_otherwise(table: Any, api: Any) -> None:
    buy(ASHA, put_event("Koroga Festival", 24), quantity=51)
    assert len(tickets(api).json["tickets"]) == 50
    assert len(tickets(api, limit="100").json["tickets"]) == 51


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1.5"])
def test_a_limit_outside_1_to_100_is_refused(api: Any, limit: str) -> None:
    answer = tickets(api, limit=limit)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["limit"]


@pytest.mark.parametrize("cursor", ["x", "%%%", "bnVsbA", "WzEsMl0", "WyJhIl0", "\u00e9", "gICA"])
def test_a_cursor_that_is_not_ours_is_refused(table: Any, api: Any, cursor: str) -> None:
    answer = tickets(api, cursor=cursor)
    assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_who_is_not_signed_in_sees_nothing(table: Any, api: Any) -> None:
    for name in ("list_user_tickets", "list_my_events", "list_upcoming_events"):
        assert api(f"sales/{name}", "GET", "/").status == 401


# --- Events ----------------------------------------------------------------------------------------------------------


def test_my_events_are_whole_events_each_once_by_their_start(table: Any, api: Any) -> None:
    later = put_event("Sauti Sol", 48)
    sooner = put_event("Koroga Festival", 24, sold=7)
    past = put_event("Churchill Show", -48)
    buy(ASHA, later, quantity=2)
    buy(ASHA, sooner, quantity=3, minutes_ago=5)
    buy(ASHA, past)
    buy(ASHA, later, minutes_ago=9)
    answer = my_events(api)
    assert answer.status == 200
    assert [event["id"] for event in answer.json] == [past, sooner, later]
    event = answer.json[1]
    assert (event["title"], event["tickets_sold"], event["total_tickets"]) == ("Koroga Festival", 7, 100)
    assert event["tags"] == "live, outdoor"
    assert event["ticket_tiers"] == {"VIP": {"price": 2500}}


def test_an_event_that_is_gone_is_left_out_and_its_ticket_stays(table: Any, api: Any) -> None:
    buy(ASHA, new_id())
    buy(ASHA, put_event("Koroga Festival", 24, status="deleting"))
    kept = put_event("Sauti Sol", 48)
    buy(ASHA, kept)
    assert [event["id"] for event in my_events(api).json] == [kept]
    assert len(tickets(api).json["tickets"]) == 3


def test_more_events_than_one_read_may_fetch_are_all_there(table: Any, api: Any) -> None:
    events = [put_event("Koroga Festival", hours, sold=1) for hours in range(51)]
    for event_id in events:
        buy(ASHA, event_id)
    answer = my_events(api).json
    assert [event["id"] for event in answer] == events
    assert {event["tickets_sold"] for event in answer} == {1}


def test_upcoming_are_those_that_are_not_over(table: Any, api: Any) -> None:
    over = put_event("Churchill Show", -5, lasts_hours=4)
    running = put_event("Koroga Festival", -1, lasts_hours=4)
    to_come = put_event("Sauti Sol", 48)
    for event_id in (to_come, over, running):
        buy(ASHA, event_id)
    answer = upcoming(api)
    assert answer.status == 200
    assert answer.json["message"] == "Your upcoming events."
    assert [event["id"] for event in answer.json["upcoming_events"]] == [running, to_come]
    assert answer.json["next_cursor"] is None


def test_upcoming_events_come_in_pages_too(table: Any, api: Any) -> None:
    events = [put_event("Koroga Festival", hours) for hours in (1, 2, 3)]
    for event_id in events:
        buy(ASHA, event_id)
    first = upcoming(api, limit="2").json
    second = upcoming(api, limit="2", cursor=first["next_cursor"]).json
    assert [event["id"] for event in first["upcoming_events"]] == events[:2]
    assert [event["id"] for event in second["upcoming_events"]] == events[2:]
    assert second["next_cursor"] is None


def test_who_has_nothing_ahead_is_told_so_in_his_language(table: Any, api: Any) -> None:
    assert upcoming(api).json["message"] == "You have no upcoming events."
    assert upcoming(api, headers={"Accept-Language": "sw"}).json["message"] == "Huna matukio yajayo."


@pytest.mark.parametrize("name", ["list_user_tickets", "list_my_events", "list_upcoming_events"])
def test_the_sample_event_works(table: Any, name: str) -> None:
    event = json.loads((ROOT / "events" / "sales" / f"{name}.json").read_text())
    assert load_function(f"sales/{name}").handler(event, LAMBDA_CONTEXT)["statusCode"] == 200
