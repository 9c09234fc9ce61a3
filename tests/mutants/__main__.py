"""The mutation score of the rules of stock and payments: how many small faults in them the pure unit tests notice.

Each mutant runs in a process of its own, forked from one that has everything else loaded; the tests are those that need
nothing but the rules, so a mutant takes a fraction of a second. `python -m tests.mutants [part of a module's name]`.
"""

import ast
import contextlib
import importlib.abc
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pynamodb.models  # pyright: ignore[reportUnusedImport]  # noqa: F401
import pytest
from hypothesis import settings

from tests.conftest import ROOT
from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.mutations import mutants_of

LEAST = 90.0
SECONDS = 60
"""A mutant that takes longer never ends, which is noticed too."""
PROCESSES = 2
TESTS_OF = {
    "sales.stock_rules": ("sales/test_stock_rules.py", "sales/test_last_tickets.py"),
    "sales.purchase_rules": ("sales/test_purchase_rules.py",),
    "sales.cancellation_rules": ("sales/test_cancellation_rules.py",),
    "sales.deadline": ("sales/test_deadline.py",),
    "payments.callback": ("payments/test_callback_rules.py", "payments/test_callback.py"),
    "payments.callback_token": ("payments/test_callback_rules.py", "payments/test_callback.py"),
    "payments.results": ("payments/test_results.py",),
    "payments.order_status": ("payments/test_order_status.py",),
    "payments.ledger_rules": ("payments/test_ledger_rules.py", "payments/test_ledger.py"),
    "payments.refund_rules": ("payments/test_refund_rules.py",),
    "payments.initiator_result": ("payments/test_initiator_result.py",),
    "payments.query_rate": ("payments/test_query_rate.py",),
    "payments.confirmation": ("payments/test_confirmation_rules.py",),
    "payments.reconcile_rules": ("payments/test_reconcile_rules.py",),
    "payments.statement": ("payments/test_statement.py",),
}


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from other source than its own."""

    def __init__(self, module: str, source: str) -> None:
        self.module, self.source = module, source

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        return ModuleSpec(fullname, self) if fullname == self.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.module, "exec"), module.__dict__)  # noqa: S102


class OnlyPure:
    """Leaves out the tests that ask for a fixture: they need a table."""

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        items[:] = [item for item in items if not set(item.fixturenames) - _parameters(item) - {"request"}]


def _parameters(item: pytest.Function) -> set[str]:
    return set(item.callspec.params) if hasattr(item, "callspec") else set()


def each_passes(module: str, sources: Sequence[str]) -> list[bool]:
    """Whether the tests of a module are content with each of these sources of it; every one in a child of its own."""
    passed = [False] * len(sources)
    running: dict[int, int] = {}
    for number, source in enumerate(sources):
        if len(running) == PROCESSES:
            _collect(running, passed)
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
            os._exit(_run(module, source))
        running[child] = number
    while running:
        _collect(running, passed)
    return passed


def _collect(running: dict[int, int], passed: list[bool]) -> None:
    child, status = os.wait()
    passed[running.pop(child)] = os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK


def _run(module: str, source: str) -> int:
    sys.meta_path.insert(0, Instead(f"tiketi.{module}", source))
    sys.dont_write_bytecode = True
    files = [str(ROOT / "tests/unit" / file) for file in TESTS_OF[module]]
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "--hypothesis-seed=0", "--assert=plain"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return int(pytest.main([*options, *files], plugins=[OnlyPure()]))


def main(wanted: str) -> int:
    settings.register_profile("mutants", max_examples=30, database=None, deadline=None)
    settings.load_profile("mutants")
    killed = survived = equivalent = 0
    wrong: list[str] = []
    unknown = {name for name in EQUIVALENT if wanted in name}
    for module in (module for module in TESTS_OF if wanted in module):
        source = (ROOT / "layers/tiketi/tiketi" / f"{module.replace('.', '/')}.py").read_text()
        if not all(each_passes(module, [ast.unparse(ast.parse(source))])):
            wrong.append(f"{module}: its tests fail without a mutant")
            continue
        mutants = mutants_of(source)
        passed = each_passes(module, [mutant.source for mutant in mutants])
        alive = [f"{module} {mutant.name}" for mutant, alive in zip(mutants, passed, strict=True) if alive]
        same = [name for name in alive if name in EQUIVALENT]
        unknown -= set(same)
        for name in (name for name in alive if name not in EQUIVALENT):
            print(f"survived: {name}")
        print(f"{module}: {len(mutants) - len(alive)} of {len(mutants) - len(same)} killed", flush=True)
        killed += len(mutants) - len(alive)
        survived += len(alive) - len(same)
        equivalent += len(same)
    wrong += [f"called equivalent, and is killed or gone: {name}" for name in sorted(unknown)]
    score = 100 * killed / (killed + survived) if killed + survived else 0.0
    print(*wrong, sep="\n", end="\n" * bool(wrong))
    print(f"Mutation score: {score:.1f} % ({killed} killed, {survived} survived, {equivalent} equivalent)")
    return int(bool(wrong) or score < LEAST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
