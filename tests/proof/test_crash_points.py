"""Every sale, disturbed at every single call it makes, comes to a true end.

The calls are counted in a run without disturbance, never listed: a new call is covered by itself.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice

import pytest

from tests.proof.cloud import CRASHES, ERRORS, Cloud, Disturbance, Kind, Point
from tests.proof.scenarios import SCENARIOS, Scenario, play
from tests.proof.template import BUY, GIVE
from tests.proof.truth import Books, Broken, end_true, stranded
from tests.proof.world import World

THOROUGH = "PROOF_SECONDS" in os.environ
READS = ("GetItem", "BatchGetItem", "Query")
ERRORS_SAMPLED = 6
"""The quick profile tries every crash, but only every sixth of the errors that a function lives through."""


def kinds_of(point: Point, *, last: bool) -> Iterator[Kind]:
    """What may happen at a call. To die after a call is to die before the next one of the same invocation."""
    yield "before"
    if last or THOROUGH:
        yield "after"
    if point.call.startswith(READS) and not THOROUGH:
        return
    yield "refused"
    yield "lost"
    if point.call != "STK push":
        yield "twice"


def told_apart(points: list[Point]) -> Iterator[Point]:
    """A process that dies between two reads leaves what it leaves before the first of them."""
    before: dict[int, str] = {}
    for point in points:
        both_read = point.call.startswith(READS) and before.get(point.invocation, "").startswith(READS)
        before[point.invocation] = point.call
        if THOROUGH or not both_read:
            yield point


def disturbances(points: list[Point], *, asks_again: bool) -> Iterator[tuple[Point, Kind, bool]]:
    """Each with a customer who gives up, and, where his own request dies, with one who asks again if he is to."""
    last = {point.invocation: point.number for point in points}
    for point in told_apart(points):
        for kind in kinds_of(point, last=last[point.invocation] == point.number):
            yield point, kind, False
            if asks_again and point.function in (BUY, GIVE) and (kind in CRASHES or THOROUGH):
                yield point, kind, True


def chosen(points: list[Point], scenario: Scenario) -> Iterator[tuple[Point, Kind, bool]]:
    everything = list(disturbances(points, asks_again=scenario.main or THOROUGH))
    if THOROUGH:
        return iter(everything)
    crashes = [each for each in everything if each[1] in CRASHES]
    return chain(crashes, islice((each for each in everything if each[1] not in CRASHES), 0, None, ERRORS_SAMPLED))


def lost_for_good(world: World, books: Books) -> bool:
    """Whether money was paid that nobody can know of: see `stranded`."""
    prompts = [prompt for prompt in world.phones.prompts if prompt.charged]
    unpaid = {order: each for order, each in books.payments.items() if each["status"] != "PAID"}
    return any(p.order_id in unpaid and stranded(world, p, unpaid[p.order_id]) for p in prompts)


def at_its_end(world: World, *, clean: bool = True) -> Books:
    """Whoever passes a ticket on asks again where he got no answer, so its new holder is told."""
    books = end_true(world, clean=clean)
    untold = {each["transferred_to"] for each in books.ticket_items.values() if "transferred_to" in each} - world.given
    if untold:
        raise Broken("\n".join([f"the new holders of {untold} are not told", *world.story]))
    return books


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_sale_disturbed_at_any_call_comes_to_a_true_end(
    cloud: Cloud, scenario: Scenario, record_property: Callable[[str, object], None]
) -> None:
    points = play(cloud, scenario).cloud.points
    broken: list[str] = []
    done: Counter[str] = Counter()
    for point, kind, patient in chosen(points, scenario):
        world = play(cloud, scenario, {point.number: Disturbance(kind)}, patient=patient)
        assert [struck[:3] for struck in cloud.struck] == [point[:3]], "the same history each time"
        done[kind] += 1
        try:
            # A repeated write of a push's answer reads as a second push, and is sent to review: a false alarm, no harm.
            books = at_its_end(world, clean=kind != "twice")
            done["lost for good"] += lost_for_good(world, books)
        except Broken as error:
            broken.append(f"{kind} {point}, {'asks again' if patient else 'gives up'}: {error}")
    record_property("calls of a sale", len(points))
    record_property("crashes at them", done["before"] + done["after"])
    record_property("errors at them", sum(done[kind] for kind in ERRORS))
    assert not broken, "\n\n".join([f"{len(broken)} histories end wrong", *broken])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_stream_that_brings_every_record_twice_changes_nothing(cloud: Cloud, scenario: Scenario) -> None:
    world: World = play(cloud, scenario, deliveries=2)
    at_its_end(world)
