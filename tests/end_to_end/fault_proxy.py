"""microburst between the functions and DynamoDB: it fails as AWS does, when it is told to."""

from collections import Counter
from pathlib import Path
from typing import Any

import requests

from local.environment import aws_environment
from local.options import ROOT
from local.ports import HOST
from local.processes import wait_until
from local.stack import RunningStack


class FaultProxy:
    """Passes everything on to the stack's DynamoDB until rules say otherwise; ends with the stack.

    It signs anew what it passes on, as a signature covers the address: the functions' roles are not enforced behind it.
    """

    def __init__(self, stack: RunningStack, port: int, state: Path) -> None:
        self._url = f"http://{HOST}:{port}/_microburst"
        command = [ROOT / ".venv/bin/microburst", "--upstream", stack.aws_endpoint_url, "--port", str(port), "--resign"]
        environment = aws_environment(state, stack.aws_endpoint_url)
        part = stack.processes.start("Fault proxy", command, environment, folder=state)
        wait_until(self._answers, part, seconds=30)

    def fail(self, rules: list[dict[str, Any]]) -> None:
        rules = [{"service": "dynamodb", **rule} for rule in rules]
        requests.post(f"{self._url}/rules", json=rules, timeout=10).raise_for_status()

    def heal(self) -> None:
        self.fail([])

    def faults(self) -> Counter[str]:
        """How often it did what."""
        answer = requests.get(f"{self._url}/fired", params={"limit": 100_000}, timeout=30)
        answer.raise_for_status()
        return Counter("latency" if "latency" in each["action"] else each["action"] for each in answer.json())

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self._url}/health", timeout=5).ok
        except requests.RequestException:
            return False
