"""API Gateway's REQUEST authorizer: a bearer token in, a policy and the caller's id and role out."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tiketi.accounts.authorization import authorize
from tiketi.accounts.roles import GATE_STAFF
from tiketi.accounts.tokens import Claims
from tiketi.admission.routes import gate_routes
from tiketi.logs import logger


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True, log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    caller = authorize(headers.get("authorization") or "")
    if caller is None:
        # The very word API Gateway turns into a 401; any other text, or an explicit Deny, would be a 500 or a 403.
        raise Exception("Unauthorized")
    about = {"user_id": caller.user_id, "role": caller.role}
    return {
        "principalId": caller.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allowed(event["methodArn"], caller)]},
        "context": {**about, "event_id": caller.event_id} if caller.role == GATE_STAFF else about,
    }


def _allowed(method_arn: str, caller: Claims) -> dict[str, Any]:
    """API Gateway keeps the policy for the token, not for the method, so it must hold for every method."""
    api, stage = method_arn.split("/")[:2]
    if caller.role == GATE_STAFF:
        allowed: Any = [f"{api}/{stage}/{route}" for route in gate_routes(caller.event_id)]
    else:
        allowed = f"{api}/{stage}/*/*"
    return {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": allowed}
