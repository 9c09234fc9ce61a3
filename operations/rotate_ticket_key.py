"""`make rotate-ticket-key STAGE=dev`: gives the tickets' QR codes a new signing key, as `docs/tickets.md` describes.

The new key is published at once and signs from tomorrow on, so that every scanner has it before it sees a ticket of
its. Older keys stay published, and what they have signed stays valid, until one is taken out with `--remove`.
"""

import argparse
import json
import time
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.put_secrets import region_of
from operations.ticket_keys import Keys, rotated, without

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

SECRET = "TICKET_SIGNING_KEYS"  # noqa: S105 - its name
HOURS_BEFORE_USE = 24


def change_keys(ssm: "SSMClient", stage: str, now: int, *, hours: float, remove: str | None = None) -> Keys:
    """Reads the keys of a stage, changes them, puts them back; returns what is there now."""
    path = f"/tiketi/{stage}/{SECRET}"
    parameter = ssm.get_parameter(Name=path, WithDecryption=True)["Parameter"]
    keys: Keys = json.loads(parameter.get("Value", "[]"))
    keys = without(keys, remove, now) if remove else rotated(keys, now, hours)
    ssm.put_parameter(Name=path, Value=json.dumps(keys), Type="SecureString", Overwrite=True)
    return keys


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make rotate-ticket-key", description=__doc__)
    arguments.add_argument("--stage", required=True, choices=["dev", "prod"])
    arguments.add_argument("--at-once", action="store_true", help="sign with the new key now: the old one is known")
    arguments.add_argument("--remove", metavar="KID", help="publish a key no more: tickets it signed are refused")
    given = arguments.parse_args()
    hours = 0 if given.at_once else HOURS_BEFORE_USE
    ssm = boto3.client("ssm", region_name=region_of(given.stage))
    try:
        keys = change_keys(ssm, given.stage, int(time.time()), hours=hours, remove=given.remove)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"AWS did not take the keys: {error}") from error
    for key in keys:
        print(key["kid"], "may sign" if "private" in key else "published only")


if __name__ == "__main__":
    main()
