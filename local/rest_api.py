"""Completes a REST API that was imported from an OpenAPI body.

API Gateway reads two extensions there that MiniStack passes over: methods that take any verb, and gateway responses.
Both are added through API Gateway's own calls, from the very body that was deployed.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.embedded_aws import EmbeddedAws
from local.options import REGION

ANY_METHOD = "x-amazon-apigateway-any-method"
GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
ACCOUNT = "000000000000"
_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}")


def complete(aws: EmbeddedAws, api_id: str, stage: str, body: Mapping[str, Any], resources: Mapping[str, str]) -> None:
    _add_any_methods(aws, api_id, body, resources)
    for response_type, response in body.get(GATEWAY_RESPONSES, {}).items():
        aws.apigateway.put_gateway_response(
            restApiId=api_id,
            responseType=response_type,
            responseParameters=response.get("responseParameters", {}),
            responseTemplates=response.get("responseTemplates", {}),
            **({"statusCode": str(response["statusCode"])} if "statusCode" in response else {}),
        )
    aws.apigateway.create_deployment(restApiId=api_id, stageName=stage)


def _add_any_methods(aws: EmbeddedAws, api_id: str, body: Mapping[str, Any], resources: Mapping[str, str]) -> None:
    items = aws.apigateway.get_resources(restApiId=api_id, limit=500)["items"]
    ids = {item.get("path", ""): item.get("id", "") for item in items}
    for path, methods in body.get("paths", {}).items():
        if ANY_METHOD not in methods:
            continue
        if methods[ANY_METHOD].get("security", []) != [{"NONE": []}]:
            raise NotImplementedError(f"{path}: an ANY method with an authorizer does not work locally")
        aws.apigateway.put_method(restApiId=api_id, resourceId=ids[path], httpMethod="ANY", authorizationType="NONE")
        aws.apigateway.put_integration(
            restApiId=api_id,
            resourceId=ids[path],
            httpMethod="ANY",
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=_invocation_uri(methods[ANY_METHOD]["x-amazon-apigateway-integration"]["uri"], resources),
        )


def _invocation_uri(uri: object, resources: Mapping[str, str]) -> str:
    """`${Function.Arn}` of the template, resolved: the processed template still has its intrinsic functions."""
    found = _FUNCTION.search(json.dumps(uri))
    if found is None:
        raise NotImplementedError(f"not the integration of a function: {uri}")
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{resources[found[1]]}"
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
