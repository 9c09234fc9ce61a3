"""`sam local` beside a local stack: functions in Lambda's own containers, with the authorizer and the sample events.

Needs Docker, and the image that AWS publishes for Lambda: without them everything here is left out, and
says what to do.
"""

import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.build import SAM
from local.deploy import architecture
from local.environment import aws_environment
from local.options import ROOT
from local.ports import HOST, free_port
from local.processes import Processes, wait_until
from local.sam_local import ready_for_containers
from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually

IMAGE = f"public.ecr.aws/lambda/python:3.13-{architecture()}"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 120
SECONDS_TO_INVOKE = 300
FOR_DOCKER = ("HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "XDG_RUNTIME_DIR")

type Expected = int | dict[str, Any]
"""The HTTP status, or, where the answer does not go to API Gateway, what it says at least."""

BUYERS: dict[str, Expected] = {
    "accounts/register": 201,
    "accounts/login": 200,
    "accounts/authorize": {"errorMessage": "Unauthorized"},
    "payments/check_payment": {"batchItemFailures": []},
    "payments/mpesa_callback": 200,
    "sales/finalize_ticket": {"batchItemFailures": []},
    "tickets/print_ticket": 200,
    "payments/reconcile": {"sum": 0},
}
"""In this order: who has signed up may sign in, and who has paid has a ticket to print."""
ORGANIZERS: dict[str, Expected] = {
    "catalogue/create_event": 201,
    "catalogue/update_event": 200,
    "catalogue/refresh_listings": {"batchItemFailures": []},
    "catalogue/close_ended_events": {"failed": 0},
    "delivery/remind_holders": {},
    "admission/show_scanner": 200,
    "edge/answer_unmatched": 204,
}
"""A container takes seconds, so these are of each kind of call, of each layer and of each area. That every function
takes its sample event is held by tests/unit/test_sample_events.py."""


@dataclass(frozen=True)
class SamLocal:
    """`sam local` with the settings of samconfig.toml, but on a stack, a port and variables of this test's own."""

    processes: Processes
    environment: Mapping[str, str]
    variables: Path
    api_url: str

    def command(self, *what: str) -> list[str | Path]:
        return [SAM, "local", *what, "--config-env", "local", "--env-vars", self.variables, "--skip-pull-image"]

    def invoke(self, function: str) -> Any:
        name = "".join(word.title() for word in function.rpartition("/")[2].split("_")) + "Function"
        done = subprocess.run(
            self.command("invoke", name, "--event", str(ROOT / "events" / f"{function}.json")),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_TO_INVOKE,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def image() -> None:
    """The image of the Lambda runtime is there, or these tests are left out."""
    if not shutil.which("docker") or _docker("info").returncode:
        pytest.skip("Docker does not answer: start it (`docker info` must work) to have sam local tested")
    if _docker("image", "inspect", IMAGE).returncode and _docker("pull", IMAGE).returncode:
        pytest.skip(f"Docker has no {IMAGE} and cannot pull it: get it there to have sam local tested")


@pytest.fixture(scope="module")
def sam_local(image: None, stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamLocal]:
    state = tmp_path_factory.mktemp("sam-local")
    variables = state / "env.json"
    api_url = f"http://{HOST}:{free_port(0, 'none')}"
    kept = {name: os.environ[name] for name in FOR_DOCKER if name in os.environ}
    with ExitStack() as ends:
        processes = Processes(state)
        ends.callback(processes.stop)
        ends.enter_context(ready_for_containers(stack, processes, state, variables, api_url))
        environment = aws_environment(state, stack.aws_endpoint_url) | kept
        # A busy machine is no reason to fail.
        environment["SAM_CLI_CONTAINER_CONNECTION_TIMEOUT"] = "120"
        yield SamLocal(processes, environment, variables, api_url)


@pytest.fixture(scope="module")
def api(sam_local: SamLocal) -> Iterator[str]:
    """`sam local start-api`, which starts a function's container at the first request to it."""
    port = int(sam_local.api_url.rpartition(":")[2])
    command = sam_local.command("start-api", "--port", str(port))
    part = sam_local.processes.start("sam local", command, sam_local.environment, folder=ROOT)
    wait_until(lambda: _listens(port), part, seconds=SECONDS_TO_START)
    yield sam_local.api_url
    part.process.terminate()
    part.process.wait(SECONDS_TO_STOP)
    mark = "SAM_CONTAINER_ID: "
    started = [line.partition(mark)[2] for line in part.log.read_text().splitlines() if mark in line]
    left = _docker("ps", "--all", "--quiet", "--no-trunc").stdout.split()
    assert not set(left) & set(started), "sam local removes its containers when it ends"


def _docker(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *command], capture_output=True, text=True, check=False)


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex((HOST, port)) == 0


@pytest.fixture(scope="module")
def buyer(api: str) -> Client:
    return Client(api).sign_up()


@pytest.fixture(scope="module")
def seller(api: str) -> Client:
    return Client(api).sign_up("organizer")


def test_a_route_that_needs_a_token_is_closed_without_one(api: str, buyer: Client) -> None:
    assert Client(api).call("GET", "/user").status_code == 401
    # API Gateway makes a 401 of the authorizer's "Unauthorized", sam local makes a 502 of it.
    refused = Client(api).call("GET", "/user", headers={"Authorization": "Bearer nonsense"})
    assert refused.status_code in (401, 502)
    assert Client(api).call("POST", "/events", {}).status_code == 401
    assert buyer.get("/user")["email"] == buyer.user["email"]
    signed_in = buyer.call("POST", "/login", {name: buyer.user[name] for name in ("email", "password")})
    assert signed_in.status_code == 200, signed_in.text


def test_an_event_is_published_found_and_its_tickets_are_bought(seller: Client, buyer: Client, phone: str) -> None:
    event = seller.create_event(
        category="Containers", ticket_tiers={"Community": {"price": 0}, "VIP": {"price": "2500"}}
    )
    assert [each["id"] for each in buyer.get("/events", category="Containers")["events"]] == [event["id"]]

    free = buyer.buy(event, "Community", phone)
    assert (free.status_code, free.json()["amount"]) == (202, 0), free.text
    assert buyer.order_ended(free.json()["order_id"])["status"] == "completed"

    paid = buyer.buy(event, "VIP", phone, quantity=2)
    assert (paid.status_code, paid.json()["amount"]) == (202, 5000), paid.text
    assert paid.json()["checkout_request_id"]
    order = buyer.order_ended(paid.json()["order_id"])
    assert (order["status"], len(order["tickets"])) == ("completed", 2)


def test_darajas_callback_comes_to_the_containers(
    sam_local: SamLocal, seller: Client, buyer: Client, phone: str
) -> None:
    event = seller.create_event(ticket_tiers={"VIP": {"price": 100}})
    order_id = buyer.buy(event, "VIP", phone).json()["order_id"]
    assert eventually(lambda: buyer.order(order_id), lambda order: order["receipt"])["receipt"]
    [log] = sam_local.processes.logs()
    assert "POST /payments/" in log.read_text()


@pytest.fixture(scope="module")
def answers(sam_local: SamLocal) -> Iterator[dict[str, Future[Any]]]:
    """Of every function to its sample event, as they come: the two sequences run side by side, to save time."""
    futures: dict[str, Future[Any]] = {name: Future() for name in (*BUYERS, *ORGANIZERS)}
    nobody_waits = threading.Event()

    def invoke_all(functions: Sequence[str]) -> None:
        for function in functions:
            if nobody_waits.is_set():
                return
            try:
                futures[function].set_result(sam_local.invoke(function))
            except Exception as error:
                futures[function].set_exception(error)

    with ThreadPoolExecutor() as sequences:
        for functions in (BUYERS, ORGANIZERS):
            sequences.submit(invoke_all, list(functions))
        yield futures
        nobody_waits.set()


@pytest.mark.parametrize(("function", "expected"), [*BUYERS.items(), *ORGANIZERS.items()])
def test_sam_local_invoke_answers_the_sample_event(
    answers: dict[str, Future[Any]], function: str, expected: Expected
) -> None:
    answer = answers[function].result()
    if isinstance(expected, int):
        assert answer["statusCode"] == expected, answer
    else:
        assert expected.items() <= answer.items()
        assert answer.get("errorMessage") == expected.get("errorMessage")
