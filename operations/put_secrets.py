"""`make secrets STAGE=dev`: puts the system's secrets into SSM Parameter Store, as SecureStrings under /tiketi/<stage>.

Safaricom's are asked for, or taken from the environment; our own keys are drawn at random once and never changed by
this command: a new JWT_SECRET_KEY signs everybody out, a new SECRET_KEY forgets which phones have a payment open and
kills every ticket's link. TICKET_SIGNING_KEYS changes by `make rotate-ticket-key`.
"""

import argparse
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.ticket_keys import first_keys

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

SAMCONFIG = Path(__file__).resolve().parent.parent / "samconfig.toml"
OURS = ("SECRET_KEY", "JWT_SECRET_KEY", "TICKET_SIGNING_KEYS")
SAFARICOMS = ("MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET", "MPESA_PASSKEY")
OPTIONAL = (
    "MPESA_INITIATOR_PASSWORD",
    "MPESA_CERTIFICATE",
    "AFRICAS_TALKING_API_KEY",
    "APPLE_WALLET_CERTIFICATES",
    "APPLE_WALLET_KEY",
    "GOOGLE_WALLET_ACCOUNT",
)
"""Put when the environment has them; nobody is asked, since most deployments have none."""


def put_secrets(ssm: "SSMClient", stage: str, given: Mapping[str, str], ask: Callable[[str], str]) -> dict[str, str]:
    """What was done about each secret: `set`, or `kept` when it was there and no other value was given."""
    done: dict[str, str] = {}
    for name in (*OURS, *SAFARICOMS, *(name for name in OPTIONAL if given.get(name))):
        path = f"/tiketi/{stage}/{name}"
        present = _is_there(ssm, path)
        if name in OURS:
            value = "" if present else given.get(name) or _drawn(name)
        else:
            value = given.get(name) or ask(f"{name}{' (Enter keeps the present one)' if present else ''}: ")
        if not value and not present:
            raise SystemExit(f"{name} is needed: nothing was put for it")
        if value:
            ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
        done[path] = "set" if value else "kept"
    return done


def _drawn(name: str) -> str:
    return first_keys() if name == "TICKET_SIGNING_KEYS" else secrets.token_urlsafe(48)


def region_of(stage: str) -> str:
    """Where `samconfig.toml` deploys a stage: its functions read their secrets there."""
    config = tomllib.loads(SAMCONFIG.read_text())
    return str(config[stage]["deploy"]["parameters"]["region"])


def _is_there(ssm: "SSMClient", path: str) -> bool:
    return bool(ssm.get_parameters(Names=[path]).get("Parameters"))


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make secrets", description=__doc__)
    arguments.add_argument("--stage", required=True, choices=["dev", "prod"])
    stage = arguments.parse_args().stage
    try:
        done = put_secrets(boto3.client("ssm", region_name=region_of(stage)), stage, os.environ, getpass)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"AWS did not take the secrets: {error}") from error
    for path, what in done.items():
        print(f"{path}: {what}")


if __name__ == "__main__":
    main()
