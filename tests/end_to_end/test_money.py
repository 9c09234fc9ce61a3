"""Every shilling, through the whole system: what only C2B tells, a stream that comes again, a poisonous record."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3

from local.embedded_aws import EmbeddedAws
from local.options import REGION
from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Phones
from tests.end_to_end.operator import operator
from tests.end_to_end.test_refunds import simulator

SANDBOX_SHORT_CODE = "174379"
SETTLED = ("payment", "receipt", "refund", "ledger", "ticket", "stock", "confirmation")
"""Kinds of items that a stream which comes again must leave as they are."""


def aws(stack: RunningStack, service: str) -> Any:
    return boto3.client(
        service,  # pyright: ignore[reportArgumentType, reportCallIssue]
        endpoint_url=stack.aws_endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def items(stack: RunningStack) -> dict[tuple[str, str], Any]:
    pages = aws(stack, "dynamodb").get_paginator("scan").paginate(TableName=stack.table_name, ConsistentRead=True)
    return {
        (item["PK"]["S"], item["SK"]["S"]): item
        for page in pages
        for item in page["Items"]
        if item["type"]["S"] in SETTLED
    }


def reconcile(stack: RunningStack) -> str:
    return operator(stack, "reconcile", "--table", stack.table_name, "--all", succeeds=False)


def test_money_that_only_a_confirmation_tells_of_buys_its_ticket(
    stack: RunningStack, organizer: Client, customer: Client, phones: Phones, phone: str
) -> None:
    """Daraja's answer to the push is lost, so nothing can be asked for, and the callback is lost as well."""
    address = ("--stage", "local", "--api", stack.api_url, "--short-code", SANDBOX_SHORT_CODE)
    said = operator(stack, "register_confirmations", *address, MPESA_BASE_URL=stack.daraja_url)
    assert "Success" in said
    event = organizer.create_event()
    phones.will(phone, behaviour="approve", push={"answer": "lost"}, callback={"lost": True})
    bought = customer.buy(event, "VIP", phone).json()
    assert bought["checkout_request_id"] is None
    order = customer.order_ended(bought["order_id"])
    assert (order["status"], len(order["tickets"])) == ("completed", 1)
    assert order["receipt"]


