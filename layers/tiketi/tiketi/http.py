"""Between API Gateway and the domain: `@endpoint` turns a function of a Request into a Lambda handler.

All functions share it, so all answer alike: one error shape, CORS, a 4xx for whatever a client sends. Answers are
JSON, but for the few that say what else they are: a page, an image, a file.
"""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError
from pynamodb.exceptions import PynamoDBException

from tiketi.accounts.roles import GATE_STAFF
from tiketi.errors import FieldError, Refusal, invalid_field
from tiketi.logs import flush_metrics, logger
from tiketi.messages import FIELD_WORDS_EN, FIELD_WORDS_SW, REFUSALS, Language, language_of, say
from tiketi.settings import settings
from tiketi.table import THROTTLES

JSON = "application/json; charset=utf-8"
ALLOWED_HEADERS = "Authorization,Content-Type,Idempotency-Key,Accept-Language"


@dataclass(frozen=True)
class Response:
    """`body` is anything JSON can say, or text or bytes of another `content_type`."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict[str, str])
    content_type: str = JSON


@dataclass(frozen=True)
class Caller:
    """Whom the authorizer let in. Gate staff have the id of their invitation, and the event they may scan."""

    user_id: str
    role: str
    event_id: str = ""


class Request:
    """An API Gateway proxy event, read as what it means."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = event
        self.method = str(event.get("httpMethod", ""))
        self.path = str(event.get("path", ""))
        self.query: dict[str, str] = event.get("queryStringParameters") or {}
        self.path_parameters: dict[str, str] = event.get("pathParameters") or {}
        self.headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.context: dict[str, Any] = event.get("requestContext") or {}

    @property
    def id(self) -> str:
        return str(self.context.get("requestId", ""))

    @property
    def language(self) -> Language:
        return language_of(self.headers.get("accept-language") or "")

    @property
    def source_ip(self) -> str:
        """The address API Gateway saw; `X-Forwarded-For` is the caller's own claim and is not read."""
        return str((self.context.get("identity") or {}).get("sourceIp", ""))

    @property
    def idempotency_key(self) -> str:
        """Empty when the client sent none. Raises Refusal when it is longer than 255 characters."""
        key = (self.headers.get("idempotency-key") or "").strip()
        if len(key) > 255:
            raise invalid_field("Idempotency-Key", "string_too_long", "At most 255 characters.", max_length=255)
        return key

    @property
    def public_url(self) -> str:
        """Where links lead that people open, stage or base path included and no slash at the end."""
        return settings().public_url.rstrip("/") or self._own_url

    @property
    def callback_url(self) -> str:
        """Where M-PESA reaches this API, in the same form."""
        return settings().mpesa_callback_url.rstrip("/") or self._own_url

    @property
    def _own_url(self) -> str:
        prefix = str(self.context.get("path", "")).removesuffix(str(self.context.get("resourcePath", "")))
        return f"https://{self.context.get('domainName', '')}{prefix}"

    @property
    def caller(self) -> Caller:
        """Who asks, and never gate staff: what is not written for them stays closed to them."""
        caller = self._authorized
        if caller.role == GATE_STAFF:
            raise Refusal("gate_staff_may_only_scan")
        return caller

    @property
    def gate_staff(self) -> Caller:
        """The gate staff that asks, who must be of the event in the path."""
        caller = self._authorized
        if caller.role != GATE_STAFF or caller.event_id != self.path_parameters.get("event_id"):
            raise Refusal("gate_staff_only")
        return caller

    @property
    def _authorized(self) -> Caller:
        authorizer = self.context.get("authorizer") or {}
        if not authorizer.get("user_id"):
            raise Refusal("not_signed_in")
        return Caller(
            user_id=str(authorizer["user_id"]),
            role=str(authorizer.get("role", "customer")),
            event_id=str(authorizer.get("event_id", "")),
        )

    @property
    def organizer(self) -> Caller:
        """The caller, who must be an organizer."""
        if self.caller.role != "organizer":
            raise Refusal("organizers_only")
        return self.caller

    def raw_body(self) -> str:
        """Raises Refusal `body_too_large`. A body in base64 is decoded."""
        body = self.event.get("body") or ""
        limit = settings().max_body_bytes
        if len(body) > limit * 2:
            raise Refusal("body_too_large", limit=limit)
        data = base64.b64decode(body) if self.event.get("isBase64Encoded") else str(body).encode()
        if len(data) > limit:
            raise Refusal("body_too_large", limit=limit)
        return data.decode("utf-8", "replace")

    def json[Input: BaseModel](self, model: type[Input]) -> Input:
        """The body as `model`. Raises Refusal with every field that is wrong."""
        body = self.raw_body()
        content_type = (self.headers.get("content-type") or "").split(";")[0].strip().lower()
        if content_type != "application/json" and not content_type.endswith("+json"):
            raise Refusal("wrong_content_type")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Refusal("broken_json", detail=_json_detail(error)) from error
        if not isinstance(data, dict):
            raise Refusal("not_an_object")
        return validated(model, data)

    def query_as[Input: BaseModel](self, model: type[Input]) -> Input:
        return validated(model, self.query)


