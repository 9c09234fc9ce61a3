"""Migrations on a table with items of several ages, cut off and repeated."""

import os
from typing import Any

import pytest

from operations.migrations.runner import Runner
from operations.migrations.steps import REMOVE, Step, all_steps
from tiketi.table import SCHEMA_VERSION

TABLE = os.environ["TABLE_NAME"]


def put(client: Any, number: int, **attributes: Any) -> None:
    client.put_item(TableName=TABLE, Item={"PK": {"S": f"X#{number:03d}"}, "SK": {"S": "X"}, **attributes})


def items(client: Any) -> list[dict[str, Any]]:
    found = client.scan(TableName=TABLE, ConsistentRead=True)["Items"]
    return sorted((item for item in found if item["PK"]["S"].startswith("X#")), key=lambda item: item["PK"]["S"])


def run(client: Any, steps: list[Step], page_size: int = 3) -> int:
    return sum(1 for _ in Runner(client, TABLE, page_size).apply(steps))


def rename(item: dict[str, Any]) -> dict[str, Any]:
    return {"name": item["title"], "title": REMOVE} if "title" in item else {}


RENAME = Step(1, "step_0001_rename", rename)


def test_the_schema_version_that_is_written_is_the_last_steps() -> None:
    assert all_steps()[-1].number == SCHEMA_VERSION


def test_every_item_is_brought_to_the_step_and_a_second_run_does_nothing(table: Any) -> None:
    for number in range(10):
        put(table, number, title={"S": f"event {number}"})
    assert run(table, [RENAME]) > 1
    assert [item["name"]["S"] for item in items(table)] == [f"event {number}" for number in range(10)]
    assert all("title" not in item and item["schema_version"]["N"] == "1" for item in items(table))
    assert run(table, [RENAME]) == 0


def test_an_item_of_a_newer_version_is_left_alone(table: Any) -> None:
    put(table, 1, title={"S": "new"}, schema_version={"N": "7"})
    run(table, [RENAME])
    assert items(table)[0]["title"]["S"] == "new"


def test_a_crash_in_the_middle_goes_on_where_it_stopped(table: Any) -> None:
    for number in range(10):
        put(table, number, title={"S": "x"})
    seen: list[str] = []

    def crash_once(item: dict[str, Any]) -> dict[str, Any]:
        seen.append(item["PK"])
        if len(seen) == 8:
            raise RuntimeError("the machine went away")
        return rename(item)

    step = Step(1, "step_0001_rename", crash_once)
    with pytest.raises(RuntimeError):
        run(table, [step])
    run(table, [step])
    assert all("name" in item for item in items(table))
    assert len(seen) == 11, "one item was seen twice, the pages before it once"


def test_a_write_in_between_is_not_lost(table: Any) -> None:
    put(table, 1, title={"S": "old"})
    wrote: list[bool] = []

    def slow(item: dict[str, Any]) -> dict[str, Any]:
        if not wrote:
            wrote.append(True)
            put(table, 1, title={"S": "new"})
        return rename(item)

    run(table, [Step(1, "step_0001_rename", slow)])
    assert items(table)[0]["name"]["S"] == "new"
