"""The proxy before the embedded API Gateway, with a server of our own in its place."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from local.gateway import MAX_BODY_BYTES, Upstream, application

STAGE = "/_aws/execute-api/abc/v1"
RESPONSES = {
    "REQUEST_TOO_LARGE": {
        "statusCode": "413",
        "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin"},
        "responseTemplates": {"application/json": '{"code":"body_too_large","request_id":"$context.requestId"}'},
    },
    "DEFAULT_5XX": {
        "responseTemplates": {"application/json": '{"code":"internal_error","request_id":"$context.requestId"}'}
    },
}

type Answer = Callable[[web.Request], Awaitable[web.Response]]
type Client = TestClient[web.Request, web.Application]


def asynchronous[**Arguments](test: Callable[Arguments, Coroutine[Any, Any, None]]) -> Callable[Arguments, None]:
    @wraps(test)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@asynccontextmanager
async def gateway_before(answer: Answer, *, max_in_flight: int = 8, seconds: float = 29) -> AsyncGenerator[Client]:
    upstream = web.Application(client_max_size=MAX_BODY_BYTES * 2)
    upstream.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(upstream) as server:
        stage = str(server.make_url(STAGE))
        gateway = application(Upstream(stage, max_in_flight=max_in_flight, responses=RESPONSES, seconds=seconds))
        client: Client = TestClient(TestServer(gateway))
        async with client:
            yield client


async def echo(request: web.Request) -> web.Response:
    seen = {
        "method": request.method,
        "target": request.raw_path,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": len(await request.read()),
    }
    return web.json_response(seen, status=207, headers={"X-Answer": "42"})


async def never(request: web.Request) -> web.Response:
    raise AssertionError("the request must not get this far")


@asynchronous
async def test_a_request_arrives_as_it_was_sent_and_its_answer_comes_back() -> None:
    async with gateway_before(echo) as client:
        answer = await client.put("/v1/events", data="nyama & ugali", headers={"X-Thing": "7", "Origin": "http://x"})
        seen = await answer.json()
        assert (answer.status, answer.headers["X-Answer"]) == (207, "42")
        assert (seen["method"], seen["body"]) == ("PUT", len("nyama & ugali"))
        assert (seen["headers"]["x-thing"], seen["headers"]["origin"]) == ("7", "http://x")
        assert seen["headers"]["host"] == f"{client.host}:{client.port}"


@asynchronous
async def test_path_and_query_keep_their_escapes() -> None:
    async with gateway_before(echo) as client:
        target = "/events/a%2fb%41?q=%20x&q=1%2b1&empty"
        address = URL(f"http://{client.host}:{client.port}/v1{target}", encoded=True)
        seen = await (await client.session.get(address)).json()
        assert seen["target"] == f"{STAGE}{target}"


@asynchronous
async def test_a_caller_cannot_choose_the_address_it_is_seen_at() -> None:
    async with gateway_before(echo) as client:
        seen = await (await client.get("/v1/user", headers={"X-Forwarded-For": "196.201.214.200"})).json()
        assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"


@asynchronous
async def test_a_preflight_is_left_to_the_api() -> None:
    async with gateway_before(echo) as client:
        seen = await (await client.options("/v1/tickets")).json()
        assert (seen["method"], seen["target"]) == ("OPTIONS", f"{STAGE}/tickets")


@asynchronous
async def test_only_so_many_requests_are_in_flight_and_the_rest_wait_in_line() -> None:
    at_once, most, gate = 0, 0, asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == 3:
            gate.set()
        await gate.wait()
        # A fourth that were let through would arrive while these three rest.
        await asyncio.sleep(0.05)
        at_once -= 1
        return web.Response()

    async with gateway_before(answer, max_in_flight=3) as client:
        answers = await asyncio.gather(*(client.get("/v1/events") for _ in range(12)))
        assert [each.status for each in answers] == [200] * 12
        assert most == 3


@asynchronous
async def test_a_body_of_ten_megabytes_passes() -> None:
    async with gateway_before(echo) as client:
        seen = await (await client.post("/v1/events", data=b"x" * MAX_BODY_BYTES)).json()
        assert seen["body"] == MAX_BODY_BYTES


@asynchronous
async def test_a_larger_body_is_refused_in_the_shape_the_template_chose() -> None:
    async with gateway_before(never) as client:
        answer = await client.post("/v1/events", data=b"x" * (MAX_BODY_BYTES + 1), headers={"Origin": "http://x"})
        body = await answer.json()
        assert (answer.status, body["code"]) == (413, "body_too_large")
        assert body["request_id"] == answer.headers["x-amzn-RequestId"]
        assert answer.headers["Access-Control-Allow-Origin"] == "http://x"


@asynchronous
async def test_a_function_that_crashed_is_told_in_the_same_shape_without_its_words() -> None:
    async def crashed(request: web.Request) -> web.Response:
        return web.json_response({"message": '{"errorMessage": "KeyError: PASSWORD"}'}, status=502)

    async with gateway_before(crashed) as client:
        answer = await client.get("/v1/events")
        assert (answer.status, (await answer.json())["code"]) == (502, "internal_error")
        assert "PASSWORD" not in await answer.text()


@asynchronous
async def test_an_error_that_a_function_worded_itself_is_left_alone() -> None:
    own = {"message": "Daraja is away.", "code": "daraja_unavailable", "request_id": "1"}

    async def refuse(request: web.Request) -> web.Response:
        return web.json_response(own, status=503)

    async with gateway_before(refuse) as client:
        answer = await client.get("/v1/events")
        assert (answer.status, await answer.json()) == (503, own)


@asynchronous
async def test_a_function_that_takes_too_long_is_a_504() -> None:
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    async with gateway_before(slow, seconds=0.1) as client:
        answer = await client.get("/v1/events")
        release.set()
        assert (answer.status, (await answer.json())["code"]) == (504, "internal_error")


@asynchronous
async def test_an_embedded_aws_that_is_gone_is_a_5xx_in_the_same_shape() -> None:
    gateway = application(Upstream("http://127.0.0.1:1/v1", responses=RESPONSES))
    async with TestServer(gateway) as proxy, TestClient(proxy) as client:
        answer = await client.get("/v1/events")
        assert (answer.status, (await answer.json())["code"]) == (504, "internal_error")


@asynchronous
async def test_the_reference_page_needs_no_network() -> None:
    async with gateway_before(never) as client:
        page = await (await client.get("/docs")).text()
        assert "https://" not in page
        script = await client.get("/docs/swagger-ui-bundle.min.js")
        assert (script.status, script.content_type) == (200, "text/javascript")
