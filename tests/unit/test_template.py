"""What the template must keep to, whoever adds to it next."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.put_secrets import OPTIONAL, OURS, SAFARICOMS
from tests.unit.conftest import StrictLoader
from tiketi.catalogue.changes import CLAIM_SECONDS
from tiketi.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {
    "POST /register",
    "POST /login",
    "GET /events",
    "GET /events/search",
    "GET /events/popular",
    "GET /events/category_count/{category}",
    "GET /events/{event_id}",
    "POST /gate/sessions",
    "POST /confirmations/{token}",
    "POST /confirmations/{token}/validation",
    "POST /mpesa_callback",
    "POST /mpesa_callback/{token}",
    "POST /payments/{token}/result",
    "GET /.well-known/jwks.json",
    "GET /t/{link}",
    "GET /t/{link}/pdf",
    "GET /t/{link}/calendar.ics",
    "GET /t/{link}/qr.png",
    "GET /t/worker.js",
    "GET /t/{link}/apple.pkpass",
    "GET /t/{link}/google",
    "POST /refunds/{token}/result",
    "POST /refunds/{token}/timeout",
    "GET /gate",
    "GET /gate/{file}",
    "ANY /{proxy+}",
    "ANY /",
}
"""Every other route needs a token: the authorizer is the API's default."""


class Loader(StrictLoader):
    """Reads `!Ref Table` as `{"!Ref": "Table"}`."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{suffix}": loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{suffix}": loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {f"!{suffix}": loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _short_form)
TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
EVENTS = {
    f"{name}.{event}": each
    for name, function in FUNCTIONS.items()
    for event, each in function.get("Events", {}).items()
}


def test_every_function_of_the_tree_is_deployed_and_every_deployed_one_is_there() -> None:
    there = {str(app.parent.relative_to(ROOT)) for app in (ROOT / "functions").glob("*/*/app.py")}
    assert {function["CodeUri"] for function in FUNCTIONS.values()} == there


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_sample_event_that_is_json(name: str) -> None:
    path = ROOT / FUNCTIONS[name]["CodeUri"].replace("functions/", "events/")
    assert json.loads(path.with_suffix(".json").read_text())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_may_do_anything_or_touch_everything(name: str) -> None:
    for policy in FUNCTIONS[name].get("Policies", []):
        assert isinstance(policy, dict), "a managed policy names no resource of ours"
        for statement in policy["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            assert not [action for action in actions if "*" in action]
            assert not [resource for resource in resources if "*" in json.dumps(resource)]


def test_what_is_granted_on_a_condition_is_as_narrow_and_sms_go_to_phone_numbers_alone() -> None:
    for name, policy in of_type("AWS::IAM::Policy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert "*" not in json.dumps(statement["Action"]), name
            if "NotResource" in statement:
                assert statement["Action"] == "sns:Publish"
                assert statement["NotResource"] == {"!Sub": "arn:${AWS::Partition}:sns:*:*:*"}
            else:
                assert "*" not in json.dumps(statement["Resource"]), name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_is_given_a_secret_in_its_environment(name: str) -> None:
    given = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
    assert not {*OURS, *SAFARICOMS, *OPTIONAL} & set(given)


def test_whatever_answers_a_link_knows_where_links_lead() -> None:
    answering = {
        name
        for name, function in FUNCTIONS.items()
        if "request.public_url" in (ROOT / function["CodeUri"] / "app.py").read_text()
    }
    assert "InviteStaffFunction" in answering
    for name in answering:
        assert FUNCTIONS[name]["Environment"]["Variables"]["PUBLIC_URL"] == {"!Ref": "PublicUrl"}, name


def test_every_variable_of_a_function_is_a_setting() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    given = {name for function in FUNCTIONS.values() for name in function.get("Environment", {}).get("Variables", {})}
    ours = {name for name in {*everywhere, *given} if not name.startswith("POWERTOOLS_")}
    assert {name.lower() for name in ours} <= set(Settings.model_fields)


def test_a_name_that_stands_twice_in_the_template_is_seen() -> None:
    with pytest.raises(ValueError, match="line 1: twice Conditions"):
        yaml.load("Conditions: {A: 1}\nConditions: {B: 1}", Loader=StrictLoader)


def test_only_the_routes_that_are_meant_to_be_public_are() -> None:
    open_routes = {
        f"{each['Properties']['Method']} {each['Properties']['Path']}"
        for each in EVENTS.values()
        if each["Type"] == "Api" and each["Properties"].get("Auth", {}).get("Authorizer") == "NONE"
    }
    assert open_routes == PUBLIC
    assert RESOURCES["Api"]["Properties"]["Auth"]["DefaultAuthorizer"] == "TokenAuthorizer"


STREAMS = {name: each["Properties"] for name, each in EVENTS.items() if each["Type"] == "DynamoDB"}


@pytest.mark.parametrize("name", STREAMS)
def test_a_poisonous_record_of_the_stream_delays_nobody_for_long(name: str) -> None:
    source = STREAMS[name]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < source["MaximumRetryAttempts"] <= 20
    assert 0 < source["MaximumRecordAgeInSeconds"] <= 86_400
    assert source["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert all(json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"])


def test_a_queue_gives_up_into_a_failure_queue() -> None:
    for name, queue in of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True
        assert name.endswith("FailureQueue") or queue["RedrivePolicy"]["maxReceiveCount"] > 0, name


def test_a_claim_on_an_event_outlasts_every_function_that_may_have_it() -> None:
    longest = max(FUNCTIONS[f"{name}Function"].get("Timeout", 29) for name in ("ReclaimStock", "UpdateEvent"))
    assert longest < CLAIM_SECONDS


def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_work() -> None:
    """AWS: "set the queue's visibility timeout to six times your function's timeout"."""
    for name, each in EVENTS.items():
        if each["Type"] == "SQS":
            queue = RESOURCES[each["Properties"]["Queue"]["!GetAtt"].removesuffix(".Arn")]["Properties"]
            assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS[name.split(".")[0]]["Timeout"]


def test_every_failure_queue_has_an_alarm_and_every_alarm_a_page() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    watched = json.dumps(alarms)
    for queue in of_type("AWS::SQS::Queue"):
        assert not queue.endswith("FailureQueue") or f"{queue}.QueueName" in watched, queue
    pages = (ROOT / "docs/operations.md").read_text()
    assert not [name for name in alarms if f"## {name}\n" not in pages]
    assert all(alarm["AlarmActions"] for alarm in alarms.values())


def test_logs_are_kept_for_a_time_and_not_for_ever() -> None:
    assert all(group["RetentionInDays"] <= 90 for group in of_type("AWS::Logs::LogGroup").values())
    assert TEMPLATE["Globals"]["Function"]["LoggingConfig"]["LogGroup"] == {"!Ref": "LogGroup"}


def test_the_table_survives_the_stack_and_can_be_brought_back() -> None:
    table = RESOURCES["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert len(table["Properties"]["GlobalSecondaryIndexes"]) <= 2
