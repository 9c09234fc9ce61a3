"""The edge that all functions share."""

import base64
import json
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import BaseModel
from pynamodb.exceptions import GetError

from tests.unit.conftest import LAMBDA_CONTEXT
from tiketi.errors import Refusal
from tiketi.http import Request, Response, content, endpoint, ok
from tiketi.messages import REFUSALS, language_of, say


class Input(BaseModel):
    count: int


def call(answer: Any, **event: Any) -> Any:
    base = {"httpMethod": "POST", "path": "/x", "headers": {"content-type": "application/json"}, "body": None}
    context = {"requestId": "request-1", "identity": {"sourceIp": "1.2.3.4"}}
    result = endpoint(answer)({**base, "requestContext": context, **event}, cast(LambdaContext, LAMBDA_CONTEXT))
    return result["statusCode"], json.loads(result["body"]) if result["body"] else None, result["headers"]


def read_input(request: Request) -> Response:
    return ok({"count": request.json(Input).count})


def test_an_unexpected_error_tells_the_client_a_request_id_and_the_log_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(request: Request) -> Response:
        raise ZeroDivisionError("a secret detail")

    status, body, _ = call(fail)
    assert (status, body["code"], body["request_id"]) == (500, "internal_error", "request-1")
    assert "secret" not in json.dumps(body)
    assert "a secret detail" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 503), ("ValidationException", 500)])
def test_a_table_that_throttles_is_busy_and_one_that_fails_is_our_error(code: str, status: int) -> None:
    def fail(request: Request) -> Response:
        raise GetError("no", ClientError({"Error": {"Code": code}}, "GetItem"))

    found, body, headers = call(fail)
    assert found == status
    assert ("Retry-After" in headers) == (status == 503)
    assert body["message"]


def test_a_body_in_base64_is_read() -> None:
    status, body, _ = call(read_input, body=base64.b64encode(b'{"count": 3}').decode(), isBase64Encoded=True)
    assert (status, body) == (200, {"count": 3})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "broken_json"),
        ("", "broken_json"),
        ("[" * 200_000, "body_too_large"),
        ('"x"', "not_an_object"),
        ('{"count": "x"}', "invalid_input"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: str, code: str) -> None:
    status, answer, _ = call(read_input, body=body)
    assert 400 <= status < 500
    assert answer["code"] == code


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(content_type: str) -> None:
    status, body, _ = call(read_input, body="{}", headers={"Content-Type": content_type})
    assert (status, body["code"]) == (415, "wrong_content_type")


def test_base64_that_is_none_is_refused_not_a_500() -> None:
    status, _, _ = call(read_input, body="%%%", isBase64Encoded=True)
    assert 400 <= status < 500


def test_who_was_not_let_in_by_the_authorizer_is_nobody() -> None:
    status, body, _ = call(lambda request: ok(request.caller.user_id))
    assert (status, body["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sw", "sw"),
        ("sw-KE,en;q=0.8", "sw"),
        ("en-GB,sw", "en"),
        ("fr,sw;q=0.5", "sw"),
        ("*", "en"),
        (";;,", "en"),
    ],
)
def test_the_language_is_the_first_we_speak(header: str, language: str) -> None:
    assert language_of(header) == language


class Anything(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_has_words_in_both_languages_with_the_same_blanks(code: str) -> None:
    words = REFUSALS[code]
    assert 400 <= words.status < 600
    assert say(code, "en", Anything()) != say(code, "sw", Anything())
    blanks = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (words.en, words.sw)]
    assert blanks[0] == blanks[1]


def test_a_refusal_with_fields_names_them_in_its_message() -> None:
    def refuse(request: Request) -> Response:
        request.json(Input)
        return ok(None)

    _, body, _ = call(refuse, body="{}")
    assert body["errors"] == [{"field": "count", "message": "This is needed."}]
    assert "count" in body["message"]
    _, body, _ = call(refuse, body="{}", headers={"content-type": "application/json", "accept-language": "sw"})
    assert body["errors"][0]["message"] == "Sehemu hii inahitajika."


def test_a_refusal_that_says_when_to_come_back_says_it_in_a_header() -> None:
    def refuse(request: Request) -> Response:
        raise Refusal("request_in_progress", retry_after=2)

    assert call(refuse)[2]["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("context", "url"),
    [
        (
            {
                "domainName": "abc.execute-api.af-south-1.amazonaws.com",
                "path": "/v1/tickets",
                "resourcePath": "/tickets",
            },
            "https://abc.execute-api.af-south-1.amazonaws.com/v1",
        ),
        ({"domainName": "api.example.com", "path": "/tickets", "resourcePath": "/tickets"}, "https://api.example.com"),
    ],
)
def test_links_and_callbacks_come_where_the_request_came(
    monkeypatch: pytest.MonkeyPatch, context: dict[str, str], url: str
) -> None:
    from tiketi import http
    from tiketi.settings import Settings

    monkeypatch.setattr(http, "settings", lambda: Settings())
    request = Request({"requestContext": context})
    assert (request.callback_url, request.public_url) == (url, url)


def test_people_s_links_and_m_pesa_s_callbacks_have_an_address_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from tiketi import http
    from tiketi.settings import Settings

    both = Settings(mpesa_callback_url="https://api.example.com/v1/", public_url="https://tiketi.example/")
    monkeypatch.setattr(http, "settings", lambda: both)
    request = Request({"requestContext": {}})
    assert (request.callback_url, request.public_url) == ("https://api.example.com/v1", "https://tiketi.example")


def test_text_of_another_type_reaches_the_client_as_it_is() -> None:
    result = answered(content("<p>Karibu</p>", "text/html; charset=utf-8", {"Cache-Control": "private"}))
    assert (result["body"], result["isBase64Encoded"]) == ("<p>Karibu</p>", False)
    assert result["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert result["headers"]["Cache-Control"] == "private"


def test_bytes_travel_in_base64() -> None:
    result = answered(content(b"\x89PNG\xff", "image/png"))
    assert result["isBase64Encoded"] is True
    assert base64.b64decode(result["body"]) == b"\x89PNG\xff"


def answered(response: Response) -> dict[str, Any]:
    event = {"httpMethod": "GET", "path": "/x", "headers": {}, "requestContext": {}}
    return endpoint(lambda request: response)(event, cast(LambdaContext, LAMBDA_CONTEXT))
