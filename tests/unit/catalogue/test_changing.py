"""An organizer changes an event."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    ASHA,
    BARAKA,
    PLAIN,
    Call,
    Clock,
    Meanwhile,
    Publish,
    assert_listings_are_exact,
    assert_ranks_are_exact,
    at_each_call,
    deliver_everything,
    empty,
    finishes,
    hold,
    sell,
    shards,
)
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool
from tiketi.settings import settings


def test_what_is_not_sent_stays_as_it_is(table: Any, publish: Publish, change: Call, get: Call) -> None:
    event = publish()
    answer = change(event["id"], title="Koroga Christmas", location="Uhuru Gardens, Nairobi", tags=["family"])
    assert (answer.status, answer.json["message"]) == (200, "The event is updated.")
    after = get(event["id"]).json
    changed = {
        "title": "Koroga Christmas",
        "location": "Uhuru Gardens, Nairobi",
        "tags": "family",
        "tag_list": ["family"],
    }
    assert after == answer.json["event"] == {**event, **changed}
    assert_listings_are_exact(table)


def test_a_change_of_nothing_is_no_change(publish: Publish, change: Call) -> None:
    event = publish()
    assert change(event["id"]).json["event"] == event
    assert change(event["id"], title=None, colour="red").json["event"] == event


def test_only_its_own_organizer_changes_an_event(publish: Publish, change: Call) -> None:
    event_id = publish()["id"]
    assert change(event_id, BARAKA, title="Mine now").json["code"] == "not_your_event"
    assert change(event_id, ASHA, title="Mine now").json["code"] == "organizers_only"
    assert change("01JD5QK7V1M8Z6T3W9XHAPN4EZ", title="x").json["code"] == "event_not_found"
    assert change("not-an-id", title="x").status == 404


def test_wrong_fields_are_named_and_nothing_is_changed(publish: Publish, change: Call, get: Call) -> None:
    event = publish()
    answer = change(event["id"], title="", ticket_tiers={"VIP": {"price": "1.5"}})
    assert {error["field"] for error in answer.json["errors"]} == {"title", "ticket_tiers.VIP.price"}
    answer = change(event["id"], title="New", ticket_tiers={"Gate": {}})
    assert {error["field"] for error in answer.json["errors"]} == {"ticket_tiers.Gate.price"}
    answer = change(event["id"], title="New", start_date="2026-12-25T02:00")
    assert {error["field"] for error in answer.json["errors"]} == {"end_date"}
    assert get(event["id"]).json == event


def test_an_event_that_is_over_may_still_be_described_but_not_be_moved_within_the_past(
    publish: Publish, change: Call, time: Clock
) -> None:
    event_id = publish()["id"]
    time.becomes("2027-01-01T00:00")
    assert change(event_id, description="It was grand.").status == 200
    assert change(event_id, end_date="2026-12-26T00:00").status == 422
    assert change(event_id, start_date="2027-02-01T18:00", end_date="2027-02-01T23:00").status == 200


def test_an_event_that_is_postponed_after_its_end_is_listed_again(
    table: Any, publish: Publish, change: Call, time: Clock, browse: Call
) -> None:
    event_id = publish()["id"]
    time.becomes("2027-01-01T00:00")
    deliver_everything(table)
    assert browse().json["total_events"] == 0
    change(event_id, start_date="2027-02-01T18:00", end_date="2027-02-01T23:00")
    assert browse().json["total_events"] == 1
    deliver_everything(table)
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)


# --- Tiers and stock -------------------------------------------------------------------------------------------------


def test_a_price_is_changed_without_touching_the_stock(table: Any, publish: Publish, change: Call) -> None:
    event = publish()
    hold(event, "VIP", 2)
    before = shards(table, event["id"])
    answer = change(event["id"], ticket_tiers={"Early Bird": {"price": "700"}, "VIP": {"price": "3000"}})
    assert answer.json["event"]["ticket_tiers"] == {
        "Early Bird": {"price": 700, "max_per_order": 10},
        "VIP": {"price": 3000, "capacity": 30, "max_per_order": 10},
    }
    assert shards(table, event["id"]) == before


def test_a_tier_grows_and_shrinks_with_its_shards(table: Any, publish: Publish, change: Call) -> None:
    event = publish()
    both = {"Early Bird": {}, "VIP": {"capacity": "230"}}
    answer = change(event["id"], total_tickets="400", ticket_tiers=both)
    assert answer.json["event"]["total_tickets"] == 400
    assert sum_of(table, event["id"]) == {"VIP": (230, 230), "*": (170, 170)}
    change(event["id"], total_tickets="120", ticket_tiers={"Early Bird": {}, "VIP": {"capacity": "20"}})
    assert sum_of(table, event["id"]) == {"VIP": (20, 20), "*": (100, 100)}


def sum_of(table: Any, event_id: str) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for name, (available, capacity) in shards(table, event_id).items():
        pool = name.rpartition("#")[0]
        before = sums.get(pool, (0, 0))
        sums[pool] = (before[0] + available, before[1] + capacity)
    return sums


def test_no_tier_shrinks_below_what_is_sold_or_held(table: Any, publish: Publish, change: Call, get: Call) -> None:
    event = publish()
    sell(event, "VIP", 2, "order-1")
    hold(event, "VIP", 1, "order-2")
    answer = change(event["id"], title="Smaller", ticket_tiers={"Early Bird": {}, "VIP": {"capacity": 2}})
    assert (answer.status, answer.json["code"]) == (409, "tier_has_sales")
    assert answer.json["message"] == "Tickets of VIP are sold or being paid for: keep at least 3."
    assert get(event["id"]).json["title"] == "Koroga Festival"
    assert sum_of(table, event["id"]) == {"VIP": (27, 30), "*": (70, 70)}
    assert change(event["id"], ticket_tiers={"Early Bird": {}, "VIP": {"capacity": 3}}).status == 200
    assert sum_of(table, event["id"]) == {"VIP": (0, 3), "*": (97, 97)}


def test_what_was_shrunk_before_the_refusal_grows_back(table: Any, publish: Publish, change: Call) -> None:
    tiers = {name: {"price": 1, "capacity": 10} for name in ("A", "B", "C")}
    event = publish(ticket_tiers=tiers)
    hold(event, "B", 8)
    capacities = {"A": {"capacity": 1}, "B": {"capacity": 5}, "C": {"capacity": 20}}
    assert change(event["id"], ticket_tiers=capacities).json["code"] == "tier_has_sales"
    assert sum_of(table, event["id"]) == {"A": (10, 10), "B": (2, 10), "C": (10, 10)}
    assert change(event["id"], title="Still changeable").status == 200


def test_no_seat_gets_lost_by_a_refusal_where_shards_have_become_smaller(
    publish: Publish, change: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A and B are spread anew on the way back: the event knows of each shard that they are in then."""
    event = publish(ticket_tiers={name: {"price": 1, "capacity": 10} for name in ("A", "B")})
    hold(event, "B", 8)
    smaller = settings().model_copy(update={"stock_shard_size": 5})
    monkeypatch.setattr(stock, "settings", lambda: smaller)
    assert (
        change(event["id"], ticket_tiers={"A": {"capacity": 1}, "B": {"capacity": 5}}).json["code"] == "tier_has_sales"
    )
    for name, left in (("A", 10), ("B", 2)):
        pool = EventItem.get(event_key(event["id"]), EVENT).pools[name]
        assert sum(each.available for each in stock.read_shards(Pool(event["id"], name, pool["shards"]))) == left