def _json_detail(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else "a number in it is too long"


def validated[Input: BaseModel](model: type[Input], data: object) -> Input:
    """Raises Refusal `invalid_input`, naming every field that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fields = tuple(
            FieldError(
                ".".join(str(part) for part in detail["loc"]) or "body",
                detail["type"],
                detail["msg"].removeprefix("Value error, "),
                dict(detail.get("ctx") or {}),
            )
            for detail in error.errors(include_url=False, include_input=False)
        )
        raise Refusal("invalid_input", fields=fields) from error


def error_response(refusal: Refusal, request_id: str, language: Language = "en") -> Response:
    fields = [{"field": each.field, "message": _field_message(each, language)} for each in refusal.fields]
    names = ", ".join(each.field for each in refusal.fields)
    body: dict[str, Any] = {
        "success": False,
        "message": say(refusal.code, language, {"fields": names, **refusal.params}),
        "code": refusal.code,
        "request_id": request_id,
    }
    if fields:
        body["errors"] = fields
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return Response(REFUSALS[refusal.code].status, body, headers)


def _field_message(error: FieldError, language: Language) -> str:
    words = (FIELD_WORDS_SW if language == "sw" else FIELD_WORDS_EN).get(error.code)
    return words.format_map(error.params) if words else error.message


def cors_headers(origin: str | None) -> dict[str, str]:
    """Headers that let a browser at `origin` read the answer; none when the origin is not configured."""
    allowed = settings().cors_allowed_origins
    if not origin or not (origin in allowed or "*" in allowed):
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE,OPTIONS",
        "Access-Control-Expose-Headers": "Retry-After,X-Request-Id,Link",
        "Access-Control-Max-Age": "7200",
        "Vary": "Origin",
    }


Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def endpoint(answer: Callable[[Request], Response]) -> Handler:
    """A Lambda handler that answers one route of the API.

    A Refusal becomes its 4xx; any other exception is logged with its trace and becomes a 500 that tells only the
    request id. The request's id is the correlation id of every line logged, and of what the request sets in motion.
    """

    @logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
    @wraps(answer)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = Request(event)
        request_id = request.id or context.aws_request_id
        try:
            response = answer(request)
        except Refusal as refusal:
            logger.info("refused", extra={"code": refusal.code, "fields": [each.field for each in refusal.fields]})
            response = error_response(refusal, request_id, request.language)
        except PynamoDBException as error:
            throttled = error.cause_response_code in THROTTLES
            logger.exception("the table did not answer", extra={"throttled": throttled})
            refusal = Refusal("busy", retry_after=1) if throttled else Refusal("internal_error")
            response = error_response(refusal, request_id, request.language)
        except Exception:
            logger.exception("unexpected error")
            response = error_response(Refusal("internal_error"), request_id, request.language)
        flush_metrics()
        return _proxy_result(response, request_id, request.headers.get("origin"))

    return handler


def _proxy_result(response: Response, request_id: str, origin: str | None) -> dict[str, Any]:
    binary = isinstance(response.body, bytes)
    return {
        "statusCode": response.status,
        "headers": {
            "Content-Type": response.content_type,
            "Cache-Control": "no-store",
            "X-Request-Id": request_id,
            "X-Content-Type-Options": "nosniff",
            **cors_headers(origin),
            **response.headers,
        },
        "body": _body_text(response),
        "isBase64Encoded": binary,
    }


def _body_text(response: Response) -> str:
    if isinstance(response.body, bytes):
        return base64.b64encode(response.body).decode()
    if response.content_type != JSON:
        return str(response.body)
    return "" if response.body is None else json.dumps(response.body, ensure_ascii=False, separators=(",", ":"))


def ok(body: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(200, body, headers or {})


def created(body: Any) -> Response:
    return Response(201, body)


def accepted(body: Any) -> Response:
    return Response(202, body)


def zipped(request: Request, response: Response) -> Response:
    """The same answer, compressed when the client understands that."""
    if "gzip" not in (request.headers.get("accept-encoding") or "").lower():
        return response
    body = gzip.compress(_body_text(response).encode(), mtime=0)
    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Origin, Accept-Encoding"}
    return Response(response.status, body, headers, response.content_type)


def redirect(location: str) -> Response:
    return Response(302, None, {"Location": location, "Referrer-Policy": "no-referrer"})


def content(body: str | bytes, content_type: str, headers: dict[str, str] | None = None) -> Response:
    """Something else than JSON; bytes reach the client as they are (the API treats every media type as binary)."""
    return Response(200, body, headers or {}, content_type)
