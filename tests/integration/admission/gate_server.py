"""The scanner page as its function serves it, beside a gate API that answers as the test says, or not at all."""

import json
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tiketi.tickets.keys import key_set

EVENT = {
    "id": "01JE0N8YV3QK5W7R2T4X6Z8A1D",
    "title": "Safari Sounds at the Ngong Racecourse",
    "location": "Ngong Racecourse, Nairobi",
    "start_date": "2099-12-24T15:00:00Z",
    "end_date": "2099-12-24T20:00:00Z",
}
PREFIX = "/v1"


@dataclass
class GateServer:
    """Loopback only. `down`: no call of the API is answered, as with no network behind the access point."""

    tickets: list[list[Any]] = field(default_factory=list[list[Any]])
    check_in: Callable[[dict[str, Any]], dict[str, Any]] = lambda scan: {"outcome": "unknown", "ticket": None}
    conflicts: set[str] = field(default_factory=set[str])
    cancelled: bool = False
    down: bool = False
    batch_down: bool = False
    pages_before_down: int | None = None
    """So many pages of the manifest are answered, and then the network is gone."""
    revoked: bool = False
    expired: set[str] = field(default_factory=set[str])
    """Tokens that are answered with 401; an invitation is worth a new one."""
    staff_id: str = "s1"
    event: dict[str, str] = field(default_factory=EVENT.copy)
    joined: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Every scan that a batch brought."""

    def __post_init__(self) -> None:
        page = load_function("admission/show_scanner")
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its base's name
                """Silent."""

            def do_GET(self) -> None:
                path = urlsplit(self.path).path.removeprefix(PREFIX)
                if path == "/gate" or path.startswith("/gate/"):
                    name = path.removeprefix("/gate").removeprefix("/")
                    event = {"httpMethod": "GET", "path": path, "pathParameters": {"file": name} if name else None}
                    answer = page.handler(event, LAMBDA_CONTEXT)
                    body = answer["body"].encode()
                    if answer.get("isBase64Encoded"):
                        body = b64decode(body)
                    self._say(answer["statusCode"], body, answer["headers"])
                else:
                    self._api({})

            def do_POST(self) -> None:
                self._api(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _api(self, body: dict[str, Any]) -> None:
                if gate.down:
                    self.close_connection = True
                    return
                status, answer = gate.answer(urlsplit(self.path), body, self.headers.get("Authorization", ""))
                self._say(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

            def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}{PREFIX}/gate"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: Any, body: dict[str, Any], bearer: str) -> tuple[int, dict[str, Any]]:
        what = path.path.removeprefix(PREFIX).rpartition("/")[2]
        if self.revoked:
            return 403, {"message": "You may no longer scan this event.", "code": "not_gate_staff"}
        if bearer.removeprefix("Bearer ") in self.expired:
            return 401, {"message": "Unauthorized"}
        match what:
            case "sessions":
                self.joined += 1
                told = {"staff_id": self.staff_id, "name": "North", "event": self.event}
                return 201, {"access_token": f"token-{self.joined}", **told}
            case "manifest":
                self._loses_the_network()
                start = int((parse_qs(path.query).get("cursor") or ["0"])[0])
                rows = self.tickets[start : start + 2]
                end = start + len(rows)
                return 200, {
                    "keys": key_set(),
                    "event_cancelled": self.cancelled,
                    "tickets": rows,
                    "cursor": str(end),
                    "more": end < len(self.tickets),
                }
            case "batch" if self.batch_down:
                return 503, {"message": "Try again."}
            case "batch":
                self.sent += body["scans"]
                return 200, {"results": [self._result(scan) for scan in body["scans"]]}
            case _:
                return 200, self.check_in(body)

    def _loses_the_network(self) -> None:
        """After this answer, when it is the last one that comes through."""
        if self.pages_before_down is not None:
            self.pages_before_down -= 1
            self.down = self.pages_before_down == 0
            self.pages_before_down = self.pages_before_down or None

    def _result(self, scan: dict[str, Any]) -> dict[str, Any]:
        conflict = bool(self.conflicts)
        kind = "event_cancelled" if self.cancelled else "admitted_twice"
        told = {"conflict_kind": kind if conflict else None}
        told |= {"scan_id": scan["scan_id"], "conflict": conflict, "admitted_at": scan["scanned_at"], "gate": "South"}
        told |= {"scanned_at": scan["scanned_at"], "scanned_gate": scan["gate"]}
        told |= {"other_at": "2099-12-24T14:05:00Z", "other_gate": "South"}
        return {**told, "outcome": "already_admitted" if conflict else "admitted"}
