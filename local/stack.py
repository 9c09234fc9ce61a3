"""python -m local.stack: the whole system on this machine, in the foreground, until Ctrl-C. `make dev` runs it.

Tests take a stack of their own with `running_stack`; any number can run side by side.
"""

import json
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn

from local.build import built_template
from local.complaints import Complaints
from local.daraja.settings import Credentials
from local.demo import Demo, load_demo_data
from local.deploy import STAGE, Deployed, architecture, deploy, known_parameters
from local.embedded_aws import EmbeddedAws
from local.environment import aws_environment
from local.function_logs import FunctionLogs
from local.options import EMAIL_SENDER, REGION, STACK_NAME, StackOptions, options_from_environment
from local.part_logs import PartLogs
from local.parts import certificate_of, check_tools, start_daraja, start_gateway, start_ministack, start_outbox
from local.ports import HOST, listening_socket
from local.problems import StackProblem
from local.processes import Processes
from local.progress import step
from local.signals import StopRequested, stop_on_signals
from local.stack_file import claimed, write_at_once
from local.welcome import welcome

SECONDS_BETWEEN_CHECKS = 0.5
B2C = "600000"
"""The short code that pays out at the simulator, which takes any."""
SIMULATOR_RATE = {"MpesaQueriesPerMinute": "600", "MpesaQueryBurst": "20"}
"""Nobody waits to be asked about here; Safaricom's sandbox takes five questions a minute."""


@dataclass(frozen=True)
class Addresses:
    """The content of stack.json."""

    api_url: str
    docs_url: str
    phone_url: str
    outbox_url: str
    daraja_url: str
    aws_endpoint_url: str
    region: str
    table_name: str
    stack_name: str


@dataclass(frozen=True)
class RunningStack(Addresses):
    aws: EmbeddedAws
    demo: Demo | None
    complaints: Complaints
    processes: Processes

    def addresses(self) -> dict[str, str]:
        return {field.name: getattr(self, field.name) for field in fields(Addresses)}


@contextmanager
def running_stack(
    parameters: Mapping[str, str] | None = None,
    *,
    default_behaviour: str = "approve",
    stack_file: Path | None = None,
    options: StackOptions | None = None,
) -> Generator[RunningStack]:
    """A stack on free ports, with parameters of the template and a simulator that does `default_behaviour`.

    `options` say more than the other arguments, and then replace them. Raises StackProblem when it cannot start.
    """
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tiketi-", ignore_cleanup_errors=True)))
        options = options or StackOptions(
            stack_file=stack_file or state / "stack.json",
            parameters=parameters or {},
            daraja_arguments=("--default-behaviour", default_behaviour, "--quiet"),
            demo_data=False,
        )
        processes = Processes(options.log_folder or state)
        stack.callback(processes.stop)
        stack.enter_context(claimed(options.stack_file))
        running = _start(processes, options, state)
        write_at_once(options.stack_file, json.dumps(running.addresses(), indent=2) + "\n")
        yield running


def _start(processes: Processes, options: StackOptions, state: Path) -> RunningStack:
    check_tools()
    with listening_socket(options.ports.gateway, "LOCAL_GATEWAY_PORT") as listening:
        gateway_url = f"http://{HOST}:{listening.getsockname()[1]}"
        api_url = f"{gateway_url}/{STAGE}"
        with step("Starting the embedded AWS"):
            endpoint = start_ministack(processes, options, state)
        daraja_url = options.daraja_url or ""
        if not daraja_url:
            with step("Starting the Daraja simulator"):
                daraja_url = start_daraja(processes, options, state)
        with step("Starting the outbox"):
            outbox_url = start_outbox(processes, options, state)
        aws = EmbeddedAws(endpoint)
        simulated = {} if options.daraja_url else {"MPESA_CERTIFICATE": certificate_of(daraja_url)}
        aws.put_secrets({**simulated, **options.all_secrets()})
        local = {"MpesaBaseUrl": daraja_url, "MpesaCallbackUrl": api_url, "PublicUrl": api_url, "OutboxUrl": outbox_url}
        if simulated:
            local |= {"MpesaInitiatorName": Credentials().initiator_name, "MpesaB2cShortCode": B2C}
        deployed = _deploy(aws, processes, options, state, local)
        upstream = f"{endpoint}/_aws/execute-api/{deployed.api_id}/{STAGE}"
        start_gateway(processes, options, state, listening, upstream, deployed.gateway_responses)
    complaints = Complaints(FunctionLogs(aws, deployed.log_groups), PartLogs(processes.logs()))
    demo = _load_demo_data(api_url, complaints) if options.demo_data else None
    return RunningStack(
        api_url=api_url,
        docs_url=f"{gateway_url}/docs",
        phone_url="" if options.daraja_url else f"{daraja_url}/",
        outbox_url=f"{outbox_url}/",
        daraja_url=daraja_url,
        aws_endpoint_url=endpoint,
        region=REGION,
        table_name=deployed.table_name,
        stack_name=STACK_NAME,
        aws=aws,
        demo=demo,
        complaints=complaints,
        processes=processes,
    )


def _deploy(
    aws: EmbeddedAws, processes: Processes, options: StackOptions, state: Path, addresses: Mapping[str, str]
) -> Deployed:
    defaults = {
        "Stage": "local",
        "Architecture": architecture(),
        "SmsProvider": "sns",
        "SmsSenderId": "TIKETI",
        "EmailSender": EMAIL_SENDER,
        "CorsAllowedOrigins": "*",
        "MpesaCallbackIps": "127.0.0.1",
        **({} if options.daraja_url else SIMULATOR_RATE),
        **addresses,
    }
    with ExitStack() as building:
        with step("Building the functions"):
            template = building.enter_context(built_template(processes, state))
        with step("Deploying the template"):
            parameters = {**known_parameters(template, defaults), **options.parameters}
            environment = aws_environment(state, aws.endpoint)
            return deploy(aws, processes, template, parameters, environment)


def _load_demo_data(api_url: str, complaints: Complaints) -> Demo:
    with step("Loading demo data"):
        try:
            return load_demo_data(api_url)
        except StackProblem:
            # What the API says of its own failures is for strangers; why it failed is in the logs.
            complaints.print_news()
            raise


def watch(running: RunningStack) -> NoReturn:
    """Shows what the functions complain about. Ends only by an exception: StackProblem when a part has died."""
    while True:
        began = time.monotonic()
        running.processes.check()
        running.complaints.print_news()
        # The embedded logs are searched from their beginning each time: the longer that takes, the rarer it is done.
        time.sleep(max(SECONDS_BETWEEN_CHECKS, 5 * (time.monotonic() - began)))


def main() -> int:
    stop_on_signals()
    try:
        options = options_from_environment()
        with running_stack(options=options) as running:
            print(welcome(running.addresses(), options.stack_file, running.demo), flush=True)
            watch(running)
    except StopRequested:
        print("\nStopped: nothing of the stack is running any more.", flush=True)
        return 0
    except StackProblem as problem:
        print(f"make dev: {problem}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
