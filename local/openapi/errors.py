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
MAY_SAY_WHEN = {"request_in_progress", "changed_meanwhile", "too_many_resends"} | {
    code for code, words in REFUSALS.items() if words.status == 429
}
"""Refusals with a Retry-After, besides all 503."""
RETRY_AFTER_HEADER = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
OF_ANY_BODY = ("broken_json", "not_an_object", "body_too_large", "wrong_content_type")
"""What every route with a body may answer; said once, or it would drown what a route has of its own."""


def advice(code: str) -> str:
    if code not in ADVICE:
        raise Unsaid(f"local/openapi/words/refusals.py says nothing about {code}")
    return ADVICE[code]


def refusals(codes: Iterable[str], model: type[BaseModel] | None) -> dict[str, Any]:
    """Responses by status. `model` is the input whose fields `invalid_input` names."""
    wanted = set(codes).difference(OF_ANY_BODY)
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in (code for code in REFUSALS if code in wanted):
        by_status[REFUSALS[code].status].append(code)
    return {str(status): _response(each, model) for status, each in sorted(by_status.items())}


def at_any_time() -> dict[str, dict[str, Any]]:
    """What every route may answer: by the gateway, by a table that does not answer, by a bug, to a broken body."""
    gateway = gateway_answers()
    timeout = gateway["INTEGRATION_TIMEOUT"]
    bodies: dict[str, Any] = {code: _body(code) for code in ("busy", "internal_error", *OF_ANY_BODY)}
    statuses = {code: str(REFUSALS[code].status) for code in bodies}
    statuses["busy"] = f"{gateway['THROTTLED'][0]} or {statuses['busy']}"
    statuses["internal_error"] = f"{statuses['internal_error']} or {gateway['INTEGRATION_FAILURE'][0]}"
    rows = [*bodies.items(), ("timeout", {**timeout[1], "request_id": REQUEST_ID})]
    statuses["timeout"] = str(timeout[0])
    return {
        name: _shared([(statuses[code], code, body) for code, body in rows if code in codes])
        for name, codes in {
            "AtAnyTime": {"busy", "internal_error", "timeout"},
            "AtAnyTimeWithABody": {*bodies, "timeout"},
        }.items()
    }


def _shared(rows: list[tuple[str, str, Any]]) -> dict[str, Any]:
    lines = [f"- {status} `{code}`: *{body['message']}* {advice(code)}" for status, code, body in rows]
    return {
        "description": "At any time:\n\n" + "\n".join(lines),
        "headers": RETRY_AFTER_HEADER,
        "content": _content({code: body for _, code, body in rows}, ERROR),
    }


def _response(codes: list[str], model: type[BaseModel] | None) -> dict[str, Any]:
    retried = MAY_SAY_WHEN.intersection(codes) or any(REFUSALS[code].status == 503 for code in codes)
    schema = {"allOf": [ERROR, {"type": "object", "properties": {"code": {"enum": codes}}}]}
    return {
        "description": "\n".join(f"- `{code}`: *{_body(code, model)['message']}* {advice(code)}" for code in codes),
        **({"headers": RETRY_AFTER_HEADER} if retried else {}),
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
