"""What a scanner takes along, and how it hears of what has changed."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.unit.admission.conftest import Clock, Gate
from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tiketi.admission import manifest
from tiketi.admission.items import ChangeItem, changes_key
from tiketi.sales.items import TicketItem
from tiketi.tickets.keys import key_set


def stream(*tickets: TicketItem) -> Any:
    """The stream tells of these tickets."""
    records = [
        {
            "eventName": "MODIFY",
            "dynamodb": {
                "Keys": {"PK": {"S": ticket.pk}, "SK": {"S": ticket.sk}},
                "NewImage": {"type": {"S": "ticket"}},
                "SequenceNumber": str(number),
            },
        }
        for number, ticket in enumerate(tickets)
    ]
    return load_function("catalogue/refresh_listings").handler({"Records": records}, LAMBDA_CONTEXT)


def test_a_scanner_takes_every_ticket_along(gate: Gate) -> None:
    tickets = gate.sell(3)
    gate.scanner("North").scan(tickets[0])
    gate.end(tickets[1], "refunded")
    found, _ = gate.scanner().whole_manifest()
    assert found == {
        tickets[0].ticket_id: [tickets[0].code, "VIP", "valid", "2099-12-24T18:00:00Z", "North"],
        tickets[1].ticket_id: [tickets[1].code, "VIP", "refunded"],
        tickets[2].ticket_id: [tickets[2].code, "VIP", "valid"],
    }
    assert gate.scanner().manifest()["keys"] == key_set()


def test_a_scanner_hears_that_the_event_is_cancelled_long_before_its_tickets_end(gate: Gate) -> None:
    [ticket] = gate.sell()
    scanner = gate.scanner()
    assert scanner.manifest()["event_cancelled"] is False
    _, cursor = scanner.whole_manifest()
    gate.cancel()
    assert scanner.manifest(cursor)["event_cancelled"] is True
    assert gate.ticket(ticket).status == "valid"


def test_pages_lead_through_all_tickets_however_few_fit_on_one(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = gate.sell(7)
    monkeypatch.setattr(manifest, "ROWS", 2)
    found, _ = gate.scanner().whole_manifest()
    assert set(found) == {ticket.ticket_id for ticket in tickets}


def test_later_it_hears_of_what_has_changed_and_of_nothing_else(gate: Gate, now: Clock) -> None:
    used, refunded, untouched = gate.sell(3)
    scanner = gate.scanner("North")
    _, cursor = scanner.whole_manifest()
    now.set("18:10")
    scanner.scan(used)
    gate.end(refunded, "refunded")
    assert stream(used, refunded, used) == {"batchItemFailures": []}
    found, cursor = scanner.whole_manifest(cursor)
    assert found == {
        used.ticket_id: [used.code, "VIP", "valid", "2099-12-24T18:10:00Z", "North"],
        refunded.ticket_id: [refunded.code, "VIP", "refunded"],
    }
    now.set("18:11")
    _, cursor = scanner.whole_manifest(cursor)
    assert scanner.whole_manifest(cursor)[0] == {}, "what lies back a while is not handed over again"
    gate.undo(used)
    stream(used)
    assert scanner.whole_manifest(cursor)[0] == {used.ticket_id: [used.code, "VIP", "valid"]}
    assert untouched.ticket_id not in found


def test_a_change_that_is_written_late_is_not_missed(gate: Gate, now: Clock) -> None:
    """Two changes are written at once, and the scanner asks between them: the cursor does not run ahead."""
    first, second = gate.sell(2)
    scanner = gate.scanner()
    _, cursor = scanner.whole_manifest()
    now.set("18:10")
    gate.end(first, "void")
    gate.end(second, "void")
    stream(first)
    _, cursor = scanner.whole_manifest(cursor)
    stream(second)
    assert second.ticket_id in scanner.whole_manifest(cursor)[0]


def test_a_change_during_the_long_first_load_is_not_missed(
    gate: Gate, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = gate.sell(4)
    monkeypatch.setattr(manifest, "ROWS", 1)
    scanner = gate.scanner()
    page = scanner.manifest()
    loaded = page["tickets"][0][0]
    now.set("18:05")
    [ticket] = [each for each in tickets if each.ticket_id == loaded]
    gate.end(ticket, "refunded")
    stream(ticket)
    found, _ = scanner.whole_manifest(page["cursor"])
    assert found[loaded][2] == "refunded"


def test_many_changes_come_page_by_page(gate: Gate, now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = gate.sell(7)
    scanner = gate.scanner()
    _, cursor = scanner.whole_manifest()
    monkeypatch.setattr(manifest, "ROWS", 2)
    now.set("18:10")
    for ticket in tickets:
        gate.end(ticket, "void")
    stream(*tickets)
    assert set(scanner.whole_manifest(cursor)[0]) == {ticket.ticket_id for ticket in tickets}


def test_the_stream_tells_how_a_ticket_is_not_how_it_was(gate: Gate) -> None:
    """Records come late and twice: an old one must not bring an old state back."""
    [ticket] = gate.sell()
    gate.end(ticket, "refunded")
    stream(ticket)
    stream(ticket)
    changes = list(ChangeItem.query(changes_key(gate.event_id)))
    assert {json.dumps(change.row) for change in changes} == {
        json.dumps([ticket.ticket_id, ticket.code, "VIP", "refunded"])
    }


def test_a_change_that_cannot_be_written_is_tried_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = gate.sell(2)

    def fail(*_: object, **__: object) -> Any:
        raise RuntimeError("the table does not answer")

    with monkeypatch.context() as patch:
        patch.setattr("tiketi.admission.changes.read_tickets", fail)
        assert len(stream(*tickets)["batchItemFailures"]) == 2
    assert stream(*tickets) == {"batchItemFailures": []}


@pytest.mark.parametrize("cursor", ["forged", "bnVsbA", "WzEsMl0", "WyJhIiwxLCIiXQ", "Wy0xLDAsIiJd"])
def test_a_cursor_that_is_none_of_ours_is_refused(gate: Gate, cursor: str) -> None:
    scanner = gate.scanner()
    answer = gate.call("get_manifest", "GET", "manifest", query={"cursor": cursor}, user=scanner.user)
    assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_it_is_compressed_for_who_can_read_that(gate: Gate) -> None:
    gate.sell(3)
    scanner = gate.scanner()
    event = {
        "httpMethod": "GET",
        "path": f"/events/{gate.event_id}/manifest",
        "headers": {"Accept-Encoding": "gzip, br"},
        "pathParameters": {"event_id": gate.event_id},
        "requestContext": {
            "authorizer": {"user_id": scanner.staff_id, "role": "gate_staff", "event_id": gate.event_id}
        },
    }
    answer = load_function("admission/get_manifest").handler(event, LAMBDA_CONTEXT)
    assert answer["isBase64Encoded"] is True
    assert (answer["headers"]["Content-Encoding"], answer["headers"]["Vary"]) == ("gzip", "Origin, Accept-Encoding")
    unzipped = json.loads(gzip.decompress(base64.b64decode(answer["body"])))
    assert unzipped["tickets"] == scanner.manifest()["tickets"]
