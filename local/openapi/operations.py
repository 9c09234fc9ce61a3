"""One route as an OpenAPI operation."""

import re
from typing import Any

from local.openapi.described import Described, Examples
from local.openapi.errors import refusals
from local.openapi.functions import Function, read_function
from local.openapi.refusals import codes_of
from local.openapi.routes import Route
from local.openapi.schemas import Schemas, Unsaid, field_words, query_parameters
from local.openapi.words import ROUTES


def operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    """Raises Unsaid for a route without words."""
    if route.name not in ROUTES:
        raise Unsaid(f"local/openapi/words says nothing about {route.name}")
    said, function = ROUTES[route.name], read_function(route.function)
    described = {
        "operationId": said.operation_id or route.function.name,
        "tags": [said.tag],
        "summary": said.summary,
        "description": _description(said, function),
        "security": [{"bearer": []}] if route.needs_token else [],
        "parameters": _parameters(route, said, function),
        "requestBody": _request(said, function, schemas),
        "responses": _responses(route, said, function, schemas),
    }
    return {key: value for key, value in described.items() if value or key == "security"}


def _description(said: Described, function: Function) -> str:
    return " ".join(part for part in ("Organizers only." if function.for_organizers else "", said.description) if part)


def _parameters(route: Route, said: Described, function: Function) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "description": _path_words(name), "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    headers = [
        *(["IdempotencyKey"] if function.idempotent else []),
        *(["AcceptLanguage"] if said.language else []),
    ]
    return [
        *in_path,
        *(query_parameters(function.query) if function.query else []),
        *({"$ref": f"#/components/parameters/{name}"} for name in headers),
    ]


def _path_words(name: str) -> str:
    return field_words("Path", name)


def _request(said: Described, function: Function, schemas: Schemas) -> dict[str, Any]:
    model = said.body or function.body
    return {"required": True, "content": _content(schemas.of(model), said.requests)} if model else {}


def _content(schema: dict[str, Any], examples: Examples) -> dict[str, Any]:
    return {
        "application/json": {"schema": schema, "examples": {name: {"value": each} for name, each in examples.items()}}
    }


def _answer(said: Described, schemas: Schemas) -> dict[str, Any]:
    if said.media_type != "application/json":
        return {"content": _text(said.media_type, said.examples)}
    content = _content(schemas.of(said.answer), said.examples) if said.answer else {}
    if said.csv:
        content |= _text("text/csv", {"a file": said.csv})
    return {"content": content} if content else {}


def _text(media_type: str, examples: Examples) -> dict[str, Any]:
    schema = {"type": "string", "contentMediaType": media_type}
    return {media_type: {"schema": schema, "examples": {name: {"value": each} for name, each in examples.items()}}}


def _responses(route: Route, said: Described, function: Function, schemas: Schemas) -> dict[str, Any]:
    codes = codes_of(route.function) - {"not_signed_in"} | ({"not_signed_in"} if route.needs_token else set[str]())
    return {
        str(function.status): {
            "description": said.answered,
            **_answer(said, schemas),
        },
        **refusals(codes, function.body or function.query),
        "default": {"$ref": f"#/components/responses/AtAnyTime{'WithABody' if said.body or function.body else ''}"},
    }
