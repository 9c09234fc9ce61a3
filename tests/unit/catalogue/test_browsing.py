"""Somebody looks for an event among five. No test of this file changes anything."""

from typing import Any

import pytest
from pynamodb.connection.base import Connection

from tests.unit.catalogue.conftest import AKINYI, BARAKA, Call, calls_counted, publish_five, titles
from tiketi.catalogue import pages


@pytest.fixture(scope="module")
def five(engine: Any) -> None:
    publish_five()


def test_without_a_filter_everybody_gets_the_next_events_first(five: None, browse: Call) -> None:
    answer = browse()
    assert titles(answer) == ["E0", "E1", "E2", "E3", "E4"]
    assert {name: value for name, value in answer.json.items() if name != "events"} == {
        "total_pages": 1,
        "current_page": 1,
        "total_events": 5,
        "per_page": 10,
        "next_cursor": None,
    }


def test_an_event_in_a_list_is_the_whole_event(five: None, browse: Call, get: Call) -> None:
    event = browse().json["events"][0]
    assert event == get(event["id"]).json


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"location": "nairobi"}, ["E0", "E2", "E4"]),
        ({"location": "NAIROBI"}, ["E0", "E2", "E4"]),
        ({"location": "nairob"}, []),
        ({"location": "KICC, Nairobi"}, ["E0", "E4"]),
        ({"location": "Nairobi Mombasa"}, []),
        ({"location": "!!"}, []),
        ({"tag": "LIVE"}, ["E0", "E1", "E2", "E3", "E4"]),
        ({"tag": "family"}, ["E0", "E2", "E4"]),
        ({"tag": "fam"}, []),
        ({"category": "Music"}, ["E1", "E3"]),
        ({"category": "music"}, []),
        ({"category": "Sport", "tag": "family", "location": "kicc nairobi"}, ["E0", "E4"]),
        ({"category": "Music", "location": "nairobi"}, []),
        ({"category": " ", "tag": "", "location": "", "page": "", "per_page": ""}, ["E0", "E1", "E2", "E3", "E4"]),
    ],
)
def test_location_tag_and_category_in_any_combination(
    five: None, browse: Call, query: dict[str, str], found: list[str]
) -> None:
    answer = browse(**query)
    assert titles(answer) == found
    assert answer.json["total_events"] == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("e3", ["E3"]),
        ("music", ["E1", "E3"]),
        ("family NAIROBI", ["E0", "E2", "E4"]),
        ("nairobi, kicc!", ["E0", "E4"]),
        ("nairobi nothing", []),
        ("nothing", []),
    ],
)
def test_a_search_finds_events_with_all_its_words(five: None, search: Call, query: str, found: list[str]) -> None:
    answer = search(q=query)
    assert titles(answer) == found
    assert answer.json["total_events"] == len(found)


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "  "}, {"q": "?!"}])
def test_a_search_for_nothing_is_asked_what_for(five: None, search: Call, query: dict[str, str]) -> None:
    answer = search(**query)
    assert (answer.status, answer.json["code"]) == (400, "search_needs_words")


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [{}, {"location": "nairobi"}, {"location": "kicc nairobi"}])
def test_pages_by_number_are_the_list_in_pieces(five: None, browse: Call, query: dict[str, str]) -> None:
    everything = titles(browse(**query))
    for size in (1, 2, 3, 5):
        pages_needed = -(-len(everything) // size)
        pieces = [browse(**query, page=str(page + 1), per_page=str(size)) for page in range(pages_needed + 1)]
        assert [title for piece in pieces for title in titles(piece)] == everything
        assert {piece.json["total_pages"] for piece in pieces} == {pages_needed}
        assert [piece.json["current_page"] for piece in pieces] == list(range(1, pages_needed + 2))
        assert pieces[pages_needed - 1].json["next_cursor"] is None


@pytest.mark.parametrize("query", [{}, {"location": "nairobi"}, {"location": "kicc nairobi"}])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_following_the_cursor_shows_every_event_once(
    five: None, browse: Call, query: dict[str, str], size: int
) -> None:
    everything = titles(browse(**query))
    seen: list[str] = []
    answer = browse(**query, limit=str(size))
    while True:
        seen += titles(answer)
        if answer.json["next_cursor"] is None:
            break
        page = answer.json["current_page"]
        answer = browse(**query, limit=str(size), cursor=answer.json["next_cursor"])
        assert answer.json["current_page"] == page + 1
    assert seen == everything


def test_a_cursor_leads_on_after_a_page_asked_for_by_number(five: None, browse: Call) -> None:
    second = browse(page="2", per_page="2")
    assert titles(browse(limit="2", cursor=second.json["next_cursor"])) == ["E4"]


def test_a_cursor_that_was_changed_or_made_up_is_refused(five: None, browse: Call, search: Call) -> None:
    cursor = browse(limit="1").json["next_cursor"]
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for wrong in (changed, cursor[1:], "x", "é", "AAAA" * 20, cursor + "!"):
        answer = browse(cursor=wrong)
        assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_a_cursor_is_good_only_for_the_list_it_came_from(five: None, api: Any, browse: Call, search: Call) -> None:
    cursor = browse(limit="1").json["next_cursor"]
    assert browse(cursor=cursor, tag="live").json["code"] == "bad_cursor"
    assert browse(cursor=cursor, location="kicc nairobi").json["code"] == "bad_cursor"
    assert search(cursor=cursor, q="live").json["code"] == "bad_cursor"
    own = api("catalogue/list_organizer_events", query={"limit": "1"}, user=AKINYI).json["next_cursor"]
    foreign = api("catalogue/list_organizer_events", query={"cursor": own}, user=BARAKA)
    assert foreign.json["code"] == "bad_cursor"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"page": "0"}, {"page"}),
        ({"page": "-1", "per_page": "abc"}, {"page", "per_page"}),
        ({"per_page": "101"}, {"per_page"}),
        ({"limit": "0"}, {"limit"}),
        ({"page": "1.5"}, {"page"}),
        ({"page": "9" * 30}, {"page"}),
        ({"location": "x" * 201}, {"location"}),
    ],
)
def test_a_wrong_page_is_named(five: None, browse: Call, query: dict[str, str], fields: set[str]) -> None:
    answer = browse(**query)
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == fields


