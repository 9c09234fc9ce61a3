"""Any history: many customers, few tickets, and whatever may go wrong, in any order, keeps the invariants.

Shards with seeds of their own play PROOF_STEPS steps together, always the same ones. PROOF_SECONDS=3600 plays new
ones for an hour instead. What a history breaks is shrunk to a short one, and told as a story.
"""

import os
import secrets
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.proof.cloud import Cloud
from tests.proof.rules_of_holders import Holding
from tests.proof.rules_of_operators import Operating
from tests.proof.rules_of_sale import Selling

PROOF_SECONDS = int(os.environ.get("PROOF_SECONDS", "0"))
PROOF_STEPS = int(os.environ.get("PROOF_STEPS", "10000"))
SHARDS = 8
PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
PROFILE = settings(
    max_examples=15,
    stateful_step_count=45,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


class Sales(Selling, Holding, Operating):
    """All that may happen, in any order."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_happens_the_invariants_hold(
    cloud: Cloud, shard: int, record_property: Callable[[str, object], None]
) -> None:
    Sales.cloud = cloud
    Sales.done.clear()
    end = time.monotonic() + PROOF_SECONDS * PROCESSES / SHARDS
    batch = 0
    while time.monotonic() < end if PROOF_SECONDS else Sales.done["steps"] < PROOF_STEPS / SHARDS:
        batch += 1
        _play(secrets.randbits(64) if PROOF_SECONDS else shard + SHARDS * batch)
    for what, times in Sales.done.items():
        record_property(what, times)


def _play(number: int) -> None:
    try:
        seed(number)(get_state_machine_test(Sales, settings=PROFILE))()
    except BaseException as error:
        error.add_note(f"The seed of these histories: {number}")
        raise
