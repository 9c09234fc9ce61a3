"""Whatever may write in a sale, a refund or a ticket's life takes part in some scenario, and is crashed there."""

import re
from collections.abc import Callable

from tests.proof.cloud import Cloud
from tests.proof.scenarios import SCENARIOS, play
from tests.proof.template import writers
from tests.unit.conftest import ROOT

ELSEWHERE = {
    "accounts/delete_user": "no money and no seat: its own unit tests",
    "accounts/login": "as above",
    "accounts/register": "as above",
    "accounts/update_user": "as above",
    "admission/check_in": "crashed, repeated and paused by `test_admissions.py`",
    "admission/invite_staff": "no money and no seat: its own unit tests",
    "admission/open_gate_session": "as above",
    "admission/revoke_staff": "as above",
    "admission/sync_check_ins": "crashed, repeated and paused by `test_admissions.py`",
    "admission/undo_check_in": "as above",
    "catalogue/close_ended_events": "writes listings only",
    "catalogue/create_event": "nothing is sold yet",
    "catalogue/delete_event": "refused as soon as anything is sold or held; crashed in its unit tests",
    "catalogue/publish_event": "opens and closes shards, and moves no seat; crashed in its unit tests",
    "catalogue/unpublish_event": "as above",
    "delivery/notify_holders": "sends messages about what has happened; crashed in its unit tests",
    "delivery/remind_holders": "as above",
    "delivery/resend_tickets": "as above",
    "delivery/send_notice": "as above",
}
"""Functions that write, and are in no scenario, each with its reason."""


def commands() -> set[str]:
    """What an operator may do about refunds and doubts, but look at them: targets of the Makefile."""
    found = re.findall(
        r"^([\w-]+):[^\n]*\n\t@\$\((?:REFUNDS|REVIEWS)\) ([\w-]+)", (ROOT / "Makefile").read_text(), re.M
    )
    return {f"make {target}" for target, verb in found if verb != "list"}


def test_every_function_and_command_that_writes_takes_part(
    cloud: Cloud, record_property: Callable[[str, object], None]
) -> None:
    points = [point for scenario in SCENARIOS for point in play(cloud, scenario).cloud.points]
    seen = {point.function for point in points}
    assert len(commands()) >= 6, "the Makefile is not read as it is written"
    assert sorted(writers() - seen - ELSEWHERE.keys()) == [], "write a scenario in which it takes part"
    assert sorted(commands() - seen) == [], "write a scenario in which it takes part"
    assert sorted(ELSEWHERE.keys() - (writers() - seen)) == [], "is in a scenario, or is gone"
    record_property("calls", len(points))
    record_property("functions and commands that make them", len(seen))
