"""The answers that API Gateway gives by itself, in the shape the template chose for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HEADER = "gatewayresponse.header."
_VARIABLE = re.compile(r"\$\{?context\.([A-Za-z.]+)\}?")
_FALLBACK = (
    '{"message":$context.error.messageString,"code":"$context.error.responseType","request_id":"$context.requestId"}'
)


@dataclass(frozen=True)
class GatewayResponse:
    status: int
    headers: dict[str, str]
    body: str


def gateway_response(
    responses: Mapping[str, Any],
    response_type: str,
    status: int,
    message: str,
    *,
    request_id: str,
    request_headers: Mapping[str, str],
) -> GatewayResponse:
    """`response_type`, such as REQUEST_TOO_LARGE; where it is not customized, DEFAULT_4XX or DEFAULT_5XX applies.

    `status` is API Gateway's own for that type, which the customized response may replace.
    """
    custom = responses.get(response_type) or responses.get(f"DEFAULT_{status // 100}XX") or {}
    template = custom.get("responseTemplates", {}).get("application/json", _FALLBACK)
    values = {
        "error.message": message,
        "error.messageString": f'"{message}"',
        "error.responseType": response_type,
        "requestId": request_id,
    }
    headers = {
        name.removeprefix(_HEADER): value
        for name, source in custom.get("responseParameters", {}).items()
        if (value := _value(source, request_headers)) is not None
    }
    own_status = responses.get(response_type, {}).get("statusCode", status)
    return GatewayResponse(
        status=int(own_status),
        headers={"Content-Type": "application/json", "x-amzn-RequestId": request_id, **headers},
        body=_VARIABLE.sub(lambda found: values.get(found[1], ""), template),
    )


def _value(source: str, request_headers: Mapping[str, str]) -> str | None:
    """A mapping expression: a `'constant'` or `method.request.header.Name`. None leaves the header out."""
    if source.startswith("'"):
        return source.strip("'")
    lowered = {name.lower(): value for name, value in request_headers.items()}
    return lowered.get(source.removeprefix("method.request.header.").lower())
