"""The gate through HTTP: staff without accounts, many scanners at the same moment, and those that were offline."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
import pytest
import requests

from local.options import REGION, SECRETS_PREFIX
from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.reference import answer_schema, faults
from tiketi.tickets.keys import _read  # pyright: ignore[reportPrivateUsage]
from tiketi.tickets.token import signed

SCANNERS, TICKETS = 6, 4
GATE = "/events/{event_id}"


def told(client: Client, method: str, path: str, status: int, body: object = None, **more: Any) -> Any:
    """Calls a route and holds its answer against the reference; `{names}` of the path are taken from `more`."""
    query = more.pop("params", None)
    answer = client.call(method, path.format(**more), body, params=query)
    assert answer.status_code == status, answer.text
    assert faults(answer_schema(method, path, status), answer.json()) == []
    return answer.json()


class Scanner(Client):
    """Somebody at a gate with nothing but the link of an invitation."""

    def __init__(self, api_url: str, event_id: str, invited: dict[str, Any], gate: str) -> None:
        super().__init__(api_url)
        self.event_id, self.staff_id, self.gate = event_id, invited["id"], gate
        invite = invited["link"].partition("#invite=")[2]
        self.token = told(self, "POST", "/gate/sessions", 201, {"invite": invite})["access_token"]

    def scan(self, scan_id: str = "", **shown: str) -> dict[str, Any]:
        body = {"gate": self.gate, "scan_id": scan_id or str(uuid4()), **shown}
        return told(self, "POST", f"{GATE}/check-ins", 200, body, event_id=self.event_id)

    def sync(self, *scans: dict[str, str]) -> list[dict[str, Any]]:
        body = {"scans": list(scans)}
        return told(self, "POST", f"{GATE}/check-ins/batch", 200, body, event_id=self.event_id)["results"]

    def manifest(self, cursor: str = "") -> tuple[dict[str, list[Any]], str]:
        rows: dict[str, list[Any]] = {}
        while True:
            params = {"cursor": cursor} if cursor else None
            page = told(self, "GET", f"{GATE}/manifest", 200, params=params, event_id=self.event_id)
            rows |= {row[0]: row[1:] for row in page["tickets"]}
            cursor = page["cursor"]
            if not page["more"]:
                return rows, cursor


class Gate:
    """An event whose tickets are sold."""

    def __init__(self, stack: RunningStack, organizer: Client, buyer: Client) -> None:
        self.stack, self.organizer = stack, organizer
        event = organizer.create_event(ticket_tiers={"Free": {"price": 0, "capacity": TICKETS}})
        self.event_id: str = event["id"]
        order = buyer.buy(event, "Free", "0712345678", TICKETS).json()
        tickets = buyer.order_ended(order["order_id"])["tickets"]
        self.tickets: list[str] = [each["id"] for each in tickets]
        assert len(self.tickets) == TICKETS

    def invite(self, **who: str) -> dict[str, Any]:
        body = who or {"phone_number": "0712345678"}
        return told(self.organizer, "POST", f"{GATE}/staff", 201, body, event_id=self.event_id)

    def scanner(self, gate: str = "North") -> Scanner:
        return Scanner(self.stack.api_url, self.event_id, self.invite(), gate)

    def read(self, path: str) -> Any:
        return told(self.organizer, "GET", f"{GATE}/{path}", 200, event_id=self.event_id)

    def token(self, ticket_id: str) -> str:
        """What the QR code of a ticket says: the test takes the key that the stack has made up."""
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        ssm = session.client("ssm", endpoint_url=self.stack.aws_endpoint_url)
        found = ssm.get_parameter(Name=f"{SECRETS_PREFIX}/TICKET_SIGNING_KEYS", WithDecryption=True)
        return signed(self.event_id, ticket_id, "Free", _read(found["Parameter"].get("Value", ""))[0])


@pytest.fixture(scope="module")
def gate(stack: RunningStack, organizer: Client, customer: Client) -> Gate:
    return Gate(stack, organizer, customer)


def test_a_ticket_is_checked_in_once_taken_back_and_checked_in_again(gate: Gate) -> None:
    north, south = gate.scanner("North"), gate.scanner("South")
    ticket_id = gate.tickets[0]
    token = gate.token(ticket_id)
    code = north.manifest()[0][ticket_id][0]
    first = north.scan("scan-of-north", token=token)
    assert (first["outcome"], first["gate"], first["ticket"]["code"]) == ("admitted", "North", code)
    assert north.scan("scan-of-north", token=token) == first
    used = south.scan(code=f"{code[:4].lower()} {code[4:]}")
    assert (used["outcome"], used["gate"], used["admitted_at"]) == ("already_admitted", "North", first["admitted_at"])
    undo = {"event_id": gate.event_id, "ticket_id": ticket_id, "params": {"reason": "the wrong person"}}
    told(gate.organizer, "DELETE", f"{GATE}/check-ins/{{ticket_id}}", 200, **undo)
    told(gate.organizer, "DELETE", f"{GATE}/check-ins/{{ticket_id}}", 409, **undo)
    assert south.scan(code=code)["outcome"] == "admitted"
    assert south.scan(token=token[:-3] + "ABC")["outcome"] == "forged"
    assert south.scan(code="00000000")["outcome"] == "unknown"


def test_many_scanners_with_the_same_tickets_at_the_same_moment_admit_each_once(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client]
) -> None:
    gate = Gate(stack, organizer, new_client().sign_up())
    scanners = [gate.scanner(f"Gate {number}") for number in range(SCANNERS)]
    codes = [row[0] for row in scanners[0].manifest()[0].values()]
    assert len(codes) == TICKETS
    with ThreadPoolExecutor(SCANNERS * TICKETS) as pool:
        scans = [pool.submit(scanner.scan, code=code) for code in codes for scanner in scanners]
        outcomes = Counter(scan.result()["outcome"] for scan in scans)
    assert outcomes == {"admitted": TICKETS, "already_admitted": TICKETS * (SCANNERS - 1)}
    figures = gate.read("admissions")
    assert figures["admitted"] == sum(each["admitted"] for each in figures["by_gate"]) == TICKETS
    assert figures["by_tier"] == [{"ticket_type": "Free", "admitted": TICKETS}]


def test_two_offline_gates_hand_in_their_logs_at_the_same_moment_twice(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client]
) -> None:
    gate = Gate(stack, organizer, new_client().sign_up())
    early, late = gate.scanner("North"), gate.scanner("South")
    tokens = [gate.token(ticket_id) for ticket_id in gate.tickets]

    def log(scanner: Scanner, minute: int) -> list[dict[str, str]]:
        at = {"gate": scanner.gate, "scanned_at": f"2026-11-01T18:{minute:02d}:00Z"}
        return [
            {**at, "token": token, "scan_id": f"{scanner.gate}-{number:06d}"} for number, token in enumerate(tokens)
        ]

    logs = {early: log(early, 1), late: log(late, 20)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda scanner: scanner.sync(*logs[scanner]), [early, late, late, early]))
    assert gate.read("admissions")["by_gate"] == [{"gate": "North", "admitted": TICKETS}]
    conflicts = gate.read("check-ins/conflicts")["conflicts"]
    assert len(conflicts) == TICKETS
    for conflict in conflicts:
        assert (conflict["kind"], conflict["gate"], conflict["admitted_gate"]) == ("admitted_twice", "South", "North")
        assert (conflict["scanned_at"], conflict["admitted_at"]) == ("2026-11-01T18:20:00Z", "2026-11-01T18:01:00Z")


def test_a_scanner_hears_of_what_others_did(gate: Gate) -> None:
    scanner = gate.scanner("East")
    rows, cursor = scanner.manifest()
    assert set(rows) == set(gate.tickets)
    ticket_id = gate.tickets[3]
    gate.scanner("West").scan(code=rows[ticket_id][0])
    changed = eventually(lambda: scanner.manifest(cursor)[0], lambda found: ticket_id in found)
    assert (changed[ticket_id][2], changed[ticket_id][4]) == ("valid", "West")
    url = f"{gate.stack.api_url}/events/{gate.event_id}/manifest"
    headers = {"Authorization": f"Bearer {scanner.token}", "Accept-Encoding": "gzip"}
    with requests.get(url, headers=headers, stream=True, timeout=60) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(json.loads(gzip.decompress(answer.raw.read()))["tickets"]) == TICKETS


def test_gate_staff_reach_the_gate_of_their_event_and_nothing_else(
    gate: Gate, organizer: Client, stack: RunningStack
) -> None:
    other = organizer.create_event()
    scanner = gate.scanner()
    scan = {"gate": "North", "scan_id": str(uuid4()), "code": "00000000"}
    refused = [
        scanner.call("GET", "/user"),
        scanner.call("GET", "/user/tickets"),
        scanner.call("POST", "/events", {}),
        scanner.call("POST", f"/events/{gate.event_id}/staff", {"email": "a@example.com"}),
        scanner.call("GET", f"/events/{gate.event_id}/admissions"),
        scanner.call("DELETE", f"/events/{gate.event_id}/check-ins/{gate.tickets[0]}?reason=because"),
        scanner.call("POST", f"/events/{other['id']}/check-ins", scan),
        scanner.call("GET", f"/events/{other['id']}/manifest"),
        gate.organizer.call("POST", f"/events/{gate.event_id}/check-ins", scan),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused), [each.text for each in refused]


def test_who_is_revoked_is_refused_at_once(gate: Gate) -> None:
    invited = gate.invite(email="njeri@example.com", name="Njeri", language="sw")
    scanner = Scanner(gate.stack.api_url, gate.event_id, invited, "North")
    scanner.scan(code="00000000")
    states = {each["id"]: each["state"] for each in gate.read("staff")["staff"]}
    assert states[invited["id"]] == "active"
    one = {"event_id": gate.event_id, "staff_id": invited["id"]}
    told(gate.organizer, "DELETE", f"{GATE}/staff/{{staff_id}}", 200, **one)
    scan = {"gate": "North", "scan_id": str(uuid4()), "code": "00000000"}
    assert scanner.call("POST", f"/events/{gate.event_id}/check-ins", scan).status_code in (401, 403)
    invite = invited["link"].partition("#invite=")[2]
    told(Client(gate.stack.api_url), "POST", "/gate/sessions", 403, {"invite": invite})
    told(Client(gate.stack.api_url), "POST", "/gate/sessions", 401, {"invite": invite + "x"})
