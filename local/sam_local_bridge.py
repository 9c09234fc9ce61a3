"""Lets the containers of `sam local` reach servers that listen on this machine's loopback only.

Docker Desktop does that by itself: its `host.docker.internal` leads to loopback. On Linux the name leads to the
address of Docker's bridge, which containers and this machine see; there each port is passed on to loopback.
"""

import errno
import ipaddress
import json
import socket
import subprocess
import threading
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

from local.ports import HOST
from local.problems import StackProblem

HOST_FROM_CONTAINER = "host.docker.internal"
_BYTES_AT_ONCE = 65536
_SECONDS_FOR_DOCKER = 30


def bridge_address() -> str:
    """The address this machine has on Docker's default network. Raises StackProblem when Docker does not answer."""
    command = ["docker", "network", "inspect", "bridge"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_SECONDS_FOR_DOCKER).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise StackProblem("Docker does not answer: start it (`docker info` must work), then try again") from error
    network = json.loads(shown)[0]["IPAM"]["Config"][0]
    # A bridge that no container has used yet does not say its gateway; it is the first address.
    return network.get("Gateway") or str(next(ipaddress.ip_network(network["Subnet"]).hosts()))


@contextmanager
def bridge(ports: Iterable[int]) -> Generator[None]:
    """Containers reach these ports of loopback within the context. Raises StackProblem when that cannot be."""
    address = bridge_address()
    with ExitStack() as stack:
        for port in ports:
            server = _listen(address, port)
            if server:
                stack.enter_context(server)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                stack.callback(server.shutdown)
        yield


def _listen(address: str, port: int) -> ThreadingTCPServer | None:
    """None where the address is not this machine's: there Docker runs in a virtual machine of its own."""
    try:
        return _Bridge((address, port), _PassOn)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return None
        raise StackProblem(f"port {port} of Docker's bridge ({address}): {error.strerror}") from error


class _Bridge(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _PassOn(BaseRequestHandler):
    """One connection, passed on to the port of loopback that has the same number."""

    request: socket.socket

    def handle(self) -> None:
        port = self.request.getsockname()[1]
        with suppress(OSError), socket.create_connection((HOST, port)) as there:
            answers = threading.Thread(target=_copy, args=(there, self.request), daemon=True)
            answers.start()
            _copy(self.request, there)
            answers.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while received := source.recv(_BYTES_AT_ONCE):
            target.sendall(received)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
