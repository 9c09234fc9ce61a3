"""API Gateway's REQUEST authorizer: a bearer token in, a policy and the caller's id and role out."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.accounts.authorization import authorize
from tiketi.logs import logger


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True, log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    user = authorize(headers.get("authorization") or "")
    if user is None:
        # The very word API Gateway turns into a 401; any other text, or an explicit Deny, would be a 500 or a 403.
        raise Exception("Unauthorized")
    return {
        "principalId": user.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_whole_stage(event["methodArn"])]},
        "context": {"user_id": user.user_id, "role": user.role},
    }


def _whole_stage(method_arn: str) -> dict[str, str]:
    """API Gateway keeps the policy for the token, not for the method, so it must hold for every method."""
    api, stage = method_arn.split("/")[:2]
    return {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*/*"}
