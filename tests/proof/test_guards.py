"""What each condition of the protocol is for: without it, its story goes wrong.

A guard that can be taken out with every test still green is not tested. The conditions are found in the source.
"""

from collections.abc import Callable

import pytest

from tests.proof import guard_histories as told
from tests.proof.cloud import Cloud
from tests.proof.conditions import Guard, take_out
from tests.proof.guard_table import Story, stories, without_a_guard, without_a_story, wrong
from tests.proof.guards_page import PAGE, page

STEPS: list[tuple[str, str, Callable[..., object], Story]] = [
    (
        "reclaim: PENDING in time, or PAID, keeps its hold",
        "tiketi.sales.reclaim._has_no_right",
        lambda order_id, now: True,
        told.paid_but_the_stream_is_slow,
    ),
    (
        "the timer, before the phone is asked",
        "tiketi.payments.check_queue.CheckQueue.ask",
        lambda *given, **named: None,
        told.callback_lost,
    ),
    (
        "settle: an unanswered prompt keeps its hold",
        "tiketi.sales.finalize.keeps_hold",
        lambda payment, now: False,
        told.paid_after_all,
    ),
]


def test_every_condition_of_the_protocol_has_a_story_that_goes_wrong_without_it() -> None:
    missing = "\n".join(map(str, without_a_story()))
    assert not missing, f"write a story for each, see guard_table.py, then `make guards`:\n{missing}"


def test_no_story_is_about_a_condition_that_is_gone() -> None:
    assert not without_a_guard()


@pytest.mark.parametrize("guard", stories(), ids=str)
def test_without_its_guard_the_story_goes_wrong(
    cloud: Cloud, guard: Guard, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    story = stories()[guard]
    assert wrong(cloud, story) == "", "with the guard, all is well"
    take_out(monkeypatch, guard)
    assert wrong(cloud, story), "nothing is wrong without it"
    record_property("guards taken out", 1)


@pytest.mark.parametrize(("name", "place", "nothing", "story"), STEPS, ids=[step[0] for step in STEPS])
def test_without_its_step_the_story_goes_wrong(
    cloud: Cloud,
    name: str,
    place: str,
    nothing: Callable[..., object],
    story: Story,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert wrong(cloud, story) == "", "with the step, all is well"
    monkeypatch.setattr(place, nothing)
    assert wrong(cloud, story), f"nothing is wrong without: {name}"


def test_the_page_of_guards_is_current() -> None:
    assert PAGE.read_text() == page(), "run make guards"