def test_money_paid_by_hand_for_an_order_that_is_paid_is_reversed(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    event = organizer.create_event()
    bought = customer.buy(event, "VIP", phone).json()
    assert customer.order_ended(bought["order_id"])["status"] == "completed"
    token = _daraja_token(stack)
    body = {
        "ShortCode": SANDBOX_SHORT_CODE,
        "CommandID": "CustomerPayBillOnline",
        "Amount": str(bought["amount"]),
        "Msisdn": phone,
        "BillRefNumber": bought["account_reference"],
    }
    _post(stack, "/mpesa/c2b/v2/simulate", body, token)

    def reversed_to_the_phone() -> bool:
        messages = simulator(stack, "GET", f"phones/{phone}")["messages"]
        return any("reversed" in each["text"].lower() for each in messages)

    eventually(reversed_to_the_phone, bool, 120)
    assert customer.order(bought["order_id"])["status"] == "completed"


def _daraja_token(stack: RunningStack) -> str:
    import requests

    ssm = aws(stack, "ssm")
    names = ("MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET")
    key, secret = (ssm.get_parameter(Name=f"/tiketi/local/{name}", WithDecryption=True) for name in names)
    credentials = key["Parameter"]["Value"], secret["Parameter"]["Value"]
    url = f"{stack.daraja_url}/oauth/v1/generate?grant_type=client_credentials"
    return requests.get(url, auth=credentials, timeout=10).json()["access_token"]


def _post(stack: RunningStack, path: str, body: dict[str, str], token: str) -> None:
    import requests

    headers = {"Authorization": f"Bearer {token}"}
    requests.post(f"{stack.daraja_url}{path}", json=body, headers=headers, timeout=10).raise_for_status()


def _stream_of(stack: RunningStack) -> Iterator[dict[str, Any]]:
    """Every record there ever was, from the start."""
    streams = aws(stack, "dynamodbstreams")
    for stream in streams.list_streams(TableName=stack.table_name)["Streams"]:
        arn = stream["StreamArn"]
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            for record in _records_of(stack, arn, shard["ShardId"]):
                yield {**record, "eventSourceARN": arn}


def _records_of(stack: RunningStack, arn: str, shard: str) -> Iterator[dict[str, Any]]:
    streams = aws(stack, "dynamodbstreams")
    at = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(**at)["ShardIterator"]
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        yield from page["Records"]
        iterator = page.get("NextShardIterator") if page["Records"] else None


def _functions_of_the_stream(stack: RunningStack) -> dict[str, list[Any]]:
    """By function, the patterns of the records it gets."""
    found: dict[str, list[Any]] = {}
    for mapping in aws(stack, "lambda").list_event_source_mappings()["EventSourceMappings"]:
        if ":dynamodb:" in mapping["EventSourceArn"]:
            filters = mapping.get("FilterCriteria", {}).get("Filters", [])
            found[mapping["FunctionArn"]] = [json.loads(each["Pattern"]) for each in filters]
    return found


def test_a_stream_that_comes_again_from_its_start_changes_nothing(stack: RunningStack) -> None:
    from tests.proof.template import matches

    before = _at_rest(stack)
    records = json.loads(json.dumps(list(_stream_of(stack)), default=str))
    assert len(records) > 100
    for function, patterns in _functions_of_the_stream(stack).items():
        wanted = [each for each in records if any(matches(pattern, each) for pattern in patterns)]
        assert wanted
        for start in range(0, len(wanted), 100):
            payload = json.dumps({"Records": wanted[start : start + 100]})
            answer = aws(stack, "lambda").invoke(FunctionName=function, Payload=payload)
            assert not answer.get("FunctionError"), answer["Payload"].read()
            assert json.loads(answer["Payload"].read())["batchItemFailures"] == []
    assert _at_rest(stack) == before


def _at_rest(stack: RunningStack) -> dict[tuple[str, str], Any]:
    """The items, once two looks at them find the same."""
    last = items(stack)

    def unchanged() -> bool:
        nonlocal last
        time.sleep(1)
        seen, last = last, items(stack)
        return seen == last

    eventually(unchanged, bool, 120)
    return last


def test_a_poisonous_record_delays_nobody_else(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], phone: str
) -> None:
    """A payment that no function can read, and right behind it a sale."""
    poison = f"USER#{uuid4().hex}"
    aws(stack, "dynamodb").put_item(
        TableName=stack.table_name,
        Item={
            "PK": {"S": poison},
            "SK": {"S": "PAYMENT#POISON"},
            "type": {"S": "payment"},
            "status": {"S": "PAID"},
            "order_status": {"S": "pending"},
        },
    )
    event = organizer.create_event()
    buyer = new_client().sign_up()
    bought = buyer.buy(event, "VIP", phone).json()
    assert buyer.order_ended(bought["order_id"])["status"] == "completed"
    aws(stack, "dynamodb").delete_item(
        TableName=stack.table_name, Key={"PK": {"S": poison}, "SK": {"S": "PAYMENT#POISON"}}
    )


def test_in_the_end_every_shilling_meets_its_counterpart(stack: RunningStack) -> None:
    said = eventually(lambda: reconcile(stack), lambda told: "Every shilling meets its counterpart." in told, 60)
    assert "sum" in said


def test_what_a_function_of_the_stream_gave_up_is_brought_back_to_it(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    """Only that: MiniStack cannot say which queue another one takes the failures of."""
    event = organizer.create_event()
    bought = customer.buy(event, "VIP", phone).json()
    assert customer.order_ended(bought["order_id"])["status"] == "completed"
    url = EmbeddedAws(stack.aws_endpoint_url).resources()["FinalizeFailureQueue"]
    message = json.dumps({"DDBStreamBatchInfo": _last_record_of(stack, bought["order_id"])})
    aws(stack, "sqs").send_message(QueueUrl=url, MessageBody=message)
    # A poisonous record may lie there as well, and stay.
    assert operator(stack, "redrive", "--queue", url, succeeds=False).startswith("1 brought back")
    assert operator(stack, "redrive", "--queue", url, succeeds=False).startswith("0 brought back")


def _last_record_of(stack: RunningStack, order_id: str) -> dict[str, str]:
    """As an event source mapping names the batch that a function has failed on."""
    streams = aws(stack, "dynamodbstreams")
    suffix = order_id.rpartition("-")[2]
    for stream in streams.list_streams(TableName=stack.table_name)["Streams"]:
        arn = stream["StreamArn"]
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            sequence = [
                record["dynamodb"]["SequenceNumber"]
                for record in _records_of(stack, arn, shard["ShardId"])
                if record["dynamodb"]["Keys"]["SK"]["S"] == f"PAYMENT#{suffix}"
            ]
            if sequence:
                ends = {"startSequenceNumber": sequence[-1], "endSequenceNumber": sequence[-1]}
                return {"streamArn": arn, "shardId": shard["ShardId"], **ends}
    raise AssertionError(f"no record of {order_id}")
