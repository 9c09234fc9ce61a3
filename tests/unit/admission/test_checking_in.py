"""A ticket is held before a scanner that has a network."""

from typing import Any

import pytest

from tests.unit.admission.conftest import Clock, Gate
from tiketi.admission import check_in
from tiketi.admission.items import AttemptItem, UndoItem, attempts_key
from tiketi.ids import new_id, new_order_id
from tiketi.sales.items import TicketItem, event_tickets_key
from tiketi.tickets.keys import signing_key
from tiketi.tickets.token import sign, signed


def logged(gate: Gate, ticket: TicketItem) -> list[AttemptItem]:
    return list(AttemptItem.query(attempts_key(gate.event_id, f"TICKET#{ticket.ticket_id}")))


def test_a_ticket_lets_one_person_in(gate: Gate) -> None:
    [ticket] = gate.sell()
    answer = gate.scanner("North").scan(ticket)
    assert (answer["outcome"], answer["message"]) == ("admitted", "Let in.")
    assert (answer["admitted_at"], answer["gate"]) == ("2099-12-24T18:00:00Z", "North")
    assert answer["ticket"] == {"id": ticket.ticket_id, "code": ticket.code, "tier": "VIP"}
    stored = gate.ticket(ticket)
    assert (stored.admitted_at, stored.admitted_gate, stored.status) == ("2099-12-24T18:00:00Z", "North", "valid")


def test_the_second_scan_is_told_when_and_where_the_first_was(gate: Gate, now: Clock) -> None:
    [ticket] = gate.sell()
    gate.scanner("North").scan(ticket)
    now.set("18:20")
    answer = gate.scanner("South").scan(ticket)
    assert answer["outcome"] == "already_admitted"
    assert (answer["admitted_at"], answer["gate"]) == ("2099-12-24T18:00:00Z", "North")
    assert answer["message"] == "Already used: 21:00 at North."
    assert gate.scanner().scan(ticket, language="sw")["message"] == "Imeshatumika: 21:00 kwenye North."
    assert gate.admissions()["admitted"] == 1


def test_the_same_scan_sent_again_gets_the_same_answer(gate: Gate, now: Clock) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    first = north.scan(ticket, "scan-of-north")
    turned_away = south.scan(ticket, "scan-of-south")
    now.set("19:00")
    assert north.scan(ticket, "scan-of-north") == first
    gate.undo(ticket)
    assert north.scan(ticket, "scan-of-north") == first
    assert south.scan(ticket, "scan-of-south") == turned_away
    assert gate.admissions()["admitted"] == 0, "what was taken back does not come back by itself"
    assert len(logged(gate, ticket)) == 2


def test_two_people_may_choose_the_same_name_for_their_scans(gate: Gate) -> None:
    [ticket] = gate.sell()
    outcomes = [gate.scanner().scan(ticket, "scan-00000001")["outcome"] for _ in range(2)]
    assert outcomes == ["admitted", "already_admitted"]


def test_a_code_typed_by_hand_is_as_good_as_the_qr_code(gate: Gate) -> None:
    [ticket] = gate.sell()
    typed = f" {ticket.code[:4].lower()}-{ticket.code[4:]}"
    assert gate.scanner().try_scan(code=typed).json["outcome"] == "admitted"
    assert gate.scanner().scan(ticket)["outcome"] == "already_admitted"


@pytest.mark.parametrize("typed", ["00000000", "nonsense", "UUUUUUUU", "x"])
def test_a_code_nobody_has_is_unknown(gate: Gate, typed: str) -> None:
    answer = gate.scanner().try_scan(code=typed)
    assert (answer.status, answer.json["outcome"], answer.json["ticket"]) == (200, "unknown", None)


@pytest.mark.parametrize("status", ["refunded", "void", "transferred"])
def test_a_ticket_that_has_ended_admits_nobody_and_says_why(gate: Gate, status: str) -> None:
    [ticket] = gate.sell()
    gate.end(ticket, status)
    answer = gate.scanner().scan(ticket)
    assert answer["outcome"] == status
    assert (answer["admitted_at"], answer["gate"]) == (None, None)
    assert gate.ticket(ticket).admitted_at is None


