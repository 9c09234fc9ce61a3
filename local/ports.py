"""Ports on the loopback interface: free ones, or the ones somebody chose."""

import errno
import socket

from local.problems import StackProblem

HOST = "127.0.0.1"


def listening_socket(port: int, setting: str) -> socket.socket:
    """A bound socket, 0 for any free port; `setting` names what chose the port.

    Raises StackProblem when the port is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise StackProblem(f"{taken(port, setting)}") from error
        raise
    return bound


def free_port(port: int, setting: str) -> int:
    """A port that was free a moment ago; for programs that bind it themselves."""
    with listening_socket(port, setting) as bound:
        return int(bound.getsockname()[1])


def taken(port: int, setting: str) -> str:
    return f"port {port} is taken: stop what uses it, or choose another with {setting}"
