"""What local/ministack.py adds to MiniStack, which is not installed here: fakes stand in."""

import importlib.util
import sys
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).parents[3] / "local/ministack.py"
STREAM = "arn:aws:dynamodb:af-south-1:000000000000:table/t/stream/1"
FUNCTION = {"config": {"FunctionName": "finalize"}}


class FakeLambda(ModuleType):
    """Runs a function that fails for some records, by exception or by naming them."""

    def __init__(self) -> None:
        super().__init__("ministack.services.lambda_svc")
        self.failing: set[str] = set()
        self.raises = False
        self.runs: list[list[str]] = []
        self.given_up: list[str] = []
        self.mapping: dict[str, Any] = {
            "EventSourceArn": STREAM,
            "FunctionName": "finalize",
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumRetryAttempts": 2,
        }

    def _execute_function(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        records = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        self.runs.append(records)
        failed = [record for record in records if record in self.failing]
        if failed and self.raises:
            return {"error": True, "body": {"errorType": "ValueError"}}
        return {"body": {"batchItemFailures": [{"itemIdentifier": record} for record in failed]}}

    def _iter_all_esms(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [("000000000000", "af-south-1", self.mapping)]

    def _send_ddb_stream_failure_record(
        self, _mapping: object, _function: object, records: list[Any], *_: object
    ) -> None:
        self.given_up += [record["dynamodb"]["SequenceNumber"] for record in records]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeLambda:
    fake = FakeLambda()
    monkeypatch.setitem(sys.modules, "ministack", ModuleType("ministack"))
    monkeypatch.setitem(sys.modules, "ministack.services", ModuleType("ministack.services"))
    monkeypatch.setitem(sys.modules, "ministack.services.lambda_svc", fake)
    permissions = ModuleType("ministack.core.iam_actions")
    permissions.extract_iam_action = lambda action: action  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "ministack.core", ModuleType("ministack.core"))
    monkeypatch.setitem(sys.modules, "ministack.core.iam_actions", permissions)
    return fake


@pytest.fixture
def ministack(aws: FakeLambda) -> Any:
    spec = importlib.util.spec_from_file_location("local_ministack", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def batch(*records: str) -> dict[str, Any]:
    return {
        "Records": [
            {"eventSource": "aws:dynamodb", "eventSourceARN": STREAM, "dynamodb": {"SequenceNumber": record}}
            for record in records
        ]
    }


def test_a_batch_that_succeeds_runs_once(ministack: Any, aws: FakeLambda) -> None:
    assert not ministack.execute_function(FUNCTION, batch("1", "2")).get("error")
    assert aws.runs == [["1", "2"]]


@pytest.mark.parametrize("raises", [True, False])
def test_a_record_that_fails_makes_the_batch_come_again(ministack: Any, aws: FakeLambda, raises: bool) -> None:
    aws.failing, aws.raises = {"2"}, raises
    assert ministack.execute_function(FUNCTION, batch("1", "2", "3"))["error"]
    aws.failing = set()
    assert not ministack.execute_function(FUNCTION, batch("1", "2", "3")).get("error")
    assert aws.runs[-1] == ["2", "3"], "what was settled before is not repeated"


def test_a_record_that_always_fails_is_given_up_and_the_others_are_not(ministack: Any, aws: FakeLambda) -> None:
    aws.failing = {"2"}
    outcomes = [ministack.execute_function(FUNCTION, batch("1", "2", "3")) for _ in range(3)]
    assert [bool(outcome.get("error")) for outcome in outcomes] == [True, True, False]
    assert aws.given_up == ["2"]
    assert aws.runs[-1] == ["3"]


def test_a_record_behind_a_failing_one_waits_its_turn(ministack: Any, aws: FakeLambda) -> None:
    aws.failing, aws.raises = {"1"}, True
    ministack.execute_function(FUNCTION, batch("1", "2"))
    assert ["2"] not in aws.runs


def test_without_partial_responses_only_an_exception_is_a_failure(ministack: Any, aws: FakeLambda) -> None:
    aws.mapping["FunctionResponseTypes"] = []
    aws.failing = {"1"}
    assert not ministack.execute_function(FUNCTION, batch("1")).get("error")


def test_a_batch_of_a_queue_is_left_to_ministack(ministack: Any, aws: FakeLambda) -> None:
    event = {"Records": [{"eventSource": "aws:sqs", "dynamodb": {"SequenceNumber": "1"}}]}
    aws.failing = {"1"}
    assert not ministack.execute_function(FUNCTION, event).get("error")
    assert aws.runs == [["1"]]


def test_who_may_send_a_message_may_send_a_batch_of_them(ministack: Any) -> None:
    asked = ("sqs:SendMessageBatch", "sqs:SendMessage", "dynamodb:BatchGetItem", "sqs:PurgeQueue", None)
    assert [ministack.extract_iam_action(action) for action in asked] == ["sqs:SendMessage", *asked[1:]]


def test_a_layer_is_unpacked_once_and_a_function_s_own_code_each_time(
    ministack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w") as new:
        new.writestr("python/shared.py", "READ = 1")
    unpacked: list[Path] = []
    for name in ("one/layer_0", "another/layer_1", "one/code"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        with ministack.Archive(archive) as layer:
            layer.extractall(str(folder))
        unpacked.append(folder)
        assert (folder / "python/shared.py").read_text() == "READ = 1"
    first, second, code = unpacked
    assert first.resolve() == second.resolve()
    assert not code.is_symlink()
