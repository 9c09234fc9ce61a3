"""Runs MiniStack with what its DynamoDB stream mappings lack: partial batch failures, bisecting, and an end to retries.

It also unpacks a layer once: as it comes, each environment of each function gets a copy of its own, compiles it anew,
and leaves it to be deleted, which is most of what a cold start costs.

As it comes, MiniStack takes `batchItemFailures` of a stream for success, which loses the records, and repeats a batch
that raises for ever, which blocks the stream. It also demands permissions that AWS does not know: there, who may send
a message to a queue may send a batch of them. This file runs in MiniStack's own environment: it imports nothing of this
project, and MiniStack is not installed where the project is checked, hence the imports by name.
"""

import hashlib
import importlib
import os
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

lambda_svc: Any = importlib.import_module("ministack.services.lambda_svc")
iam_actions: Any = importlib.import_module("ministack.core.iam_actions")

type Record = dict[str, Any]
type Execute = Callable[[dict[str, Any], Any], dict[str, Any]]

_execute: Execute = lambda_svc._execute_function
_failures: Counter[str] = Counter()
"""How often each record has failed by itself, by function and sequence number."""
_settled: set[str] = set()
"""Records that need no repetition although their batch does, because an earlier one fails."""
_NOTHING_FAILED: dict[str, Any] = {"body": None, "log": ""}


def execute_function(function: dict[str, Any], event: Any) -> dict[str, Any]:
    if not _is_stream_batch(event):
        return _execute(function, event)
    batch = StreamBatch(function, event["Records"][0])
    keys = {batch.key(record) for record in event["Records"]}
    result = batch.run([record for record in event["Records"] if batch.key(record) not in _settled])
    if not result.get("error"):
        _settled.difference_update(keys)
    return result


class StreamBatch:
    """Runs records in their order, and stops at the first that fails, as a shard does."""

    def __init__(self, function: dict[str, Any], record: Record) -> None:
        self._function = function
        self._name = str((function.get("config") or function)["FunctionName"])
        self._mapping = _mapping(self._name, record)

    def key(self, record: Record) -> str:
        return f"{self._name} {_sequence_number(record)}"

    def run(self, records: list[Record]) -> dict[str, Any]:
        if not records:
            return _NOTHING_FAILED
        result = _execute(self._function, {"Records": records})
        failed = _failed(result, records, self._mapping)
        _settled.update(self.key(record) for record in records[: len(records) - len(failed)])
        if not failed:
            return result
        if len(records) == 1:
            return self._count_failure(records[0], result)
        middle = (len(failed) + 1) // 2
        first = self.run(failed[:middle])
        return first if first.get("error") else self.run(failed[middle:])

    def _count_failure(self, record: Record, result: dict[str, Any]) -> dict[str, Any]:
        key, retries = self.key(record), self._mapping.get("MaximumRetryAttempts", -1)
        _failures[key] += 1
        if retries < 0 or _failures[key] <= retries:
            return {**result, "error": True, "body": {"errorType": "BatchItemFailure", "errorMessage": key}}
        del _failures[key]
        _settled.add(key)
        lambda_svc._send_ddb_stream_failure_record(
            self._mapping, self._function, [record], self._mapping["EventSourceArn"], result, "RetryAttemptsExhausted"
        )
        return _NOTHING_FAILED


def _is_stream_batch(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return bool(records) and records[0].get("eventSource") == "aws:dynamodb"


def _failed(result: dict[str, Any], records: list[Record], mapping: dict[str, Any]) -> list[Record]:
    """The records to repeat: all after an exception, else those from the first that the function names."""
    if result.get("error"):
        return records
    body = result.get("body")
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []) or not isinstance(body, dict):
        return []
    named = {failure.get("itemIdentifier") for failure in body.get("batchItemFailures", [])}
    return next((records[i:] for i, each in enumerate(records) if _sequence_number(each) in named), [])


def _sequence_number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _mapping(function_name: str, record: Record) -> dict[str, Any]:
    for *_, mapping in lambda_svc._iter_all_esms():
        if mapping.get("EventSourceArn") == record["eventSourceARN"] and mapping.get("FunctionName") == function_name:
            return mapping
    return {}


_extract_iam_action: Callable[..., str | None] = iam_actions.extract_iam_action
_OF_A_QUEUE = ("sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


def extract_iam_action(*given: Any, **named: Any) -> str | None:
    action = _extract_iam_action(*given, **named)
    alone = (action or "").removesuffix("Batch")
    return alone if alone in _OF_A_QUEUE else action


class Archive(zipfile.ZipFile):
    """The zip file of a function or a layer. A layer's folder becomes a link to the one that all functions read."""

    _one_at_a_time = threading.Lock()

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        folder = Path(path)
        if not folder.name.startswith("layer_"):
            super().extractall(path, members, pwd)
            return
        content = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        shared = Path(tempfile.gettempdir()) / "layers" / content
        with self._one_at_a_time:
            if not shared.exists():
                unpacked = shared.with_suffix(".new")
                super().extractall(unpacked, members, pwd)
                unpacked.rename(shared)
        folder.rmdir()
        os.symlink(shared, folder)


if __name__ == "__main__":
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": Archive})
    iam_actions.extract_iam_action = extract_iam_action
    lambda_svc._execute_function = execute_function
    importlib.import_module("ministack.app").main()
