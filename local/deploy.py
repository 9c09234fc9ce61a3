"""Puts the built template on the embedded AWS with `sam deploy`."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.build import SAM, sam_error
from local.embedded_aws import ARTIFACTS, EmbeddedAws
from local.options import REGION, ROOT, STACK_NAME
from local.problems import StackProblem
from local.processes import Processes
from local.rest_api import GATEWAY_RESPONSES, complete

STAGE = "v1"


@dataclass(frozen=True)
class Deployed:
    api_id: str
    table_name: str
    log_groups: tuple[str, ...]
    gateway_responses: Mapping[str, Any]
    """By response type, as in an OpenAPI body."""


def deploy(
    aws: EmbeddedAws,
    processes: Processes,
    template: Path,
    parameters: Mapping[str, str],
    environment: Mapping[str, str],
) -> Deployed:
    """Raises StackProblem with the reason when the template cannot be deployed."""
    aws.make_artifact_bucket()
    command: list[str | Path] = [SAM, "deploy", "--template-file", template, "--stack-name", STACK_NAME]
    command += ["--region", REGION, "--s3-bucket", ARTIFACTS, "--no-confirm-changeset", "--no-progressbar"]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    command += ["--parameter-overrides", *(f'{name}="{value}"' for name, value in parameters.items())]
    status, part = processes.run("sam deploy", command, environment, folder=ROOT)
    if status:
        reason = aws.first_failure() or sam_error(part.log)
        raise StackProblem(f"sam deploy failed: {reason} - all it said is in {part.log}")
    return _complete(aws)


def known_parameters(template: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """`wanted` without what the template does not know, which `sam deploy` would refuse."""

    class Loader(yaml.SafeLoader):
        """CloudFormation's short forms (`!Ref`) are tags that plain YAML does not know."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    known = yaml.load(template.read_text(), Loader).get("Parameters", {})
    return {name: value for name, value in wanted.items() if name in known}


def architecture() -> str:
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _complete(aws: EmbeddedAws) -> Deployed:
    template = aws.template()["Resources"]
    resources = aws.resources()

    def only(resource_type: str) -> str:
        return next(name for name, resource in template.items() if resource["Type"] == resource_type)

    api = only("AWS::ApiGateway::RestApi")
    body = template[api]["Properties"]["Body"]
    complete(aws, resources[api], STAGE, body, resources)
    log_groups = [name for name, resource in template.items() if resource["Type"] == "AWS::Logs::LogGroup"]
    return Deployed(
        api_id=resources[api],
        table_name=resources[only("AWS::DynamoDB::Table")],
        log_groups=tuple(resources[name] for name in log_groups),
        gateway_responses=body.get(GATEWAY_RESPONSES, {}),
    )
