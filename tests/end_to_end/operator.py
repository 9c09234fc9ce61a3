"""The commands of the Makefile, as an operator of the stack runs them."""

import os
import subprocess
import sys

from local.options import REGION, ROOT
from local.stack import RunningStack

OURS = ("MPESA_", "SECRET_KEY", "JWT_", "TICKET_")
"""What tests of units are told; an operator's machine knows none of it."""


def operator(stack: RunningStack, module: str, *words: str, succeeds: bool = True, **environment: str) -> str:
    """`python -m operations.<module>`: what it printed. `succeeds`: it must."""
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        "PYTHONPATH": str(ROOT / "layers/tiketi"),
        "AWS_ENDPOINT_URL": stack.aws_endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        **environment,
    }
    command = [sys.executable, "-m", f"operations.{module}", *words]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=60, check=False)
    assert not succeeds or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
