"""Any history of a gate: admissions never exceed tickets, and whoever came in is accounted for.

Scans online and offline, syncs in any order, undos and tickets that end in between; functions that die, are slow, or
whose answer is lost. PROOF_SECONDS=3600 looks for histories that break it for so long.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.proof.cloud import Cloud, Disturbance, Kind
from tests.proof.gate_world import CODES, Device, GateWorld

PROOF_SECONDS = int(os.environ.get("PROOF_SECONDS", "0"))
QUICK = settings(
    max_examples=150,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
THOROUGH = settings(QUICK, max_examples=100, stateful_step_count=50, derandomize=False)

DEVICES, TICKETS = st.integers(0, 2), st.integers(0, len(CODES) - 1)
Trouble = tuple[Kind, int, tuple[str, ...]] | None
"""What happens at the nth call of a step; in a pause, what others do meanwhile."""
MEANWHILE: dict[str, Callable[[GateWorld, int], object]] = {
    "somebody else scans it": lambda world, number: world.online(world.devices[2], number),
    "it is taken back": GateWorld.undo,
    "it is made void": GateWorld.make_void,
    "it is refunded": lambda world, number: world.end(number, "refunded"),
    "it is passed on": lambda world, number: world.end(number, "transferred"),
    "its event is cancelled": lambda world, number: world.cancel(),
    "the walk ends it": GateWorld.walk,
    "everybody gives up waiting, and syncs": lambda world, number: world.everybody_decides_alone(),
    "everybody syncs": lambda world, number: world.everybody_is_back(),
}
SOME, MANY = 3, 8
"""So many scans come before what ends tickets, and what ends them all: the history is over soon after."""
KINDS: tuple[Kind, ...] = ("before", "after", "refused", "lost", "twice")
PAUSE: tuple[Kind, ...] = ("pause",)
OTHERS = st.lists(st.sampled_from(sorted(MEANWHILE)), min_size=1, max_size=4).map(tuple)
TROUBLE: st.SearchStrategy[Trouble] = st.one_of(
    st.none(),
    st.none(),
    st.tuples(st.sampled_from(KINDS), st.integers(1, 6), st.just(())),
    st.tuples(st.sampled_from(PAUSE), st.integers(1, 6), OTHERS),
)


class Admissions(RuleBasedStateMachine):
    """`done` counts, over all histories, what was done in them."""

    cloud: ClassVar[Cloud]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = GateWorld(self.cloud)

    def _device(self, which: int) -> Device:
        return self.world.devices[which]

    def _troubled(self, trouble: Trouble, number: int, action: Callable[[], Any]) -> Any:
        self.done["steps"] += 1
        self.cloud.plan.clear()
        if trouble:
            kind, call, others = trouble

            def meanwhile() -> None:
                for name in others:
                    MEANWHILE[name](self.world, number)

            self.cloud.plan[len(self.cloud.points) + call] = Disturbance(kind, meanwhile)
        struck = len(self.cloud.struck)
        answer = action()
        self.done["steps disturbed"] += len(self.cloud.struck) > struck
        self.cloud.plan.clear()
        return answer

    @rule(which=DEVICES, number=TICKETS, by_code=st.booleans(), trouble=TROUBLE)
    def somebody_is_scanned(self, which: int, number: int, by_code: bool, trouble: Trouble) -> None:
        scan = self._troubled(trouble, number, lambda: self.world.online(self._device(which), number, by_code))
        self.done[f"online {scan}"] += 1

    @rule(which=DEVICES, number=TICKETS, by_code=st.booleans())
    def somebody_is_scanned_offline(self, which: int, number: int, by_code: bool) -> None:
        self.done[f"offline {self.world.offline(self._device(which), number, by_code)}"] += 1

    @precondition(lambda self: self.world.unanswered)
    @rule(which=st.integers(0, 20), trouble=TROUBLE)
    def a_scan_is_sent_again(self, which: int, trouble: Trouble) -> None:
        waiting = list(self.world.unanswered.values())
        self._troubled(trouble, which % len(CODES), lambda: self.world.send(waiting[which % len(waiting)]))

    @precondition(lambda self: self.world.unanswered)
    @rule(which=DEVICES)
    def a_scanner_gives_up_on_the_network(self, which: int) -> None:
        self.world.gives_up(self._device(which))

    @precondition(lambda self: any(device.log for device in self.world.devices))
    @rule(which=DEVICES, kept=st.integers(0, 20), trouble=TROUBLE)
    def one_scan_is_synced(self, which: int, kept: int, trouble: Trouble) -> None:
        """Any of the log, new or old: parts of it come in any order and again."""
        log = self._device(which).log
        if log:
            outcome = self._troubled(trouble, kept % len(CODES), lambda: self.world.send(log[kept % len(log)]))
            self.done[f"synced {outcome}"] += 1

    @rule(number=TICKETS, trouble=TROUBLE)
    def the_organizer_takes_it_back(self, number: int, trouble: Trouble) -> None:
        self.done["undone"] += bool(self._troubled(trouble, number, lambda: self.world.undo(number)))

    @precondition(lambda self: self.world.scans > SOME)
    @rule(number=TICKETS, status=st.sampled_from(("refunded", "transferred")))
    def a_ticket_ends(self, number: int, status: str) -> None:
        self.world.end(number, status)

    @precondition(lambda self: self.world.scans > SOME)
    @rule(number=TICKETS, trouble=TROUBLE)
    def a_ticket_is_made_void(self, number: int, trouble: Trouble) -> None:
        self._troubled(trouble, number, lambda: self.world.make_void(number))

    @precondition(lambda self: self.world.scans > MANY and not self.world.cancelled_at)
    @rule()
    def the_event_is_cancelled(self) -> None:
        self.world.cancel()
        self.done["cancelled"] += 1

    @precondition(lambda self: self.world.cancelled_at)
    @rule(number=TICKETS, trouble=TROUBLE)
    def the_walk_comes_to_a_ticket(self, number: int, trouble: Trouble) -> None:
        self._troubled(trouble, number, lambda: self.world.walk(number))

    @rule(seconds=st.sampled_from((1, 1, 60)))
    def time_passes(self, seconds: int) -> None:
        self.world.time += seconds

    @invariant()
    def admissions_never_exceed_tickets(self) -> None:
        self.world.hold_true()

    def teardown(self) -> None:
        self.done["histories"] += 1
        self.world.end_true()


def test_whatever_happens_at_the_gate_admissions_never_exceed_tickets(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    Admissions.cloud = cloud
    Admissions.done.clear()
    end = time.monotonic() + PROOF_SECONDS
    while True:
        run_state_machine_as_test(Admissions, settings=THOROUGH if PROOF_SECONDS else QUICK)
        if time.monotonic() >= end:
            break
    with capsys.disabled():
        print(f"\n{dict(Admissions.done)}", end=" ")
