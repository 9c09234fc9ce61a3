"""An organizer prepares an event that nobody sees, shows it, and takes it back again."""

from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    AKINYI,
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
    finishes,
    hold,
    sell,
    shards,
    stored,
)
from tiketi.accounts import authorization
from tiketi.accounts.items import UserItem, user_key
from tiketi.accounts.tokens import Claims
from tiketi.catalogue.items import EventItem
from tiketi.sales import stock
from tiketi.sales.stock_rules import Pool, Sale

SALE = Sale("VIP", "2026-12-01", 2500)


@pytest.fixture
def draft(publish: Publish) -> dict[str, Any]:
    return publish(status="draft")


@pytest.fixture
def act(api: Any) -> Call:
    """`publish`, `unpublish` or `cancel` an event."""

    def call(verb: str, event: dict[str, Any], user: tuple[str, str] = AKINYI) -> Any:
        return api(f"catalogue/{verb}_event", "POST", path_parameters={"event_id": event["id"]}, user=user)

    return call


@pytest.fixture
def read(api: Any, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Reads an event with somebody's token: a plain one, since real ones know only the machine's own clock."""
    monkeypatch.setattr(authorization, "read", lambda token: Claims(*token.split("/")) if "/" in token else None)

    def call(event: dict[str, Any], user: tuple[str, str]) -> Any:
        user_id, role = user
        UserItem(
            user_key(user_id),
            "PROFILE",
            user_id=user_id,
            email="a@example.com",
            role=role,
            phone_number="254712345678",
            password_hash="x",
            name="A",
            created_at="2026-12-01T09:00:00Z",
        ).save()
        headers = {"Authorization": f"Bearer {user_id}/{role}"}
        return api("catalogue/get_event", path_parameters={"event_id": event["id"]}, headers=headers)

    return call


def buy(api: Any, event: dict[str, Any], tier: str = "VIP") -> Any:
    body = {"event_id": event["id"], "ticket_type": tier, "phone_number": "0712345678"}
    return api("sales/buy_ticket", "POST", "/tickets", body=body, user=ASHA)


def closed(table: Any, event: dict[str, Any]) -> set[bool]:
    prefix = f"STOCK#{event['id']}#"
    return {"closed" in item for item in stored(table) if item["PK"]["S"].startswith(prefix)}


def status_of(event: dict[str, Any]) -> str:
    return EventItem.get(f"EVENT#{event['id']}", "EVENT").status


def test_a_draft_is_its_organizers_alone(
    table: Any, api: Any, draft: dict[str, Any], get: Call, read: Call, browse: Call, search: Call
) -> None:
    assert draft["status"] == "draft"
    assert get(draft["id"]).json["code"] == "event_not_found"
    for user in (BARAKA, ASHA):
        assert read(draft, user).json["code"] == "event_not_found"
    assert read(draft, AKINYI).json == draft
    assert browse().json["events"] == browse(category="Music").json["events"] == []
    assert search(q="koroga").json["events"] == []
    assert api("catalogue/list_popular_events").json == {"popular_events": []}
    assert api("catalogue/count_category_events", path_parameters={"category": "Music"}).json == {"count": 0}
    own = api("catalogue/list_organizer_events", user=AKINYI).json["events"]
    assert [(event["id"], event["status"]) for event in own] == [(draft["id"], "draft")]
    assert_listings_are_exact(table)
    assert_ranks_are_exact(table)


def test_nobody_buys_from_a_draft(table: Any, api: Any, draft: dict[str, Any]) -> None:
    refused = buy(api, draft)
    assert (refused.status, refused.json["code"]) == (404, "event_not_found")
    assert closed(table, draft) == {True}
    with pytest.raises(stock.SalesStopped):
        hold(draft, "VIP")


def test_a_published_draft_is_found_and_sold_and_publishing_it_again_changes_nothing(
    table: Any, draft: dict[str, Any], act: Call, get: Call, browse: Call
) -> None:
    answer = act("publish", draft)
    assert (answer.status, answer.json["message"]) == (200, "The event is published.")
    assert answer.json["event"] == {**draft, "status": "published"}
    before = stored(table)
    assert act("publish", draft).json == answer.json
    assert stored(table) == before
    assert get(draft["id"]).json == answer.json["event"] == browse().json["events"][0]
    assert closed(table, draft) == {False}
    hold(draft, "VIP")
    assert_listings_are_exact(table)
    deliver_everything(table)
    assert_ranks_are_exact(table)


def test_an_event_with_sales_is_taken_back_and_its_holders_keep_their_tickets(
    table: Any, api: Any, publish: Publish, act: Call, get: Call, delete: Call, browse: Call
) -> None:
    event = publish()
    sell(event, "VIP", 2)
    pool = hold(event, "VIP", 3, "order-2")
    assert act("unpublish", event).json["event"]["status"] == "draft"
    assert get(event["id"]).status == 404
    assert browse().json["events"] == []
    assert buy(api, event).json["code"] == "event_not_found"
    assert sum(stock.sell(pool, "order-2", 3, SALE).values()) == 3, "whoever was paying gets his tickets"
    assert delete(event["id"]).json["code"] == "event_has_sales"
    assert act("unpublish", event).status == 200
    assert act("publish", event).json["event"]["status"] == "published"
    assert stock.figures(event["id"], {"VIP": {"capacity": 30, "shards": 1}})["VIP"].sold == 5
    assert_listings_are_exact(table)


def test_only_its_organizer_may(draft: dict[str, Any], act: Call) -> None:
    for verb in ("publish", "unpublish"):
        assert act(verb, draft, BARAKA).json["code"] == "not_your_event"
        assert act(verb, draft, ASHA).json["code"] == "organizers_only"
    assert status_of(draft) == "draft"


def test_what_is_cancelled_or_over_is_not_published(draft: dict[str, Any], act: Call, time: Clock) -> None:
    time.becomes("2026-12-25T02:00:00")
    assert act("publish", draft).json["code"] == "event_over"
    assert act("cancel", draft).status == 202
    for verb in ("publish", "unpublish"):
        assert act(verb, draft).json["code"] == "event_cancelled"


def test_a_wrong_status_is_refused(api: Any, table: Any) -> None:
    answer = api("catalogue/create_event", "POST", "/events", body={**PLAIN, "status": "deleting"}, user=AKINYI)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "status")


# --- At the same moment -----------------------------------------------------------------------------------------------


def gets_one(event: dict[str, Any], order_id: str) -> bool:
    """A buyer who has read the event while it was published."""
    try:
        return stock.hold(Pool(event["id"], "VIP", 1), order_id, 1, 1_900_000_000)
    except stock.SalesStopped:
        return False


def test_of_a_buyer_and_an_organizer_at_the_same_moment_both_know_what_came_of_it(publish: Publish, act: Call) -> None:
    """At each step of the taking back: he has his ticket in time, or none; and none once it is answered."""
    outcomes: list[object] = []
    for moment in range(1, 60):
        event = publish(**PLAIN)
        buyer = Meanwhile(moment, lambda event=event: gets_one(event, "order-1"))
        with at_each_call(after=buyer):
            assert act("unpublish", event).json["event"]["status"] == "draft"
        assert not gets_one(event, "order-2")
        if not buyer.done:
            break
        outcomes.append(buyer.outcome)
    assert outcomes == sorted(outcomes, key=bool, reverse=True), "once refused, for ever"
    assert set(outcomes) == {True, False}


def test_a_publication_that_dies_leaves_a_draft_and_is_finished_by_asking_again(
    table: Any, api: Any, draft: dict[str, Any], act: Call, time: Clock
) -> None:
    crash_at = 1
    while not finishes(lambda: act("publish", draft), crash_at):
        if status_of(draft) == "draft":
            assert buy(api, draft).json["code"] == "event_not_found"
        time.becomes(f"2026-12-01T12:{crash_at:02d}:59")
        crash_at += 1
    assert crash_at >= 4
    assert status_of(draft) == "published"
    assert closed(table, draft) == {False}


def test_taking_back_that_dies_leaves_nothing_on_sale_and_is_finished_by_asking_again(
    table: Any, api: Any, publish: Publish, act: Call, time: Clock
) -> None:
    event = publish()
    assert not finishes(lambda: act("unpublish", event), 2)
    assert buy(api, event).json["code"] == "event_not_found"
    assert act("unpublish", event).json["code"] == "changed_meanwhile"
    time.becomes("2026-12-01T12:05:00")
    assert act("unpublish", event).status == 200
    assert closed(table, event) == {True}
    deliver_everything(table)
    assert_listings_are_exact(table)


def test_publishing_keeps_in_mind_that_stock_is_half_moved(
    table: Any, draft: dict[str, Any], act: Call, change: Call, time: Clock
) -> None:
    tiers = {"Early Bird": {}, "VIP": {"capacity": 400}}
    assert not finishes(lambda: change(draft["id"], ticket_tiers=tiers, total_tickets=1000), 7)
    half_moved = sum(capacity for pool, (_, capacity) in shards(table, draft["id"]).items() if pool.startswith("VIP#"))
    assert 30 < half_moved < 400
    time.becomes("2026-12-01T12:05:00")
    assert act("publish", draft).status == 200
    assert change(draft["id"], title="Koroga").status == 200
    capacities = {pool: capacity for pool, (_, capacity) in shards(table, draft["id"]).items()}
    assert sum(capacity for pool, capacity in capacities.items() if pool.startswith("VIP#")) == 30
    assert sum(capacity for pool, capacity in capacities.items() if pool.startswith("*#")) == 70
    assert act("unpublish", draft).status == 200


def test_a_draft_that_grows_sells_nothing_from_its_new_shards(table: Any, draft: dict[str, Any], change: Call) -> None:
    assert change(draft["id"], ticket_tiers={"VIP": {"capacity": 400}}).status == 200
    assert closed(table, draft) == {True}
    assert change(draft["id"], title="Koroga").json["event"]["status"] == "draft"


def test_a_draft_is_deleted_and_one_that_has_sold_stays_a_draft(
    table: Any, draft: dict[str, Any], publish: Publish, act: Call, delete: Call, get: Call
) -> None:
    assert delete(draft["id"]).status == 200
    event = publish()
    act("unpublish", event)
    pool = Pool(event["id"], "VIP", 1)
    stock.reopen(event["id"], {"VIP": {"capacity": 30, "shards": 1}})
    with at_each_call(after=Meanwhile("UpdateItem", lambda: stock.hold(pool, "order-1", 1, 1_900_000_000))):
        assert delete(event["id"]).json["code"] == "event_has_sales"
    assert status_of(event) == "draft"
    assert closed(table, event) == {True}
