"""The whole API reference."""

import json
from collections import defaultdict
from importlib.resources import files
from string import Template
from typing import Any

from local.openapi.answers import Error
from local.openapi.errors import at_any_time
from local.openapi.examples import REQUEST_ID
from local.openapi.operations import operation
from local.openapi.routes import routes
from local.openapi.schemas import Schemas
from local.openapi.words import ROUTES, TAGS
from local.openapi.words.statuses import STATUSES, table
from tiketi.errors import Refusal
from tiketi.http import error_response
from tiketi.payments.order_status import GRACE_SECONDS
from tiketi.settings import Settings

PARAMETERS: dict[str, Any] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "The language of messages: English, or Swahili for `sw`.",
        "schema": {"type": "string", "examples": ["sw"]},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Your own name for this purchase, such as a UUID. Send the same again when no answer came.",
        "schema": {"type": "string", "maxLength": 255, "examples": ["0d9c2a64-5f0e-4a0b-8f4e-2b6d1c1f9f5a"]},
    },
}
HEADERS: dict[str, Any] = {
    "Retry-After": {
        "description": "Seconds to wait before trying again; not always there.",
        "schema": {"type": "integer"},
        "example": 2,
    },
}
BEARER: dict[str, Any] = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The `access_token` of `POST /login`, without the word Bearer.",
}
SERVER: dict[str, Any] = {
    "url": "https://{api}.execute-api.{region}.amazonaws.com/v1",
    "description": "The stack's output ApiUrl",
    "variables": {"api": {"default": "api-id"}, "region": {"default": "af-south-1"}},
}


def document() -> dict[str, Any]:
    """Raises Unsaid when something of the API has no words yet."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    order = list(ROUTES)
    for route in sorted(routes(), key=lambda route: order.index(route.name) if route.name in order else -1):
        paths[route.path][route.method.lower()] = operation(route, schemas)
    schemas.of(Error)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tiketi Tamasha",
            "version": "1",
            "description": _introduction(),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [SERVER],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": dict(paths),
        "components": {
            "securitySchemes": {"bearer": BEARER},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": at_any_time(),
            "schemas": dict(sorted(schemas.components.items())),
        },
    }


def _introduction() -> str:
    example = error_response(Refusal("sold_out", ticket_type="VIP"), REQUEST_ID).body
    return Template(files("local.openapi").joinpath("introduction.md").read_text()).substitute(
        error=json.dumps(example, indent=2),
        token_hours=Settings().access_token_seconds // 3600,
        grace_seconds=GRACE_SECONDS,
        statuses=table("status", {str(status): words for status, words in STATUSES.items()}),
    )


def as_text() -> str:
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
