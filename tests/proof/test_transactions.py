"""Transactions that lose to other writers or are throttled: sent again after a pause, or given up with nothing done.

DynamoDB Local and moto never refuse one for that, so the refusals are made here, as botocore would raise them.
"""

import ast
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import TransactWriteError

from tests.proof.cloud import Cloud, Item
from tests.proof.fair import VIP
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, HOLD_SECONDS, Stage
from tests.proof.truth import end_true
from tiketi import table
from tiketi.accounts.registration import RegisterInput, register

ATTEMPTS = 8


def _refusal(code: str, *reasons: str) -> ClientError:
    told: Any = {
        "Error": {"Code": code, "Message": "refused on purpose"},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(told, "TransactWriteItems")


CANCELLED = "TransactionCanceledException"
PASSING = {
    "a plain write was quicker": _refusal("TransactionConflictException"),
    "another transaction was quicker": _refusal(CANCELLED, "TransactionConflict", "None"),
    "throttled within": _refusal(CANCELLED, "None", "ThrottlingError"),
    "a hot key": _refusal(CANCELLED, "ProvisionedThroughputExceeded", "TransactionConflict"),
    "throttled": _refusal("ProvisionedThroughputExceededException"),
    "the same one is still at work": _refusal("TransactionInProgressException"),
}
FINAL = {
    "a condition failed": _refusal(CANCELLED, "ConditionalCheckFailed", "None"),
    "a condition failed, and another was quicker": _refusal(CANCELLED, "ConditionalCheckFailed", "TransactionConflict"),
    "it makes no sense": _refusal("ValidationException"),
}


class Engine:
    """Refuses transactions while it has refusals, then carries them out; knows how long the system paused between."""

    def __init__(self, cloud: Cloud, patch: pytest.MonkeyPatch) -> None:
        self.sent = 0
        self.refusals: Iterator[ClientError] = iter(())
        self.pauses: list[float] = []
        original = cloud.table.request

        def request(operation: str, body: Item) -> Item:
            if operation == "TransactWriteItems":
                self.sent += 1
                for refusal in self.refusals:
                    raise refusal
            return original(operation, body)

        patch.setattr(cloud.table, "request", request)
        patch.setattr(table.transact, "__defaults__", (ATTEMPTS, self.pauses.append))

    def refuse(self, refusals: Iterator[ClientError]) -> None:
        self.sent = 0
        self.refusals = refusals


@pytest.fixture
def engine(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(cloud, monkeypatch)


def _paid_late(cloud: Cloud) -> Stage:
    stage = Stage(cloud, {VIP: 3}, patient=False)
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20))
    return stage


def _statuses(cloud: Cloud) -> list[str]:
    return [each["order_status"]["S"] for each in cloud.table.all() if each["type"]["S"] == "payment"]


@pytest.mark.parametrize("name", PASSING)
def test_a_transaction_that_lost_or_was_throttled_is_sent_again_after_a_pause(
    cloud: Cloud, engine: Engine, name: str
) -> None:
    stage = _paid_late(cloud)
    engine.refuse(iter([PASSING[name]] * 3))
    end_true(stage.run())
    assert _statuses(cloud) == ["completed"]
    assert (engine.sent, len(engine.pauses)) == (4, 3)
    assert all(0 <= pause <= 0.02 * 2**number for number, pause in enumerate(engine.pauses))


def test_pauses_are_drawn_by_chance_so_that_two_do_not_meet_again(cloud: Cloud, engine: Engine) -> None:
    stage = _paid_late(cloud)
    engine.refuse(iter([PASSING["another transaction was quicker"]] * 6))
    stage.run()
    ratios = {round(pause / (0.02 * 2**number), 6) for number, pause in enumerate(engine.pauses)}
    assert len(ratios) == 6


@pytest.mark.parametrize("name", PASSING)
def test_when_it_loses_too_often_nothing_is_done_and_the_stream_brings_it_again(
    cloud: Cloud, engine: Engine, name: str
) -> None:
    stage = _paid_late(cloud)
    engine.refuse(iter([PASSING[name]] * ATTEMPTS))
    world = stage.run()
    end_true(world)
    assert any("died or failed" in told for told in world.story)
    assert _statuses(cloud) == ["completed"]
    assert engine.sent == ATTEMPTS + 1


@pytest.mark.parametrize("name", FINAL)
def test_what_will_not_pass_is_not_sent_again(cloud: Cloud, engine: Engine, name: str) -> None:
    engine.refuse(repeat(FINAL[name]))
    with pytest.raises(TransactWriteError):
        table.transact(_anything)
    assert (engine.sent, engine.pauses) == (1, [])


def _anything() -> None:
    with table.transaction() as write:
        write.delete(table.Item("NOBODY", "NOTHING"))


@pytest.mark.parametrize("refused", [0, 3])
def test_an_account_is_made_once_however_often_its_transaction_lost(cloud: Cloud, engine: Engine, refused: int) -> None:
    Stage(cloud, {VIP: 3}, patient=False)
    engine.refuse(iter([PASSING["another transaction was quicker"]] * refused))
    register(_new_account())
    assert engine.sent == refused + 1
    assert sum(each["type"]["S"] == "user" for each in cloud.table.all()) == 1


def test_an_account_that_loses_too_often_is_not_made_by_half(cloud: Cloud, engine: Engine) -> None:
    Stage(cloud, {VIP: 3}, patient=False)
    before = sorted(map(str, cloud.table.all()))
    engine.refuse(repeat(PASSING["throttled"]))
    with pytest.raises(TransactWriteError):
        register(_new_account())
    assert engine.sent == ATTEMPTS
    assert sorted(map(str, cloud.table.all())) == before


def _new_account() -> RegisterInput:
    return RegisterInput(
        email="asha@example.com", password="correct horse battery", phone_number="0712345678", name="Asha"
    )


def test_every_transaction_is_one_that_is_sent_again() -> None:
    """Whoever opens a transaction does so in a function that is handed to `transact` or `transact_if`."""
    loose: list[str] = []
    for path in Path(table.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        sent = [call for verb in ("transact", "transact_if") for call in _calls(tree, verb)]
        given = (argument for call in sent for argument in call.args)
        handed = {argument.id for argument in given if isinstance(argument, ast.Name)}
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            inner = {id(call) for nested in _functions_in(function) for call in _calls(nested, "transaction")}
            own = [call for call in _calls(function, "transaction") if id(call) not in inner]
            loose += [f"{path.name}: {function.name}"] if own and function.name not in handed else []
    assert not loose


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _functions_in(function: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function)
