"""The sample events of this area are what `sam local invoke` is fed, so they must work."""

import json
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function

READERS = ["list_events", "search_events", "list_popular_events", "count_category_events", "list_organizer_events"]


def invoke(name: str, event_id: str = "") -> Any:
    """Runs a function on its sample event, about this event instead of the sample's own."""
    event = json.loads((ROOT / "events" / "catalogue" / f"{name}.json").read_text())
    if event_id:
        event["pathParameters"] = {"event_id": event_id}
    return load_function(f"catalogue/{name}").handler(event, LAMBDA_CONTEXT)


def test_the_sample_event_is_published_found_changed_and_deleted(table: Any) -> None:
    created = invoke("create_event")
    assert created["statusCode"] == 201
    event_id = json.loads(created["body"])["id"]
    for name in READERS:
        answer = invoke(name)
        assert answer["statusCode"] == 200
        assert event_id in answer["body"] or json.loads(answer["body"]) == {"count": 1}
    for name in ("get_event", "update_event", "delete_event"):
        assert invoke(name, event_id)["statusCode"] == 200
    assert invoke("get_event")["statusCode"] == 404


@pytest.mark.parametrize(
    ("name", "result"),
    [("refresh_listings", {"batchItemFailures": []}), ("close_ended_events", {"closed": 0, "failed": 0})],
)
def test_the_sample_records_and_the_sample_schedule_are_understood(table: Any, name: str, result: object) -> None:
    assert invoke(name) == result
