"""A whole exchange with M-PESA ends in time: the timeouts of `requests` are for each read, and a slow answer has many.

At the deadline the connection is cut, whatever it is doing, and from then on nothing is sent any more.
"""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError


class Exchange:
    """Requests, one after the other, that together take `seconds` at most."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        return max(0.0, self._ends_at - time.monotonic())

    def watch(self, connection: HTTPConnection) -> None:
        """Raises ConnectTimeoutError, which says that nothing was sent, when there is no time left for it."""
        with self._lock:
            if not self.left:
                raise ConnectTimeoutError("no time left")
            self._socket = connection.sock

    def cut(self) -> None:
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):
                    # Not the socket's own method: that of a TLS socket changes it under the hands of who reads.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def within(seconds: float) -> Generator[Exchange]:
    """What the session of `new_session` does in here takes so long together at most."""
    exchange = Exchange(seconds)
    timer = threading.Timer(seconds, exchange.cut)
    timer.daemon = True
    before = _current.set(exchange)
    timer.start()
    try:
        yield exchange
    finally:
        timer.cancel()
        _current.reset(before)


class _Plain(HTTPConnection):
    def request(self, *given: Any, **named: Any) -> None:
        _watch(self)
        super().request(*given, **named)


class _Secure(HTTPSConnection):
    def request(self, *given: Any, **named: Any) -> None:
        _watch(self)
        super().request(*given, **named)


def _watch(connection: HTTPConnection) -> None:
    if connection.sock is None:
        connection.connect()
    exchange = _current.get()
    if exchange:
        exchange.watch(connection)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = cast(Any, _Plain)


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = cast(Any, _Secure)


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def new_session() -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session
