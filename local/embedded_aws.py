"""Clients of the embedded AWS, and what the stack asks it directly."""

from collections.abc import Mapping
from typing import Any

import boto3

from local.options import REGION, SECRETS_PREFIX, STACK_NAME

ARTIFACTS = "tiketi-local-artifacts"


class EmbeddedAws:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self.cloudformation = session.client("cloudformation", endpoint_url=endpoint)
        self.apigateway = session.client("apigateway", endpoint_url=endpoint)
        self.ssm = session.client("ssm", endpoint_url=endpoint)
        self.logs = session.client("logs", endpoint_url=endpoint)
        self._s3: Any = session.client("s3", endpoint_url=endpoint)

    def make_artifact_bucket(self) -> None:
        self._s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})

    def put_secrets(self, secrets: Mapping[str, str]) -> None:
        for name, value in secrets.items():
            self.ssm.put_parameter(Name=f"{SECRETS_PREFIX}/{name}", Value=value, Type="SecureString", Overwrite=True)

    def template(self) -> dict[str, Any]:
        """The deployed template, SAM's macros expanded."""
        answer = self.cloudformation.get_template(StackName=STACK_NAME, TemplateStage="Processed")
        body: Any = answer["TemplateBody"]
        return body

    def resources(self) -> dict[str, str]:
        """Physical ids by logical id."""
        answer = self.cloudformation.describe_stack_resources(StackName=STACK_NAME)
        return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in answer["StackResources"]}

    def first_failure(self) -> str | None:
        """Which resource broke the deployment, and why; None when there is no stack to ask."""
        try:
            events = self.cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
        except self.cloudformation.exceptions.ClientError:
            return None
        failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
        for event in reversed(failed):
            return f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
        return None