def test_nothing_grows_for_a_change_that_is_refused(table: Any, publish: Publish, change: Call) -> None:
    """Somebody could buy what has grown, and then it could not shrink back."""
    event = publish(ticket_tiers={name: {"price": 1, "capacity": 10} for name in ("A", "B")})
    hold(event, "B", 8)
    seen: list[int] = []
    look = Meanwhile("UpdateItem", lambda: seen.append(sum_of(table, event["id"])["A"][1]), times=20)
    with at_each_call(after=look):
        answer = change(event["id"], ticket_tiers={"A": {"capacity": 30}, "B": {"capacity": 5}})
    assert answer.json["code"] == "tier_has_sales"
    assert set(seen) == {10}


def test_a_refusal_names_the_tiers_that_share_the_stock(publish: Publish, change: Call) -> None:
    event = publish(ticket_tiers={"Gate": {"price": 1}, "Early": {"price": 1}})
    hold(event, "Gate", 7)
    answer = change(event["id"], total_tickets=5)
    assert answer.json["message"] == "Tickets of Gate, Early are sold or being paid for: keep at least 7."


def test_a_new_tier_gets_stock_of_its_own(table: Any, publish: Publish, change: Call) -> None:
    event = publish(ticket_tiers={"Gate": {"price": 1}})
    hold(event, "Gate", 60)
    tiers = {"Gate": {}, "VIP": {"price": "2500", "capacity": "40"}}
    assert change(event["id"], ticket_tiers=tiers).status == 200
    assert sum_of(table, event["id"]) == {"*": (0, 60), "VIP": (40, 40)}
    hold(event, "VIP", 2, "order-2")
    assert sum_of(table, event["id"])["VIP"] == (38, 40)


def test_a_tier_with_sales_is_not_removed(table: Any, publish: Publish, change: Call, get: Call) -> None:
    event = publish()
    hold(event, "VIP")
    assert change(event["id"], ticket_tiers={"Early Bird": {}}).json["code"] == "tier_has_sales"
    hold(event, "Early Bird", order_id="order-2")
    answer = change(event["id"], ticket_tiers={"VIP": {}}, total_tickets=30)
    assert (answer.json["code"], "Early Bird" in answer.json["message"]) == ("tier_has_sales", True)
    assert get(event["id"]).json["ticket_tiers"] == event["ticket_tiers"]


