"""Clients of SNS and SES that send nothing twice by themselves, and what their errors say about a message."""

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from tiketi.delivery.outcomes import Failed, Outcome, Refused, Unknown

ONCE = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
"""Both are sent by calls that are not idempotent, and botocore repeats a call whose answer was lost."""
_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ParamValidationError)


def outcome_of_error(error: ClientError | BotoCoreError, refused_address: frozenset[str]) -> Outcome:
    """`refused_address`: codes by which this service refuses whom a message is for, rather than us."""
    if not isinstance(error, ClientError):
        name = type(error).__name__
        return Failed(name) if isinstance(error, _NEVER_LEFT) else Unknown(name)
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in refused_address:
        return Refused(code)
    # 503 and 429 are said before anything is done; of any other 5xx nobody knows what was done by then.
    return Unknown(code) if status >= 500 and status != 503 else Failed(code)
