"""The routes of template.yaml, and the answers API Gateway gives by itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.options import ROOT

TEMPLATE = ROOT / "template.yaml"
CATCH_ALL = "ANY"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    function: Path
    """The folder of its function, from the root of the project."""
    needs_token: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@cache
def template() -> dict[str, Any]:
    class Loader(yaml.SafeLoader):
        """CloudFormation's short forms (`!Ref`) are tags that plain YAML does not know."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    return yaml.load(TEMPLATE.read_text(), Loader)


def routes() -> list[Route]:
    """Every route but those that take any method: they answer preflights, and 404 to the rest."""
    return [route for route in _declared() if route.method != CATCH_ALL]


def _declared() -> Iterator[Route]:
    resources = template()["Resources"]
    default = resources["Api"]["Properties"]["Auth"]["DefaultAuthorizer"]
    for resource in resources.values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "Api":
                about = event["Properties"]
                authorizer = about.get("Auth", {}).get("Authorizer", default)
                function = Path(resource["Properties"]["CodeUri"])
                yield Route(about["Method"].upper(), about["Path"], function, needs_token=authorizer != "NONE")


def gateway_answers() -> dict[str, tuple[int, dict[str, Any]]]:
    """Status and body of each gateway response that has a status of its own, by its type."""
    responses = template()["Resources"]["Api"]["Properties"]["GatewayResponses"]
    return {
        kind: (int(each["StatusCode"]), json.loads(each["ResponseTemplates"]["application/json"]))
        for kind, each in responses.items()
        if "StatusCode" in each
    }
