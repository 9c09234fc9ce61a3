from local.gateway_responses import gateway_response

CUSTOM = {
    "THROTTLED": {
        "statusCode": "429",
        "responseParameters": {
            "gatewayresponse.header.Vary": "'Origin'",
            "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
        },
        "responseTemplates": {"application/json": '{"message":$context.error.messageString,"id":"$context.requestId"}'},
    },
    "DEFAULT_4XX": {"responseTemplates": {"application/json": '{"code":"bad_request"}'}},
}


def test_a_customized_type_is_answered_as_the_template_says() -> None:
    answer = gateway_response(
        CUSTOM, "THROTTLED", 429, "Too Many Requests", request_id="r1", request_headers={"origin": "http://x"}
    )
    assert answer.status == 429
    assert answer.body == '{"message":"Too Many Requests","id":"r1"}'
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://x"


def test_a_header_whose_source_the_request_lacks_is_left_out() -> None:
    answer = gateway_response(CUSTOM, "THROTTLED", 429, "", request_id="r1", request_headers={})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_type_that_is_not_customized_takes_the_default_of_its_family_and_keeps_its_status() -> None:
    answer = gateway_response(CUSTOM, "REQUEST_TOO_LARGE", 413, "", request_id="r1", request_headers={})
    assert (answer.status, answer.body) == (413, '{"code":"bad_request"}')


def test_without_any_customization_there_is_still_a_message() -> None:
    answer = gateway_response({}, "DEFAULT_5XX", 500, "Internal server error", request_id="r1", request_headers={})
    assert '"message":"Internal server error"' in answer.body