def test_a_tier_without_sales_goes_and_may_come_back(table: Any, publish: Publish, change: Call, get: Call) -> None:
    event = publish()
    answer = change(event["id"], ticket_tiers={"Early Bird": {}, "VIP": {"price": ""}})
    assert list(answer.json["event"]["ticket_tiers"]) == ["Early Bird"]
    assert sum_of(table, event["id"]) == {"VIP": (0, 0), "*": (100, 100)}
    change(event["id"], ticket_tiers={"Early Bird": {}, "VIP": {"price": "2000"}})
    hold(event, "VIP", 50)
    assert sum_of(table, event["id"]) == {"VIP": (0, 0), "*": (50, 100)}
    change(event["id"], ticket_tiers={"Early Bird": {}, "VIP": {"capacity": "25"}})
    assert sum_of(table, event["id"]) == {"VIP": (25, 25), "*": (25, 75)}


def test_a_capacity_is_taken_away_with_an_empty_string(table: Any, publish: Publish, change: Call) -> None:
    event = publish()
    answer = change(event["id"], ticket_tiers={"Early Bird": {}, "VIP": {"capacity": ""}})
    assert "capacity" not in answer.json["event"]["ticket_tiers"]["VIP"]
    assert sum_of(table, event["id"]) == {"VIP": (0, 0), "*": (100, 100)}


# --- At the same moment ----------------------------------------------------------------------------------------------


def raise_version(event_id: str) -> None:
    EventItem(f"EVENT#{event_id}", "EVENT").update([EventItem.version.set(EventItem.version + 1)])


def test_a_change_starts_again_on_what_another_has_written_meanwhile(publish: Publish, change: Call, get: Call) -> None:
    event_id = publish()["id"]
    with at_each_call(Meanwhile("UpdateItem", lambda: raise_version(event_id))):
        assert change(event_id, title="Koroga Christmas").status == 200
    assert get(event_id).json["title"] == "Koroga Christmas"


def test_a_change_that_comes_too_late_twice_says_so(publish: Publish, change: Call) -> None:
    event_id = publish()["id"]
    with at_each_call(Meanwhile("UpdateItem", lambda: raise_version(event_id), times=2)):
        answer = change(event_id, title="Koroga Christmas")
    assert (answer.status, answer.json["code"]) == (409, "changed_meanwhile")


def test_two_changes_of_stock_at_once_do_not_add_up(table: Any, publish: Publish, change: Call) -> None:
    """Without the claim both would read 70, and each add what is missing."""
    event_id = publish()["id"]
    answers: list[Any] = []
    another = Meanwhile("UpdateItem", lambda: answers.append(change(event_id, total_tickets=200)))
    with at_each_call(after=another):
        answers.append(change(event_id, total_tickets=200))
    assert (answers[0].status, answers[0].json["code"]) == (409, "changed_meanwhile")
    assert 0 < int(answers[0].headers["Retry-After"]) <= 40
    assert answers[1].status == 200
    assert sum_of(table, event_id) == {"VIP": (30, 30), "*": (170, 170)}


@pytest.mark.parametrize("sent_again", ["the same", "another", "a refused one, then another"])
def test_whatever_a_crash_leaves_of_a_change_the_next_one_sets_right(
    table: Any, publish: Publish, change: Call, time: Clock, sent_again: str
) -> None:
    grown = {"Early Bird": {}, "VIP": {"capacity": 130}, "VVIP": {"price": 9000, "capacity": 10}}
    crash_at, finished = 1, False
    while not finished:
        empty(table)
        event = publish(**PLAIN)
        event_id = event["id"]
        hold(event, "VIP", 8)
        finished = finishes(
            lambda event_id=event_id: change(event_id, total_tickets=200, ticket_tiers=grown, title="Grown"), crash_at
        )
        time.now += timedelta(minutes=1)
        deliver_everything(table)
        assert_listings_are_exact(table)
        if sent_again == "the same":
            assert change(event_id, total_tickets=200, ticket_tiers=grown, title="Grown").status == 200
        else:
            if sent_again != "another":
                smaller = {**grown, "VIP": {"capacity": 5}}
                assert change(event_id, total_tickets=200, ticket_tiers=smaller).json["code"] == "tier_has_sales"
            assert change(event_id, description="A crash? Which crash?").status == 200
        is_grown = EventItem.get(f"EVENT#{event_id}", "EVENT").title == "Grown"
        assert is_grown or sent_again != "the same"
        capacities = {name: capacity for name, (_, capacity) in sum_of(table, event_id).items() if capacity}
        assert capacities == ({"*": 60, "VIP": 130, "VVIP": 10} if is_grown else {"*": 70, "VIP": 30})
        crash_at += 1
    assert crash_at > 9
