"""Scanners that were offline hand in what they did, and nobody knew of the other."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.admission.conftest import Clock, Gate, Scanner
from tiketi.admission import check_in
from tiketi.admission.called_off import is_called_off
from tiketi.sales.items import TicketItem


def state(gate: Gate, ticket: TicketItem) -> tuple[Any, ...]:
    """What is left of it all in the end."""
    stored = gate.ticket(ticket)
    conflicts = [(each["kind"], each["scanned_at"], each["gate"]) for each in gate.conflicts()]
    return stored.admitted_at, stored.admitted_gate, gate.admissions()["by_gate"], conflicts


def test_what_a_scanner_did_alone_counts_when_it_was_done(gate: Gate) -> None:
    [ticket] = gate.sell()
    [result] = gate.scanner("North").sync(gate.scanner("North").offline(ticket, "17:05"))
    assert (result["outcome"], result["conflict"]) == ("admitted", False)
    assert (result["admitted_at"], result["gate"]) == ("2099-12-24T17:05:00Z", "North")
    assert gate.scanner().scan(ticket)["admitted_at"] == "2099-12-24T17:05:00Z"


def test_of_two_offline_gates_the_earlier_counts_and_both_are_reported(gate: Gate) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    [late] = north.sync(north.offline(ticket, "17:30"))
    assert (late["outcome"], late["conflict"]) == ("admitted", False)
    [early] = south.sync(south.offline(ticket, "17:10"))
    assert (early["outcome"], early["conflict"], early["conflict_kind"]) == ("admitted", True, "admitted_twice")
    assert (early["scanned_at"], early["scanned_gate"]) == ("2099-12-24T17:10:00Z", "South")
    assert (early["other_at"], early["other_gate"]) == ("2099-12-24T17:30:00Z", "North")
    [conflict] = gate.conflicts()
    assert (conflict["scanned_at"], conflict["gate"]) == ("2099-12-24T17:30:00Z", "North")
    assert (conflict["admitted_at"], conflict["admitted_gate"]) == ("2099-12-24T17:10:00Z", "South")
    assert conflict["staff_id"] == north.staff_id
    assert conflict["ticket"] == {"id": ticket.ticket_id, "code": ticket.code, "tier": "VIP", "status": "valid"}


def test_the_later_of_two_is_told_of_the_earlier(gate: Gate) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    south.sync(south.offline(ticket, "17:10"))
    [late] = north.sync(north.offline(ticket, "17:30"))
    assert (late["outcome"], late["conflict"], late["conflict_kind"]) == ("already_admitted", True, "admitted_twice")
    assert (late["admitted_at"], late["gate"]) == ("2099-12-24T17:10:00Z", "South")
    assert late["message"] == "Already used: 20:10 at South."


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_in_whatever_order_scanners_come_back_the_end_is_the_same(gate: Gate, order: tuple[int, ...]) -> None:
    [ticket] = gate.sell()
    scanners = [gate.scanner(name) for name in ("North", "South", "East")]
    logs = [each.offline(ticket, at) for each, at in zip(scanners, ("17:30", "17:10", "17:50"), strict=True)]
    for number in order:
        scanners[number].sync(logs[number])
    assert state(gate, ticket) == (
        "2099-12-24T17:10:00Z",
        "South",
        [{"gate": "South", "admitted": 1}],
        [
            ("admitted_twice", "2099-12-24T17:30:00Z", "North"),
            ("admitted_twice", "2099-12-24T17:50:00Z", "East"),
        ],
    )


@pytest.mark.parametrize("earlier", ["17:10", "17:28", "17:30"])
@pytest.mark.parametrize("at", ["North", "South"])
def test_who_came_earlier_than_it_seemed_counts_in_that_minute_alone(gate: Gate, earlier: str, at: str) -> None:
    [ticket] = gate.sell()
    north, other = gate.scanner("North"), gate.scanner(at)
    north.sync(north.offline(ticket, "17:30", scan_id="scan-99999999"))
    other.sync(other.offline(ticket, earlier, scan_id="scan-00000000"))
    figures = gate.admissions()
    came = gate.ticket(ticket).admitted_at
    assert figures["by_minute"] == [{"minute": came, "admitted": 1}]
    assert figures["by_gate"] == [{"gate": gate.ticket(ticket).admitted_gate, "admitted": 1}]


def test_scans_of_the_very_same_second_have_one_winner_whoever_comes_first(gate: Gate) -> None:
    tickets = gate.sell(2)
    north, south = gate.scanner("North"), gate.scanner("South")
    names = {"scan_id": "scan-00000000"}
    for ticket, order in zip(tickets, ((north, south), (south, north)), strict=True):
        for scanner in order:
            scanner.sync(scanner.offline(ticket, "17:10", **names))
    assert len({gate.ticket(ticket).admitted_gate for ticket in tickets}) == 1


def test_a_log_may_be_handed_in_again_and_in_parts(gate: Gate) -> None:
    tickets = gate.sell(3)
    north, south = gate.scanner("North"), gate.scanner("South")
    log = [north.offline(ticket, "17:05") for ticket in tickets]
    south.sync(south.offline(tickets[1], "17:01"))
    north.sync(*log[:2])
    first = north.sync(*log)
    before = [state(gate, ticket) for ticket in tickets]
    assert north.sync(*log, *reversed(log)) == [*first, *reversed(first)]
    assert [state(gate, ticket) for ticket in tickets] == before
    assert len(gate.conflicts()) == 1


@pytest.mark.parametrize("status", ["refunded", "void", "transferred"])
def test_who_came_in_offline_with_a_ticket_that_had_ended_is_reported(gate: Gate, status: str) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    gate.end(ticket, status)
    [result] = north.sync(north.offline(ticket, "17:05"))
    assert (result["outcome"], result["conflict"], result["conflict_kind"]) == (status, True, status)
    [conflict] = gate.conflicts()
    assert (conflict["kind"], conflict["gate"], conflict["admitted_at"]) == (status, "North", None)
    assert gate.admissions()["admitted"] == 0


def test_whom_a_scanner_turned_away_is_not_let_in_by_the_sync(gate: Gate) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    [result] = north.sync(north.offline(ticket, "17:05", outcome="already_admitted"))
    assert (result["outcome"], result["conflict"]) == ("already_admitted", False)
    assert gate.ticket(ticket).admitted_at is None
    assert gate.conflicts() == []


def test_a_scan_that_was_online_before_is_the_same_scan(gate: Gate) -> None:
    """The answer did not come, so the scanner decided by itself; it may not count twice."""
    [ticket] = gate.sell()
    north = gate.scanner("North")
    north.scan(ticket, "scan-of-north")
    [result] = north.sync(north.offline(ticket, "17:55", scan_id="scan-of-north"))
    assert (result["outcome"], result["conflict"]) == ("admitted", False)
    gate.undo(ticket)
    north.sync(north.offline(ticket, "17:55", scan_id="scan-of-north"))
    assert gate.ticket(ticket).admitted_at is None, "what was taken back does not come back by itself"


def test_what_was_let_in_online_and_taken_back_does_not_come_back_by_the_sync(gate: Gate) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    north.scan(ticket, "scan-of-north")
    gate.undo(ticket)
    north.sync(north.offline(ticket, "17:55", scan_id="scan-of-north"))
    assert gate.ticket(ticket).admitted_at is None


def test_a_scan_that_comes_by_both_ways_the_sync_first_is_one(gate: Gate) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    north.sync(north.offline(ticket, "17:55", scan_id="scan-of-north"))
    assert north.scan(ticket, "scan-of-north")["outcome"] == "admitted"
    assert gate.admissions()["admitted"] == 1


def test_who_was_turned_away_online_and_let_in_because_the_answer_was_lost_is_reported(gate: Gate) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    south.scan(ticket)
    assert north.scan(ticket, "scan-of-north")["outcome"] == "already_admitted"
    [result] = north.sync(north.offline(ticket, "18:00", scan_id="scan-of-north"))
    assert (result["conflict"], result["other_gate"]) == (True, "South")


@pytest.mark.parametrize("meanwhile", ["it was used, and taken back", "the event was cancelled"])
def test_a_call_that_is_slower_than_the_sync_of_its_scan_lets_nobody_in_any_more(
    gate: Gate, now: Clock, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """The phone gave up waiting and decided by itself. Its scan is reported, so it must not come to count after all."""
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    used = meanwhile == "it was used, and taken back"
    reported = "admitted_twice" if used else "event_cancelled"

    def look_and_be_slow(event_id: str) -> bool:
        monkeypatch.setattr(check_in, "is_called_off", is_called_off)
        seen = is_called_off(event_id)
        if used:
            assert south.scan(ticket)["outcome"] == "admitted"
        else:
            gate.cancel()
        now.set("18:01")
        [synced] = north.sync(north.offline(ticket, "18:01", scan_id="scan-of-north"))
        assert synced["conflict_kind"] == reported
        if used:
            gate.undo(ticket)
        return seen

    monkeypatch.setattr(check_in, "is_called_off", look_and_be_slow)
    assert north.scan(ticket, "scan-of-north")["outcome"] == ("already_admitted" if used else "event_cancelled")
    assert gate.ticket(ticket).admitted_at is None
    assert [(each["kind"], each["gate"]) for each in gate.conflicts()] == [(reported, "North")]


def test_who_came_in_offline_once_the_event_was_cancelled_is_reported(gate: Gate) -> None:
    first, second = gate.sell(2)
    north = gate.scanner("North")
    before = north.offline(first, "17:05")
    assert north.sync(before)[0]["conflict"] is False
    gate.cancel()
    assert north.sync(before)[0]["conflict"] is False, "what counted counts"
    [result] = north.sync(north.offline(second, "17:06"))
    assert (result["outcome"], result["conflict_kind"]) == ("event_cancelled", "event_cancelled")
    assert [each["kind"] for each in gate.conflicts()] == ["event_cancelled"]
    assert gate.admissions()["admitted"] == 1


def test_a_scanner_whose_clock_is_wrong_does_not_win_by_it(gate: Gate, now: Clock) -> None:
    """It is an hour behind, and says so by what it takes for the present."""
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    south.sync(south.offline(ticket, "17:30"))
    [result] = north.sync(north.offline(ticket, "16:45"), sent_at="2099-12-24T17:00:00Z")
    assert (result["outcome"], result["scanned_at"]) == ("already_admitted", "2099-12-24T17:45:00Z")


def test_a_scan_is_no_later_because_its_message_was_slow(gate: Gate) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    south.sync(south.offline(ticket, "17:31"))
    [result] = north.sync(north.offline(ticket, "17:30"), sent_at="2099-12-24T17:59:20Z")
    assert (result["outcome"], result["scanned_at"]) == ("admitted", "2099-12-24T17:30:00Z")


def test_a_scan_of_the_future_was_now(gate: Gate) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    assert north.sync(north.offline(ticket, "23:00"))[0]["admitted_at"] == "2099-12-24T18:00:00Z"


def test_what_is_no_ticket_is_reported_when_somebody_was_let_in_with_it(gate: Gate) -> None:
    north = gate.scanner("North")
    [ticket] = gate.sell()
    forged = {**north.offline(ticket, "17:05"), "token": "NOT A TOKEN"}
    assert [each["outcome"] for each in north.sync(forged, forged)] == ["forged", "forged"]
    [conflict] = gate.conflicts()
    assert (conflict["kind"], conflict["ticket"]) == ("forged", None)


def batch_of(scanner: Scanner, ticket: TicketItem, size: int, **changes: str) -> Any:
    scans = [{**scanner.offline(ticket, "17:05"), **changes} for _ in range(size)]
    return scanner.gate.call("sync_check_ins", "POST", "check-ins/batch", body={"scans": scans}, user=scanner.user)


def test_a_batch_that_is_wrong_is_refused_as_a_whole(gate: Gate) -> None:
    [ticket] = gate.sell()
    north = gate.scanner("North")
    assert batch_of(north, ticket, 0).json["errors"][0]["field"] == "scans"
    assert batch_of(north, ticket, 101).json["errors"][0]["field"] == "scans"
    assert batch_of(north, ticket, 1, scanned_at="yesterday").json["errors"][0]["field"] == "scans.0.scanned_at"
    assert batch_of(north, ticket, 1, outcome="perhaps").json["errors"][0]["field"] == "scans.0.outcome"
    assert gate.ticket(ticket).admitted_at is None
