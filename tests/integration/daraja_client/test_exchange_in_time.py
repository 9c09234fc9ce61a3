"""An M-PESA that is slow, drips or hangs up: each exchange ends in time, and what is unknown stays unknown."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tiketi.payments.daraja import Accepted, Daraja, Refused, Unknown
from tiketi.settings import Settings

SECONDS = 0.5
"""What an exchange may take here."""
DRIPS = 600
"""So many bytes would come, one each twentieth of a second: half a minute."""
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN = json.dumps({"access_token": "token-1", "expires_in": "3599"})
PUSHED = json.dumps({"ResponseCode": "0", "MerchantRequestID": "m-1", "CheckoutRequestID": "ws_CO_1"})
REJECTED = json.dumps({"errorCode": "404.001.03", "errorMessage": "Invalid Access Token"})
type Answer = Callable[[socket.socket], None]


def says(body: str, status: str = "200 OK") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda client: client.sendall(f"{head}{body}".encode())


class Safaricom:
    """A server that answers each request as the next of `answers` does, and remembers the paths it was asked for."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.getsockname()[1]}"
        self.answers: list[Answer] = []
        self.paths: list[str] = []
        self.dripped = 0
        self.over = threading.Event()
        """Set when the test ends, and when a client has hung up on one that drips."""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        client = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
        with suppress(OSError), client, client.makefile("rb") as requests:
            while line := requests.readline():
                self.paths.append(line.split()[1].decode().partition("?")[0].rpartition("/")[2])
                length = 0
                while (header := requests.readline()).strip():
                    name, _, value = header.decode().partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                requests.read(length)
                self.answers.pop(0)(client)

    def drips(self, first: str) -> Answer:
        """A byte now and then, each in time for a timeout of its own."""

        def answer(client: socket.socket) -> None:
            client.sendall(first.encode())
            for _ in range(DRIPS):
                if self.over.wait(0.05):
                    return
                client.sendall(b"x")
                self.dripped += 1

        return answer

    def is_silent(self, client: socket.socket) -> None:
        self.over.wait(60)

    def hangs_up(self, client: socket.socket) -> None:
        client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.over.set()
        self._server.close()


@pytest.fixture
def safaricom() -> Iterator[Safaricom]:
    server = Safaricom()
    yield server
    server.close()


@pytest.fixture
def daraja(safaricom: Safaricom) -> Daraja:
    return Daraja(Settings(mpesa_base_url=safaricom.url, mpesa_timeout_seconds=SECONDS))


def push(daraja: Daraja) -> Accepted | Refused | Unknown:
    return daraja.push("254712345678", 500, "T7K3M0000000", "https://t.example/result", NOON, SECONDS)


def slow(safaricom: Safaricom, kind: str) -> Answer:
    return {
        "silent": safaricom.is_silent,
        "drips its headers": safaricom.drips("HTTP/1.1 200 OK\r\nX-Slow: "),
        "drips its body": safaricom.drips("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"),
        "drips a body without an end": safaricom.drips("HTTP/1.1 200 OK\r\n\r\n{"),
        "hangs up": safaricom.hangs_up,
    }[kind]


SLOW = ("silent", "drips its headers", "drips its body", "drips a body without an end", "hangs up")


@pytest.mark.parametrize("kind", SLOW)
def test_a_push_that_gets_no_answer_in_time_is_unknown_and_never_sent_again(
    safaricom: Safaricom, daraja: Daraja, kind: str
) -> None:
    safaricom.answers = [says(TOKEN), slow(safaricom, kind), says(PUSHED)]
    assert isinstance(push(daraja), Unknown)
    assert safaricom.paths == ["generate", "processrequest"]
    assert safaricom.dripped < DRIPS / 2, "the connection was cut long before the last byte"


@pytest.mark.parametrize("kind", SLOW)
def test_without_a_token_in_time_nothing_is_sent(safaricom: Safaricom, daraja: Daraja, kind: str) -> None:
    safaricom.answers = [slow(safaricom, kind), says(PUSHED)]
    outcome = push(daraja)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.down) == ("mpesa_unavailable", True)
    assert safaricom.paths == ["generate"]


@pytest.mark.parametrize("kind", SLOW)
def test_a_second_token_is_part_of_the_same_time(safaricom: Safaricom, daraja: Daraja, kind: str) -> None:
    """The first push was refused for its token, so nothing was begun; the second one is not sent any more."""
    safaricom.answers = [says(TOKEN), says(REJECTED, "404 Not Found"), slow(safaricom, kind), says(PUSHED)]
    outcome = push(daraja)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "mpesa_unavailable"
    assert safaricom.paths == ["generate", "processrequest", "generate"]


@pytest.mark.parametrize("kind", SLOW)
def test_a_question_without_an_answer_in_time_has_none(
    safaricom: Safaricom, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiketi.payments.daraja.QUERY_SECONDS", SECONDS)
    safaricom.answers = [says(TOKEN), slow(safaricom, kind)]
    assert Daraja(Settings(mpesa_base_url=safaricom.url)).query("ws_CO_1", NOON) is None


@pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "504 Gateway Timeout"])
def test_a_failing_gateway_leaves_it_open(safaricom: Safaricom, daraja: Daraja, status: str) -> None:
    safaricom.answers = [says(TOKEN), says("{}", status), says(PUSHED)]
    assert isinstance(push(daraja), Unknown)
    assert safaricom.paths == ["generate", "processrequest"]


def test_when_the_time_is_up_before_a_push_leaves_it_is_not_sent(safaricom: Safaricom, daraja: Daraja) -> None:
    safaricom.answers = [says(TOKEN), says(PUSHED), says(PUSHED)]
    assert isinstance(push(daraja), Accepted)
    outcome = daraja.push("254712345678", 500, "T7K3M0000000", "https://t.example/result", NOON, 1e-9)
    assert isinstance(outcome, Refused)
    assert outcome.down
    assert safaricom.paths == ["generate", "processrequest"]


def test_after_a_cut_the_next_push_has_a_connection_of_its_own(safaricom: Safaricom, daraja: Daraja) -> None:
    safaricom.answers = [says(TOKEN), safaricom.is_silent, says(PUSHED), says(PUSHED)]
    assert isinstance(push(daraja), Unknown)
    assert push(daraja) == push(daraja) == Accepted("m-1", "ws_CO_1")


@pytest.mark.parametrize("kind", SLOW)
def test_a_tls_connection_is_cut_like_a_plain_one(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, context = _certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    safaricom = Safaricom(context)
    daraja = Daraja(Settings(mpesa_base_url=safaricom.url))
    safaricom.answers = [says(TOKEN), slow(safaricom, kind), says(PUSHED)]
    try:
        assert isinstance(push(daraja), Unknown)
        assert safaricom.paths == ["generate", "processrequest"]
        assert push(daraja) == Accepted("m-1", "ws_CO_1")
    finally:
        safaricom.close()


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Of this machine, for an hour, signed by itself, and a server's context with it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
    path = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_a_port_where_nobody_listens_is_a_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    outcome = push(Daraja(Settings(mpesa_base_url=url)))
    assert isinstance(outcome, Refused)
    assert outcome.down
