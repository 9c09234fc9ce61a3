import json
from pathlib import Path

from local.function_logs import readable
from local.part_logs import PartLogs


def structured(level: str, message: str, **more: str) -> str:
    return json.dumps({"level": level, "message": message, "function_name": "BuyTicket", **more})


def test_warnings_and_errors_are_shown_and_the_rest_is_not() -> None:
    lines = [
        "START RequestId: 1 Version: $LATEST",
        structured("INFO", "sold"),
        structured("WARNING", "slow"),
        structured("ERROR", "lost", exception="Traceback ...\nKeyError: 'x'"),
        json.dumps({"_aws": {"Timestamp": 1}, "TicketsSold": 1}),
        "END RequestId: 1",
        "REPORT RequestId: 1\tDuration: 3 ms",
    ]
    assert list(readable(lines)) == [
        "WARNING BuyTicket: slow",
        "ERROR BuyTicket: lost\nTraceback ...\nKeyError: 'x'",
    ]


def test_a_crash_is_shown_in_one_piece() -> None:
    lines = ["START RequestId: 1", "Traceback (most recent call last):", "ImportError: no tiketi", "END RequestId: 1"]
    assert list(readable(lines)) == ["Traceback (most recent call last):\nImportError: no tiketi"]


def test_a_caller_who_is_not_signed_in_is_not_a_crash() -> None:
    lines = ["Traceback (most recent call last):", '  raise Exception("Unauthorized")', "Exception: Unauthorized"]
    assert list(readable(lines)) == []


def test_only_complete_new_lines_of_a_parts_log_are_told(tmp_path: Path) -> None:
    log = tmp_path / "ministack.log"
    log.write_text("2026-11-23 20:35:49 ERROR [lambda] old\n")
    logs = PartLogs([log])
    with log.open("a") as more:
        more.write("2026-11-23 20:35:50 INFO [lambda] fine\n2026-11-23 20:35:51 ERROR [lambda] bad\nWARNING half")
    assert list(logs.new_entries()) == ["ERROR [lambda] bad"]
    with log.open("a") as more:
        more.write(" a line\n")
    assert list(logs.new_entries()) == ["WARNING half a line"]
