import socket

import pytest

from local.ports import HOST, free_port, listening_socket
from local.problems import StackProblem


def test_a_taken_port_is_one_line_that_says_what_to_do() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackProblem) as problem:
            listening_socket(port, "LOCAL_GATEWAY_PORT")
    assert str(problem.value) == f"port {port} is taken: stop what uses it, or choose another with LOCAL_GATEWAY_PORT"


def test_a_port_nobody_chose_is_a_free_one() -> None:
    port = free_port(0, "LOCAL_AWS_PORT")
    with listening_socket(port, "LOCAL_AWS_PORT") as bound:
        assert bound.getsockname() == (HOST, port)
