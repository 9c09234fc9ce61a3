from pathlib import Path

import pytest

from local.problems import StackProblem
from local.stack_file import claimed


def test_two_stacks_cannot_have_one_file(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    with claimed(file):
        with pytest.raises(StackProblem, match="another local stack runs"), claimed(file):
            pass
        with claimed(tmp_path / "other.json"):
            pass


def test_the_file_is_gone_when_the_stack_is(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    with claimed(file):
        file.write_text("{}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_a_killed_stack_left_does_not_outlive_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    file.write_text("{}")
    with claimed(file):
        assert not file.exists()
