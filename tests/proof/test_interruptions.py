"""Any function may stand still before any call, and others run from beginning to end meanwhile.

So two finalizers, a sweep and a callback, or two buyers meet at every point where they can: what one of them has
read is no longer so when it writes.
"""

import os
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from tests.proof.cloud import Cloud, Disturbance, Point
from tests.proof.fair import EVENT_ID, VIP
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, BARAKA, HOLD_SECONDS, SCENARIOS, Scenario, Stage, play
from tests.proof.template import LISTINGS
from tests.proof.truth import Broken, end_true
from tests.proof.world import Purchase, World
from tiketi.sales.resize import resize

THOROUGH = "PROOF_SECONDS" in os.environ
DISA = "01" + "A" * 23 + "9"


def _another_buyer(world: World) -> None:
    world.buy(Purchase(DISA, "k1", EVENT_ID, VIP, 2, "254712345699"), Habit(after=1, callbacks=(1,)))


def _the_same_request(world: World) -> None:
    for purchase in list(world.purchases.values()):
        world.buy(purchase)


def _the_timer(world: World) -> None:
    for message in list(world.messages):
        world.receive(message)


def _the_money_arrives(world: World) -> None:
    for prompt in world.phones.prompts:
        if prompt.deed is None:
            world.act(prompt, "pay")
        world.call_back(prompt)


def _wait(seconds: int) -> Callable[[World], None]:
    return lambda world: world.run(seconds)


RIVALS: dict[str, Callable[[World], None]] = {
    "the stream repeats itself": World.replay,
    "the sweep": World.sweep,
    "another buyer": _another_buyer,
    "the same request": _the_same_request,
    "the timer": _the_timer,
    "the money arrives": _the_money_arrives,
    "all else goes on for 9 seconds": _wait(9),
    "all else goes on until after the deadline": _wait(HOLD_SECONDS + 30),
}
EACH = 1 if THOROUGH else 9
"""Of all meetings, every ninth, in the quick profile: eight rivals, so each of them comes in its turn."""
CHOSEN = [scenario for scenario in SCENARIOS if THOROUGH or scenario.main or "shards" in scenario.name]


def meetings(points: list[Point]) -> Iterator[tuple[Point, str]]:
    return islice(((point, rival) for point in points for rival in RIVALS), 0, None, EACH)


@pytest.mark.parametrize("scenario", CHOSEN, ids=lambda scenario: scenario.name)
def test_whoever_meets_whom_the_sale_comes_to_a_true_end(
    cloud: Cloud, scenario: Scenario, record_property: Callable[[str, object], None]
) -> None:
    points = play(cloud, scenario).cloud.points
    broken: list[str] = []
    histories = 0
    for point, rival in meetings(points):
        world_of: list[World] = []

        def meanwhile(name: str = rival, found: list[World] = world_of) -> None:
            found[0].tell(f"--- {name}")
            RIVALS[name](found[0])

        world = play(cloud, scenario, {point.number: Disturbance("pause", meanwhile)}, on_start=world_of.append)
        histories += 1
        try:
            end_true(world, clean=rival != "the money arrives")
        except Broken as error:
            broken.append(f"{rival} before {point}: {error}")
    record_property("meetings", histories)
    assert not broken, "\n\n".join([f"{len(broken)} of {histories} histories end wrong", *broken])


def _organizer_adds_ten(world: World) -> None:
    world.tell("the organizer raises VIP from 1 to 11")
    resize(EVENT_ID, VIP, {"capacity": 1, "shards": 2}, 11)
    world.deliver_all()


def test_a_slow_refresh_of_the_figures_does_not_hide_new_stock_for_good(cloud: Cloud) -> None:
    """It writes "sold out" over what a quicker one knew; the stream brings that write, and it is looked at again."""
    stage = Stage(cloud, {VIP: 1}, patient=False)
    stage.ambush(LISTINGS, "UpdateItem figures", "pause", _organizer_adds_ten, nth=2)
    stage.order(ASHA, Habit())
    stage.later(3600, BARAKA, Habit())
    world = stage.run(6000)
    assert [purchase.answers[-1] for purchase in world.purchases.values()] == [(202, ""), (202, "")]
