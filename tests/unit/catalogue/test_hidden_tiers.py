"""An organizer sells some tickets only to those who know a code; to all others they do not exist."""

import hmac
from typing import Any

import pytest

from tests.unit.catalogue.conftest import (
    AKINYI,
    ASHA,
    BARAKA,
    KOROGA,
    Call,
    Publish,
    assert_listings_are_exact,
    deliver_everything,
    stored,
)
from tiketi import clock
from tiketi.accounts import authorization
from tiketi.accounts.tokens import Claims
from tiketi.catalogue.items import EventItem, load_event
from tiketi.sales.purchase_rules import tier_to_sell

TIERS = {"Gate": {"price": 500}, "Crew": {"price": 100, "capacity": 5, "code": "KARIBU 26"}}


@pytest.fixture
def event(publish: Publish) -> dict[str, Any]:
    return publish(ticket_tiers=TIERS)


@pytest.fixture
def read(api: Any, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setattr(authorization, "authorize", lambda header: Claims(*header.split("/")) if header else None)

    def call(event: dict[str, Any], code: str | None = None, user: tuple[str, str] | None = None) -> Any:
        return api(
            "catalogue/get_event",
            path_parameters={"event_id": event["id"]},
            query=None if code is None else {"code": code},
            headers={"Authorization": "/".join(user)} if user else {},
        )

    return call


def buy(api: Any, event: dict[str, Any], tier: str, **more: object) -> Any:
    body = {"event_id": event["id"], "ticket_type": tier, "phone_number": "0712345678", **more}
    return api("sales/buy_ticket", "POST", "/tickets", body=body, user=ASHA)


def tiers(answer: Any) -> list[str]:
    assert answer.status == 200, answer.json
    return list(answer.json["ticket_tiers"])


def test_whoever_does_not_know_the_code_sees_nothing_of_the_tier(
    table: Any, api: Any, event: dict[str, Any], read: Call, browse: Call, search: Call
) -> None:
    assert tiers(read(event)) == tiers(read(event, "")) == tiers(read(event, "karibu 27")) == ["Gate"]
    answers = [
        read(event),
        browse(),
        browse(category="Music"),
        search(q="koroga"),
        api("catalogue/list_popular_events"),
    ]
    for answer in answers:
        assert "Crew" not in answer.body.decode()
        assert "KARIBU" not in answer.body.decode()
    public = [
        item for item in stored(table) if item["PK"]["S"].startswith("LIST#") and "organizer=" not in str(item["PK"])
    ]
    assert public
    assert "Crew" not in str(public)


@pytest.mark.parametrize("code", ["KARIBU 26", "karibu26", " Karibu 26 "])
def test_whoever_knows_it_sees_the_tier_and_not_the_code(event: dict[str, Any], read: Call, code: str) -> None:
    answer = read(event, code)
    assert tiers(answer) == ["Gate", "Crew"]
    assert answer.json["ticket_tiers"]["Crew"] == {"price": 100, "capacity": 5, "max_per_order": 10}


def test_its_organizer_sees_all_of_it(table: Any, api: Any, event: dict[str, Any], read: Call, change: Call) -> None:
    assert event["ticket_tiers"]["Crew"]["code"] == "KARIBU 26"
    assert read(event, user=AKINYI).json == event
    assert tiers(read(event, user=BARAKA)) == tiers(read(event, user=ASHA)) == ["Gate"]
    [listed] = api("catalogue/list_organizer_events", user=AKINYI).json["events"]
    assert listed["ticket_tiers"] == event["ticket_tiers"]
    changed = change(event["id"], ticket_tiers={"Gate": {}, "Crew": {"price": 50}})
    assert changed.json["event"]["ticket_tiers"]["Crew"]["code"] == "KARIBU 26", "not sent: it stays"


def test_a_code_is_changed_and_taken_away_and_the_listings_follow(
    table: Any, event: dict[str, Any], read: Call, change: Call, browse: Call
) -> None:
    assert change(event["id"], ticket_tiers={"Gate": {}, "Crew": {"code": "another one"}}).status == 200
    assert tiers(read(event, "KARIBU 26")) == ["Gate"]
    assert tiers(read(event, "Another One")) == ["Gate", "Crew"]
    assert_listings_are_exact(table)
    assert change(event["id"], ticket_tiers={"Gate": {}, "Crew": {"code": ""}}).status == 200
    assert list(browse().json["events"][0]["ticket_tiers"]) == ["Gate", "Crew"]
    assert change(event["id"], ticket_tiers={"Gate": {"code": "door-1"}, "Crew": {}}).status == 200
    assert list(browse().json["events"][0]["ticket_tiers"]) == ["Crew"]
    deliver_everything(table)
    assert_listings_are_exact(table)


def test_a_guess_is_told_what_it_would_be_told_of_a_tier_that_is_not_there(api: Any, event: dict[str, Any]) -> None:
    said = [
        buy(api, event, tier, **code).body
        for tier in ("Crew", "Nobody")
        for code in ({}, {"access_code": ""}, {"access_code": "karibu 27"}, {"quantity": 99, "access_code": "x"})
    ]
    assert len(set(said)) == 1
    assert b"It has: Gate." in said[0]


def test_with_the_code_it_is_sold_like_any_other(api: Any, event: dict[str, Any], change: Call) -> None:
    free = {"Gate": {}, "Crew": {"price": 0}}
    assert change(event["id"], ticket_tiers=free).status == 200
    assert buy(api, event, "Crew").status == 422
    tier = tier_to_sell(load_event(event["id"]), "Crew", 1, clock.utc_now(), "karibu 26")
    assert tier == {"price": 0, "capacity": 5, "max_per_order": 10}


@pytest.mark.parametrize("code", ["abc", "x" * 41, 7])
def test_a_code_is_four_to_forty_characters_long(api: Any, table: Any, code: object) -> None:
    body = {**KOROGA, "ticket_tiers": {"Crew": {"price": 1, "code": code}}}
    answer = api("catalogue/create_event", "POST", "/events", body=body, user=AKINYI)
    assert [each["field"] for each in answer.json["errors"]] == ["ticket_tiers.Crew.code"]
    too_long = api("catalogue/get_event", path_parameters={"event_id": "x"}, query={"code": "x" * 41})
    assert (too_long.status, too_long.json["errors"][0]["field"]) == (422, "code")


def test_each_code_opens_its_own_tiers(publish: Publish, read: Call) -> None:
    hidden = {"A": {"price": 1, "code": "aaaa"}, "B": {"price": 1, "code": "bbbb"}, "C": {"price": 1, "code": "bbbb"}}
    event = publish(ticket_tiers=hidden)
    assert tiers(read(event)) == []
    assert tiers(read(event, "aaaa")) == ["A"]
    assert tiers(read(event, "bbbb")) == ["B", "C"]


def test_every_code_is_compared_whichever_is_right(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """And by what takes as long for a near guess as for a far one."""
    compared: list[tuple[bytes, bytes]] = []
    original = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return original(one, other)

    item = EventItem.get(f"EVENT#{event['id']}", "EVENT")
    monkeypatch.setattr(hmac, "compare_digest", watched)
    for code in ("karibu 26", "k", ""):
        compared.clear()
        item.tiers_for(code)
        assert len(compared) == 2
        assert {len(each) for pair in compared for each in pair} == {32}