def test_once_the_event_is_cancelled_no_ticket_admits_whatever_it_says(gate: Gate) -> None:
    used, valid, refunded = gate.sell(3)
    north = gate.scanner("North")
    first = north.scan(used, "scan-of-north")
    gate.end(refunded, "refunded")
    gate.cancel()
    assert [gate.scanner().scan(ticket)["outcome"] for ticket in (used, valid, refunded)] == ["event_cancelled"] * 3
    assert gate.scanner().scan(valid)["message"] == "The event is cancelled. Let nobody in."
    assert gate.scanner().try_scan(code=valid.code).json["outcome"] == "event_cancelled"
    assert gate.ticket(valid).admitted_at is None
    assert north.scan(used, "scan-of-north") == first, "who is inside came in before"
    assert gate.scanner().try_scan(token=sign(valid)[:-3] + "ABC").json["outcome"] == "forged"


def test_a_ticket_of_another_event_is_told_from_a_forged_one(gate: Gate) -> None:
    [ticket] = gate.sell()
    elsewhere = signed(new_id(), ticket.ticket_id, "VIP", signing_key())
    assert gate.scanner().try_scan(token=elsewhere).json["outcome"] == "wrong_event"
    assert gate.scanner().try_scan(token=sign(ticket)[:-3] + "ABC").json["outcome"] == "forged"
    assert gate.scanner().try_scan(token="https://example.com").json["outcome"] == "forged"
    assert gate.ticket(ticket).admitted_at is None


def test_a_token_of_ours_for_a_ticket_that_never_was_is_unknown(gate: Gate) -> None:
    token = signed(gate.event_id, f"{new_order_id(new_id())}-1", "VIP", signing_key())
    assert gate.scanner().try_scan(token=token).json["outcome"] == "unknown"


def test_of_two_tickets_with_one_code_each_lets_somebody_in_and_a_repeat_uses_up_neither(gate: Gate) -> None:
    first, second = gate.sell(2)
    TicketItem(second.pk, second.sk).update(
        [
            TicketItem.code.set(first.code),
            TicketItem.gsi1_pk.set(event_tickets_key(gate.event_id, first.code)),
            TicketItem.gsi1_sk.set(f"{first.code}#{second.ticket_id}"),
        ]
    )
    scanner = gate.scanner()
    outcomes = [
        scanner.try_scan(scan, code=first.code).json["outcome"] for scan in ("scan-one", "scan-one", "scan-two")
    ]
    assert outcomes == ["admitted", "admitted", "admitted"]
    assert gate.admissions()["admitted"] == 2
    assert scanner.try_scan(code=first.code).json["outcome"] == "already_admitted"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "", "token": ""}, "body"),
        ({"code": "7K3M01XZ", "token": "6BF"}, "body"),
        ({"code": "7K3M01XZ", "scan_id": "short"}, "scan_id"),
        ({"code": "7K3M01XZ", "scan_id": "with # in it"}, "scan_id"),
        ({"code": "7K3M01XZ", "gate": ""}, "gate"),
        ({"code": "7K3M01XZ", "gate": "a\u0007b"}, "gate"),
        ({"code": "7K3M01XZ", "gate": "x" * 41}, "gate"),
    ],
)
def test_only_a_request_that_is_wrong_is_refused(gate: Gate, wrong: dict[str, str], field: str) -> None:
    answer = gate.scanner().try_scan(wrong.pop("scan_id", ""), **wrong)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("meanwhile", ["scanned elsewhere", "refunded", "transferred"])