def test_far_back_only_a_cursor_leads(five: None, browse: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "DEEPEST_SKIP", 4)
    assert titles(browse(page="3", per_page="2")) == ["E4"]
    answer = browse(page="4", per_page="2")
    assert answer.json["errors"] == [{"field": "page", "message": "Beyond page 3, follow next_cursor."}]


# --- What it costs ---------------------------------------------------------------------------------------------------


def test_a_page_of_any_question_is_one_query_and_one_batch(five: None, browse: Call, search: Call) -> None:
    for question in ({}, {"tag": "live"}, {"category": "Music", "location": "nairobi", "tag": "family"}):
        with calls_counted() as calls:
            browse(**question, per_page="2")
        assert calls == {"Query": 1, "BatchGetItem": 1}
    cursor = browse(per_page="2").json["next_cursor"]
    with calls_counted() as calls:
        browse(per_page="2", cursor=cursor)
        search(q="nairobi")
    assert calls == {"Query": 2, "BatchGetItem": 2}


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every Query that is sent from now on."""
    sent: list[dict[str, Any]] = []
    dispatch = Connection.dispatch

    def spied(connection: Connection, name: str, parameters: dict[str, Any], *rest: Any) -> Any:
        if name == "Query":
            sent.append(parameters)
        return dispatch(connection, name, parameters, *rest)

    monkeypatch.setattr(Connection, "dispatch", spied)
    return sent


def test_a_query_asks_for_no_more_than_the_page_and_filters_nothing(
    five: None, browse: Call, queries: list[dict[str, Any]]
) -> None:
    browse(tag="live", location="nairobi", per_page="3")
    (query,) = queries
    assert query["Limit"] == 3
    assert "FilterExpression" not in query
    assert query["ExpressionAttributeValues"] == {":0": {"S": "LIST#location=nairobi&tag=live"}}


def test_of_several_words_only_the_rarest_is_read(
    five: None, browse: Call, search: Call, queries: list[dict[str, Any]]
) -> None:
    browse(location="nairobi kicc", category="Sport")
    search(q="kicc nairobi sport")
    listings = [query["ExpressionAttributeValues"][":0"]["S"] for query in queries]
    assert listings == ["LIST#category=Sport&location=kicc", "LIST#word=kicc"]


def test_a_hundred_events_are_one_page(five: None, browse: Call) -> None:
    with calls_counted() as calls:
        assert len(titles(browse(per_page="100"))) == 5
    assert calls == {"Query": 1, "BatchGetItem": 1}
