"""The refusals of a route as OpenAPI responses: by status, each code with its words and what to do about it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from local.openapi.examples import REFUSAL_WORDS, REQUEST_ID, WRONG_BODIES
from local.openapi.routes import gateway_answers
from local.openapi.schemas import Unsaid
from local.openapi.words.refusals import ADVICE
from tiketi.errors import Refusal, invalid_field
from tiketi.http import error_response, validated
from tiketi.messages import REFUSALS

ERROR = {"$ref": "#/components/schemas/Error"}
MAY_SAY_WHEN = {"request_in_progress", "changed_meanwhile"}
"""Refusals with a Retry-After, besides all 503."""
REQUEST_ID_HEADER = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
RETRY_AFTER_HEADER = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}


def advice(code: str) -> str:
    if code not in ADVICE:
        raise Unsaid(f"local/openapi/words/refusals.py says nothing about {code}")
    return ADVICE[code]


def refusals(codes: Iterable[str], model: type[BaseModel] | None) -> dict[str, Any]:
    """Responses by status. `model` is the input whose fields `invalid_input` names."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in sorted(codes):
        by_status[REFUSALS[code].status].append(code)
    return {str(status): _response(each, model) for status, each in sorted(by_status.items())}


def at_any_time() -> dict[str, Any]:
    """What every route may answer: by the gateway, by a table that does not answer, by a bug."""
    gateway = gateway_answers()
    bodies = {
        "busy": _body("busy"),
        "internal_error": _body("internal_error"),
        "timeout": {**gateway["INTEGRATION_TIMEOUT"][1], "request_id": REQUEST_ID},
    }
    statuses = {
        "busy": f"{gateway['THROTTLED'][0]} or {REFUSALS['busy'].status}",
        "internal_error": f"{REFUSALS['internal_error'].status} or {gateway['INTEGRATION_FAILURE'][0]}",
        "timeout": str(gateway["INTEGRATION_TIMEOUT"][0]),
    }
    return {
        "description": "At any time:\n\n"
        + "\n".join(
            f"- {statuses[code]} `{code}`: *{body['message']}* {advice(code)}" for code, body in bodies.items()
        ),
        "headers": {**REQUEST_ID_HEADER, **RETRY_AFTER_HEADER},
        "content": _content(bodies, ERROR),
    }


def gateway_codes() -> set[str]:
    return {body["code"] for _, body in gateway_answers().values()}


def _response(codes: list[str], model: type[BaseModel] | None) -> dict[str, Any]:
    retried = MAY_SAY_WHEN.intersection(codes) or any(REFUSALS[code].status == 503 for code in codes)
    schema = {"allOf": [ERROR, {"type": "object", "properties": {"code": {"enum": codes}}}]}
    return {
        "description": "\n".join(f"- `{code}`: *{_body(code)['message']}* {advice(code)}" for code in codes),
        "headers": {**REQUEST_ID_HEADER, **(RETRY_AFTER_HEADER if retried else {})},
        "content": _content({code: _body(code, model) for code in codes}, schema),
    }


def _content(bodies: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "application/json": {"schema": schema, "examples": {code: {"value": body} for code, body in bodies.items()}}
    }


def _body(code: str, model: type[BaseModel] | None = None) -> Any:
    """What `@endpoint` answers."""
    refusal = Refusal(code, **REFUSAL_WORDS)
    if code == "invalid_input":
        refusal = _invalid(model) if model else invalid_field("…", "…", "…")
    return error_response(refusal, REQUEST_ID).body


def _invalid(model: type[BaseModel]) -> Refusal:
    try:
        validated(model, WRONG_BODIES.get(model.__name__, {}))
    except Refusal as refusal:
        return refusal
    raise Unsaid(f"WRONG_BODIES of local/openapi/examples.py has nothing that {model.__name__} refuses")
