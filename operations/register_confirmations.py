"""`make register-confirmations STAGE=… API=… SHORT_CODE=…`: tells Safaricom where C2B confirmations of a short code go.

In production this can be done once: to change it later, delete the URLs in Safaricom's self-service first. The address
carries a secret that follows from SECRET_KEY, so a new SECRET_KEY needs a new registration.
"""

import argparse
import os
from typing import TYPE_CHECKING

from operations.put_secrets import region_of

if TYPE_CHECKING:
    from tiketi.payments.daraja import Daraja

RESPONSE_TYPE = "Completed"
"""What becomes of a payment when validation, where it is enabled at all, does not answer."""


def register(daraja: "Daraja", api_url: str, short_code: str) -> str:
    """What Daraja said. Raises SystemExit with its words when it refused."""
    from tiketi.payments.confirmations import confirmation_token

    address = f"{api_url.rstrip('/')}/confirmations/{confirmation_token()}"
    body = {
        "ShortCode": short_code,
        "ResponseType": RESPONSE_TYPE,
        "ConfirmationURL": address,
        "ValidationURL": f"{address}/validation",
    }
    answer = daraja.post("/mpesa/c2b/v2/registerurl", body)
    if str(answer.body.get("ResponseCode")) != "0":
        raise SystemExit(f"Daraja did not register it: {answer.detail}")
    return str(answer.body.get("ResponseDescription", ""))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make register-confirmations", description=__doc__)
    parser.add_argument("--stage", required=True, help="dev or prod: whose secrets are read from SSM")
    parser.add_argument("--api", required=True, help="the output ApiUrl of the stack, stage included")
    parser.add_argument("--short-code", required=True)
    given = parser.parse_args()
    os.environ.setdefault("SECRETS_PREFIX", f"/tiketi/{given.stage}")
    if given.stage in ("dev", "prod"):
        os.environ.setdefault("AWS_DEFAULT_REGION", region_of(given.stage))

    from tiketi.payments.daraja import NoToken, daraja

    try:
        print(register(daraja(), given.api, given.short_code))
    except NoToken as error:
        raise SystemExit(f"Daraja gives no token: {error}") from error


if __name__ == "__main__":
    main()
