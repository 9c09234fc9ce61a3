"""The API reference says what the template, the functions and the refusals say, and its examples are true."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from openapi_spec_validator import validate

from local.openapi.document import as_text
from local.openapi.examples import WRONG_BODIES
from local.openapi.functions import read_function
from local.openapi.refusals import codes_of
from local.openapi.routes import routes
from local.openapi.schemas import Unsaid, described
from local.openapi.words.fields import FIELDS, SCHEMAS
from local.openapi.words.refusals import ADVICE
from local.openapi.words.statuses import STATUSES
from tests.reference import FILE, faults, reference
from tests.unit.conftest import TEMPLATE, TemplateLoader
from tiketi.messages import REFUSALS
from tiketi.payments.order_status import OrderStatus

ROOT = Path(__file__).resolve().parents[2]
METHODS = {"get", "post", "put", "delete", "patch", "head", "options"}
AT_ANY_TIME = set(
    reference()["components"]["responses"]["AtAnyTimeWithABody"]["content"]["application/json"]["examples"]
)
UNMATCHED = "unknown_route"
"""The answer where there is no route to describe."""


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in reference()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


OPERATIONS = dict(operations())


def template_routes() -> dict[str, bool]:
    """Each route of the template, and whether it is behind the authorizer; read here without the generator."""
    resources = yaml.load(TEMPLATE.read_text(), Loader=TemplateLoader)["Resources"]
    return {
        f"{about['Method']} {about['Path']}": about.get("Auth", {}).get("Authorizer") != "NONE"
        for resource in resources.values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api" and (about := event["Properties"])["Method"] != "ANY"
    }


def documented_codes(operation: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            for code in response["content"]["application/json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]:
                yield int(status), code


def test_the_committed_file_is_what_the_generator_writes() -> None:
    assert FILE.read_text() == as_text(), "run make openapi"


def test_it_is_valid_openapi_3_1() -> None:
    assert reference()["openapi"].startswith("3.1")
    validate(reference())


def test_every_route_of_the_template_is_described_and_no_other() -> None:
    assert set(OPERATIONS) == set(template_routes())


@pytest.mark.parametrize("route", OPERATIONS)
def test_a_token_is_asked_for_exactly_where_the_authorizer_stands(route: str) -> None:
    assert OPERATIONS[route]["security"] == ([{"bearer": []}] if template_routes()[route] else [])
    assert ("401" in OPERATIONS[route]["responses"]) == (
        template_routes()[route] or route in {"POST /login", "POST /gate/sessions"}
    )


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_documented_code_is_a_refusal_with_that_status(route: str) -> None:
    for status, code in documented_codes(OPERATIONS[route]):
        assert code in REFUSALS
        assert REFUSALS[code].status == status


def test_every_refusal_that_is_raised_is_documented_somewhere() -> None:
    documented = {code for operation in OPERATIONS.values() for _, code in documented_codes(operation)}
    assert raised_refusals() <= documented | AT_ANY_TIME | {UNMATCHED}


def raised_refusals() -> set[str]:
    """The codes in `Refusal("…")`, wherever in the layer or the functions."""
    calls = (
        node
        for folder in ("layers/tiketi/tiketi", "functions")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
    )
    found: set[str] = set()
    for node in calls:
        match node:
            case ast.Call(func=ast.Name(id="Refusal"), args=[ast.Constant(value=str(code)), *_]):
                found.add(code)
            case _:
                pass
    return found


def test_a_route_is_said_to_refuse_what_its_own_code_can_refuse() -> None:
    buying, looking = codes_of(Path("functions/sales/buy_ticket")), codes_of(Path("functions/catalogue/get_event"))
    assert {"sold_out", "too_few_left", "payment_in_progress", "mpesa_refused", "idempotency_key_reused"} <= buying
    assert not {"organizers_only", "event_has_sales", "email_taken"} & buying
    assert looking == {"event_not_found", "invalid_input"}


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example with its schema, by a name that tells where it stands."""
    places = [
        *((f"{route} sends", operation.get("requestBody", {})) for route, operation in OPERATIONS.items()),
        *(
            (f"{route} answers {status}", response)
            for route, operation in OPERATIONS.items()
            for status, response in operation["responses"].items()
        ),
        *reference()["components"]["responses"].items(),
    ]
    for place, part in places:
        for content in part.get("content", {}).values():
            assert content["examples"], place
            for name, example in content["examples"].items():
                yield f"{place}: {name}", content["schema"], example["value"]


EXAMPLES = {name: (schema, value) for name, schema, value in examples()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_what_its_schema_says(name: str) -> None:
    assert faults(*EXAMPLES[name]) == []


def test_a_field_nobody_described_would_be_noticed() -> None:
    schema, value = EXAMPLES["POST /tickets answers 202: the prompt is on the phone"]
    assert faults(schema, {**value, "surprise": 1})
    assert faults(schema, {**value, "amount": "5000"})
    assert faults(schema, {**value, "expires_at": "soon"})
    assert faults(schema, {key: each for key, each in value.items() if key != "order_id"})


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_every_body_that_is_shown_is_one_the_function_takes(route: Any) -> None:
    model = read_function(route.function).body
    shown = OPERATIONS[route.name].get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in shown.get("examples", {}).values():
        assert model is None or model.model_validate(example["value"])


@pytest.mark.parametrize("route", [name for name, each in OPERATIONS.items() if "422" in each["responses"]])
def test_a_422_shows_the_fields_that_are_wrong(route: str) -> None:
    shown = OPERATIONS[route]["responses"]["422"]["content"]["application/json"]["examples"]["invalid_input"]["value"]
    assert shown["errors"]
    assert all(each["field"] and each["message"] for each in shown["errors"])


def test_a_purchase_takes_a_key_and_may_say_when_to_come_back() -> None:
    buying = OPERATIONS["POST /tickets"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in buying["parameters"]
    assert all("Retry-After" in buying["responses"][status]["headers"] for status in ("409", "503"))


def test_every_status_of_an_order_is_explained() -> None:
    assert set(STATUSES) == set(get_args(OrderStatus))
    assert all(f"| `{status}` |" in reference()["info"]["description"] for status in STATUSES)


def test_what_has_no_words_yet_is_named() -> None:
    with pytest.raises(Unsaid, match=r"Order\.colour"):
        described("Order", {"colour": {"type": "string"}})


def test_no_words_are_left_over_from_what_is_gone() -> None:
    components = reference()["components"]["schemas"]
    fields = {f"{model}.{field}" for model, schema in components.items() for field in schema.get("properties", {})}
    asked = {
        parameter["name"]
        for each in OPERATIONS.values()
        for parameter in each.get("parameters", [])
        if "name" in parameter
    }
    names = {field.partition(".")[2] for field in fields} | asked
    for key in {*FIELDS, *SCHEMAS}:
        model, _, field = key.rpartition(".")
        assert key in fields or (field in names and model not in components), key
    documented = {code for operation in OPERATIONS.values() for _, code in documented_codes(operation)}
    assert set(ADVICE) <= documented | AT_ANY_TIME | {UNMATCHED}
    taken = {function.query or function.body for route in routes() if (function := read_function(route.function))}
    assert set(WRONG_BODIES) <= {model.__name__ for model in taken if model}
