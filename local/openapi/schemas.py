"""JSON schemas of pydantic models, as a client developer wants to read them."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import TypeAdapter

from local.openapi.words.fields import FIELDS, SCHEMAS

REFERENCE = "#/components/schemas/{model}"
CONSTRAINTS = {"ge": "minimum", "le": "maximum"}
"""What pydantic leaves in its own words behind a validator that runs before."""


class Unsaid(Exception):
    """Something of the API has no words yet; the message says where they go."""


class Schemas:
    """Collects the models that are referred to, by name."""

    def __init__(self) -> None:
        self.components: dict[str, dict[str, Any]] = {}

    def of(self, model: Any) -> dict[str, Any]:
        """A reference to the model, or an array of such."""
        schema = TypeAdapter(model).json_schema(ref_template=REFERENCE)
        for name, definition in schema.pop("$defs", {}).items():
            self._add(name, definition)
        if "properties" not in schema:
            return _tidy(schema)
        self._add(model.__name__, schema)
        return {"$ref": REFERENCE.format(model=model.__name__)}

    def _add(self, name: str, schema: dict[str, Any]) -> None:
        self.components[name] = {**_tidy(schema), "properties": described(name, schema["properties"])}


def described(model: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with their words. Raises Unsaid for one that has none."""
    return {field: _described(model, field, _tidy(schema)) for field, schema in properties.items()}


def _described(model: str, field: str, schema: dict[str, Any]) -> dict[str, Any]:
    words = field_words(model, field)
    return {**schema, "description": words, **SCHEMAS.get(field, {}), **SCHEMAS.get(f"{model}.{field}", {})}


def field_words(model: str, field: str) -> str:
    words = FIELDS.get(f"{model}.{field}") or FIELDS.get(field)
    if not words:
        raise Unsaid(f"local/openapi/words/fields.py says nothing about {model}.{field}")
    return words


def query_parameters(model: type) -> list[dict[str, Any]]:
    """The model's own before those it inherits: filters before paging."""
    properties = described(model.__name__, TypeAdapter(model).json_schema()["properties"])
    own = [name for name in properties if name in model.__annotations__]
    names = [*own, *(name for name in properties if name not in own)]
    return [_query_parameter(name, properties[name]) for name in names]


def _query_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    of_value = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": "query", "description": schema["description"], "schema": _never_null(of_value)}


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    return {**schema, "type": next(each for each in kind if each != "null")} if isinstance(kind, list) else schema


def _tidy(schema: Any) -> Any:
    """Without titles, docstrings and empty defaults; "X or null" is one type."""
    if isinstance(schema, list):
        return [_tidy(each) for each in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        CONSTRAINTS.get(key, key): _tidy(value)
        for key, value in cast(dict[str, Any], schema).items()
        if not _is_noise(key, value)
    }
    match tidy:
        case {"anyOf": [{"type": str(kind)} as inner, {"type": "null"}]}:
            del tidy["anyOf"]
            return {**inner, "type": [kind, "null"], **tidy}
        case _:
            return tidy


def _is_noise(key: str, value: object) -> bool:
    return (key in ("title", "description") and isinstance(value, str)) or (
        key == "default" and value in (None, "", [])
    )