def test_what_happens_between_the_look_at_a_ticket_and_the_admission_decides(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    [ticket] = gate.sell()
    north, south = gate.scanner("North"), gate.scanner("South")
    read = check_in._read  # pyright: ignore[reportPrivateUsage]

    def look_and_be_slow(ticket_id: str, event_id: str) -> TicketItem | None:
        seen = read(ticket_id, event_id)
        monkeypatch.setattr(check_in, "_read", read)
        if meanwhile == "scanned elsewhere":
            assert south.scan(ticket)["outcome"] == "admitted"
        else:
            gate.end(ticket, meanwhile)
        return seen

    monkeypatch.setattr(check_in, "_read", look_and_be_slow)
    answer = north.scan(ticket)
    assert answer["outcome"] == ("already_admitted" if meanwhile == "scanned elsewhere" else meanwhile)
    assert answer["gate"] == ("South" if meanwhile == "scanned elsewhere" else None)
    assert gate.admissions()["admitted"] == (meanwhile == "scanned elsewhere")


def test_the_organizer_takes_a_check_in_back_and_the_ticket_admits_again(gate: Gate, now: Clock) -> None:
    [ticket] = gate.sell()
    gate.scanner("North").scan(ticket)
    answer = gate.undo(ticket, "scanned for the person behind")
    assert answer["message"] == "The ticket admits again."
    assert (answer["admitted_at"], answer["gate"]) == ("2099-12-24T18:00:00Z", "North")
    assert gate.scanner("South").scan(ticket)["outcome"] == "admitted"
    [undo] = UndoItem.query(attempts_key(gate.event_id, f"TICKET#{ticket.ticket_id}"), UndoItem.sk.startswith("UNDO#"))
    assert (undo.undone_by, undo.reason) == (gate.organizer, "scanned for the person behind")
    assert gate.admissions()["by_gate"] == [{"gate": "South", "admitted": 1}]


def test_what_was_not_checked_in_cannot_be_taken_back(gate: Gate) -> None:
    [ticket] = gate.sell()

    def undo(ticket_id: str, user: str = gate.organizer, **query: str) -> Any:
        parameters = {"ticket_id": ticket_id}
        where = f"check-ins/{ticket_id}"
        query = {"reason": "by mistake", **query}
        return gate.call("undo_check_in", "DELETE", where, parameters=parameters, query=query, user=(user, "organizer"))

    assert (undo(ticket.ticket_id).status, undo(ticket.ticket_id).json["code"]) == (409, "not_admitted")
    assert undo("nonsense").json["code"] == "ticket_not_found"
    assert undo(f"{new_order_id(new_id())}-1").json["code"] == "ticket_not_found"
    assert undo(ticket.ticket_id, user=new_id()).json["code"] == "not_your_event"
    assert undo(ticket.ticket_id, reason="").status == 422


def test_the_organizer_sees_who_is_inside_by_tier_and_gate(gate: Gate) -> None:
    tickets = gate.sell(3)
    gate.scanner("North").scan(tickets[0])
    gate.scanner("North").scan(tickets[1])
    gate.scanner("South").scan(tickets[2])
    figures = gate.admissions()
    assert figures["admitted"] == 3
    assert figures["by_tier"] == [{"ticket_type": "VIP", "admitted": 3}]
    assert figures["by_gate"] == [{"gate": "North", "admitted": 2}, {"gate": "South", "admitted": 1}]


def by_minute(gate: Gate) -> list[tuple[str, int]]:
    return [(each["minute"][11:16], each["admitted"]) for each in gate.admissions()["by_minute"]]


def test_the_organizer_sees_how_many_come_in_each_minute(gate: Gate, now: Clock) -> None:
    tickets = gate.sell(4)
    for ticket, time in zip(tickets, ("18:09", "18:09", "18:10", "19:59"), strict=True):
        now.set(time)
        gate.scanner("North").scan(ticket)
    assert by_minute(gate) == [("18:09", 2), ("18:10", 1), ("19:59", 1)]
    gate.undo(tickets[0])
    gate.undo(tickets[3])
    assert by_minute(gate) == [("18:09", 1), ("18:10", 1)]


def test_every_scan_stays_in_the_log(gate: Gate) -> None:
    [ticket] = gate.sell()
    outcomes = ["admitted", "already_admitted", "already_admitted"]
    assert [gate.scanner().scan(ticket)["outcome"] for _ in outcomes] == outcomes
    assert sorted(attempt.outcome for attempt in logged(gate, ticket)) == outcomes
