"""The programs that make up the stack, each started and ready."""

import json
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from local.environment import bare_environment, ministack_environment
from local.options import LOCAL, ROOT, StackOptions
from local.ports import HOST, free_port, taken
from local.problems import StackProblem
from local.processes import Part, Processes, wait_until

MINISTACK_PYTHON = LOCAL / "ministack/bin/python"
SECONDS_TO_START = 30
ATTEMPTS = 3
_OUTBOX_READY = re.compile(r"outbox ready on (http://\S+)")
_DARAJA_READY = re.compile(r"daraja simulator ready on (http://\S+)")


def start_ministack(processes: Processes, options: StackOptions, state: Path) -> str:
    """Answers the endpoint URL of the embedded AWS."""
    chosen = options.ports.aws
    # -P: the modules beside the file must not hide those that MiniStack imports.
    command = [MINISTACK_PYTHON, "-P", Path(__file__).with_name("ministack.py")]
    for _ in range(1 if chosen else ATTEMPTS):
        port = free_port(chosen, "LOCAL_AWS_PORT")
        environment = ministack_environment(state, port, options.dynamodb_url)
        part = processes.start("MiniStack", command, environment, folder=state)
        endpoint = f"http://{HOST}:{port}"
        try:
            wait_until(lambda url=f"{endpoint}/_ministack/ready": _answers(url), part, seconds=SECONDS_TO_START)
        except StackProblem:
            if "already in use" not in part.log.read_text(errors="replace"):
                raise
            # Somebody took the port in the moment between finding it free and binding it.
            processes.forget(part)
            continue
        return endpoint
    raise StackProblem(taken(chosen, "LOCAL_AWS_PORT"))


def start_daraja(processes: Processes, options: StackOptions, state: Path) -> str:
    """Answers the base URL of the simulator."""
    port = options.ports.daraja
    if port:
        free_port(port, "LOCAL_DARAJA_PORT")
    command = [sys.executable, "-m", "local.daraja", "--port", str(port), "--check-security-credential"]
    command += options.daraja_arguments
    given = {name: value for name, value in options.all_secrets().items() if name.startswith("MPESA_")}
    environment = bare_environment(state) | given | _short_code(options)
    part = processes.start("Daraja simulator", command, environment, folder=ROOT)
    wait_until(lambda: _DARAJA_READY.search(part.log.read_text()) is not None, part, seconds=SECONDS_TO_START)
    ready = _DARAJA_READY.search(part.log.read_text())
    assert ready is not None, "the condition just held"
    return ready[1]


def start_outbox(processes: Processes, options: StackOptions, state: Path) -> str:
    """Answers the base URL of the outbox."""
    port = options.ports.outbox
    if port:
        free_port(port, "LOCAL_OUTBOX_PORT")
    environment = bare_environment(state) | {"PYTHONPATH": str(ROOT / "layers/tiketi")}
    command = [sys.executable, "-m", "local.outbox", "--port", str(port)]
    part = processes.start("Outbox", command, environment, folder=ROOT)
    wait_until(lambda: _OUTBOX_READY.search(part.log.read_text()) is not None, part, seconds=SECONDS_TO_START)
    ready = _OUTBOX_READY.search(part.log.read_text())
    assert ready is not None, "the condition just held"
    return ready[1]


def certificate_of(daraja_url: str) -> str:
    """What the simulator has in the place of Safaricom's certificate, PEM."""
    answer = requests.get(f"{daraja_url}/simulator/certificate", timeout=10)
    answer.raise_for_status()
    return answer.text


def start_gateway(
    processes: Processes,
    options: StackOptions,
    state: Path,
    listening: socket.socket,
    upstream: str,
    responses: Mapping[str, Any],
) -> Part:
    responses_file = state / "gateway-responses.json"
    responses_file.write_text(json.dumps(responses))
    command: list[str | Path] = [sys.executable, "-m", "local.gateway", "--socket", str(listening.fileno())]
    command += ["--upstream", upstream, "--max-in-flight", str(options.max_in_flight)]
    command += ["--gateway-responses", responses_file, "--stack-file", options.stack_file]
    part = processes.start("Gateway", command, bare_environment(state), folder=ROOT, pass_fds=[listening.fileno()])
    wait_until(lambda: "gateway ready" in part.log.read_text(), part, seconds=SECONDS_TO_START)
    return part


def check_tools() -> None:
    """Raises StackProblem when an environment that `make` prepares is missing."""
    missing = [tool for tool in (MINISTACK_PYTHON, LOCAL / "sam/bin/sam") if not os.access(tool, os.X_OK)]
    if missing:
        raise StackProblem(f"{missing[0].relative_to(ROOT)} is missing: run `make dev`, which installs it")


def _short_code(options: StackOptions) -> dict[str, str]:
    code = options.parameters.get("MpesaBusinessShortCode")
    return {"MPESA_BUSINESS_SHORT_CODE": code} if code else {}


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
