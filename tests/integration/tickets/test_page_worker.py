"""The ticket page's worker in a real browser, in front of a server that is told what to answer."""

import shutil
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright

from tests.end_to_end.client import eventually

CHROMIUM = shutil.which("chromium")
WORKER = Path(__file__).parents[3] / "layers/tiketi/tiketi/tickets/assets/worker.js"
PAGE = "<script>navigator.serviceWorker.register('worker.js')</script><h1>ticket</h1>"


class Server(ThreadingHTTPServer):
    status = 200


class Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        is_worker = self.path.endswith("worker.js")
        status = 200 if is_worker else self.server.status
        body = WORKER.read_bytes() if is_worker else (PAGE if status == 200 else "<h1>no ticket</h1>").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/javascript" if is_worker else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def server() -> Generator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_kept_ticket_is_shown_while_we_are_too_busy_but_not_once_its_link_is_gone(server: Server) -> None:
    url = f"http://127.0.0.1:{server.server_port}/t/link"
    kept = "caches.open('tickets-1').then((kept) => kept.match(location.href)).then(Boolean)"
    shown = dict[int, str]()
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM) as browser:
        page = browser.new_page()
        page.goto(url)
        eventually(lambda: bool(page.evaluate(kept)), lambda found: found)
        for server.status in (429, 500, 503, 404, 410):
            page.goto(url)
            shown[server.status] = page.inner_text("h1")
    assert shown == {429: "ticket", 500: "ticket", 503: "ticket", 404: "no ticket", 410: "no ticket"}
