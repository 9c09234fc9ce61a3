"""python -m local.sam_local: prepares `sam local` to run functions in containers, beside a running `make dev`.

The containers share everything with it: table, queue, secrets, M-PESA simulator. `make sam-local` runs this, and
`samconfig.toml`, [local], says where its files are. It stays, because on Linux it passes the containers' requests on.
"""

import fcntl
import json
import os
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import yaml

from local.build import FOR_UV, SAM, sam_error
from local.deploy import architecture
from local.embedded_aws import EmbeddedAws
from local.environment import aws_environment
from local.options import EMAIL_SENDER, LOCAL, REGION, ROOT, SECRETS_PREFIX, options_from_environment
from local.parts import check_tools
from local.problems import StackProblem
from local.processes import Processes
from local.progress import step
from local.sam_local_bridge import HOST_FROM_CONTAINER, bridge, bridge_address
from local.signals import StopRequested, stop_on_signals
from local.stack import Addresses

FOLDER = LOCAL / "sam-local"
TEMPLATE = FOLDER / "template.yaml"
VARIABLES = FOLDER / "env.json"
SECONDS_BETWEEN_LOOKS = 0.5
SAM_API_URL = "http://127.0.0.1:3000"

AWS_CLIENT = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "",
}
"""In place of the real credentials, which SAM would hand to the containers."""


@contextmanager
def ready_for_containers(
    stack: Addresses, processes: Processes, state: Path, variables: Path = VARIABLES, sam_api_url: str = SAM_API_URL
) -> Generator[None]:
    """`sam local … --config-env local` works on this stack within the context. Raises StackProblem.

    `variables` is the file for `--env-vars`; Daraja's callbacks go to `sam_api_url`.
    """
    bridge_address()
    with step("Building the functions for containers"):
        _build(processes, aws_environment(state, stack.aws_endpoint_url))
    with step("Putting what the sample events speak of into the table"):
        _put_samples(stack, processes, aws_environment(state, stack.aws_endpoint_url))
    given = variables_of(stack, sam_api_url)
    variables.write_text(json.dumps({"Parameters": given}, indent=2) + "\n")
    needed = (stack.aws_endpoint_url, stack.daraja_url, stack.outbox_url)
    with bridge(_port(url) for url in needed if _is_loopback(url)):
        yield


def variables_of(stack: Addresses, sam_api_url: str) -> dict[str, str]:
    """The environment of a function in a container, as far as it differs from the template's."""
    resources = EmbeddedAws(stack.aws_endpoint_url).resources()
    return AWS_CLIENT | {
        "AWS_ENDPOINT_URL": _from_container(stack.aws_endpoint_url),
        "STAGE": "local",
        "TABLE_NAME": stack.table_name,
        "SECRETS_PREFIX": SECRETS_PREFIX,
        "CHECK_QUEUE_URL": _from_container(resources["CheckQueue"]),
        "DELIVERY_QUEUE_URL": _from_container(resources["DeliveryQueue"]),
        "BULK_DELIVERY_QUEUE_URL": _from_container(resources["BulkDeliveryQueue"]),
        "FAN_OUT_QUEUE_URL": _from_container(resources["FanOutQueue"]),
        "PUBLIC_URL": stack.api_url,
        "SMS_PROVIDER": "sns",
        "EMAIL_SENDER": EMAIL_SENDER,
        "OUTBOX_URL": _from_container(stack.outbox_url.rstrip("/")),
        "END_ORDERS_QUEUE_URL": _from_container(resources["EndOrdersQueue"]),
        "REFUND_QUEUE_URL": _from_container(resources["RefundQueue"]),
        "CORS_ALLOWED_ORIGINS": "*",
        "MPESA_BASE_URL": _from_container(stack.daraja_url),
        "MPESA_CALLBACK_URL": sam_api_url,
        "MPESA_CALLBACK_IPS": "127.0.0.1",
    }


def template_for_containers(text: str) -> dict[str, Any]:
    """The template, for this machine's processor, naming an AWS client's variables.

    SAM hands a function only variables that its template names, and on AWS these must not be named.
    """
    template: dict[str, Any] = yaml.load(text, _Loader)
    template["Parameters"]["Architecture"]["Default"] = architecture()
    named = template["Globals"]["Function"]["Environment"]["Variables"]
    named.update(dict.fromkeys([*AWS_CLIENT, "AWS_ENDPOINT_URL"], ""))
    return template


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the long ones: `!Ref Table` as `{"Ref": "Table"}`."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


def _build(processes: Processes, environment: dict[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # JSON is YAML too.
        TEMPLATE.write_text(json.dumps(template_for_containers((ROOT / "template.yaml").read_text()), indent=2))
        environment |= {name: os.environ[name] for name in ("HOME", *FOR_UV) if os.environ.get(name)}
        environment["LAYER_PYTHON"] = sys.executable
        status, part = processes.run("sam build", [SAM, "build", "--config-env", "local"], environment, folder=ROOT)
        if status:
            raise StackProblem(f"sam build failed: {sam_error(part.log)} - all it said is in {part.log}")


def _put_samples(stack: Addresses, processes: Processes, environment: dict[str, str]) -> None:
    environment |= {"PYTHONPATH": str(ROOT / "layers/tiketi"), "TABLE_NAME": stack.table_name}
    command = [sys.executable, "-m", "local.sam_local_samples"]
    status, part = processes.run("samples", command, environment, folder=ROOT)
    if status:
        raise StackProblem(f"the sample data could not be put: {part.last_words()} - all it said is in {part.log}")


def _from_container(url: str) -> str:
    return url.replace(str(urlsplit(url).hostname), HOST_FROM_CONTAINER, 1) if _is_loopback(url) else url


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost")


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port, "every address of a local stack has one"
    return port


def running_addresses(stack_file: Path) -> Addresses:
    try:
        return Addresses(**json.loads(stack_file.read_text()))
    except FileNotFoundError as error:
        raise StackProblem("no local stack runs: start `make dev` in another terminal first") from error


def wait_for_end_of(stack_file: Path) -> NoReturn:
    while stack_file.exists():
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise StackProblem("the local stack has stopped, and its containers have nothing to talk to")


def welcome() -> str:
    sam = SAM.relative_to(ROOT)
    return f"""
The containers of `sam local` now share the running stack. In another terminal:

  {sam} local start-api --config-env local
  {sam} local invoke BuyTicketFunction --config-env local --event events/sales/buy_ticket.json

The first serves the API at {SAM_API_URL}, the second runs one function. After a change of the code:

  PATH="$PWD/.venv/bin:$PATH" {sam} build --config-env local

Ctrl-C ends it."""


def main() -> int:
    stop_on_signals()
    try:
        check_tools()
        stack_file = options_from_environment().stack_file
        stack = running_addresses(stack_file)
        with ExitStack() as ends:
            folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="tiketi-", ignore_cleanup_errors=True))
            processes = Processes(FOLDER / "logs")
            ends.callback(processes.stop)
            with ready_for_containers(stack, processes, Path(folder)):
                print(welcome(), flush=True)
                wait_for_end_of(stack_file)
    except StopRequested:
        return 0
    except StackProblem as problem:
        print(f"make sam-local: {problem}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
