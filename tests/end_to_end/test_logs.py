"""What the functions log: one correlation id from the request to the ticket, and nothing that is nobody's business."""

import json
import re
from typing import Any

from local.stack import RunningStack
from tests.end_to_end.client import PASSWORD, Client, eventually


def lines_of(stack: RunningStack) -> list[str]:
    """Every line of every function, from the embedded CloudWatch Logs."""
    logs = stack.aws.logs
    pages_of_groups = logs.get_paginator("describe_log_groups").paginate()
    groups = [group.get("logGroupName", "") for page in pages_of_groups for group in page["logGroups"]]
    pages = (page for group in groups for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group))
    return [event.get("message", "") for page in pages for event in page["events"]]


def entries_of(stack: RunningStack) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(stack) if line.startswith("{")]


def test_one_correlation_id_leads_from_the_request_to_the_ticket(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    event = organizer.create_event()
    answer = customer.buy(event, "VIP", phone)
    request_id = answer.headers["X-Request-Id"]
    order_id = answer.json()["order_id"]
    customer.order_ended(order_id)
    told = eventually(
        lambda: [each for each in entries_of(stack) if each.get("correlation_id") == request_id],
        lambda entries: {"STK push accepted", "tickets issued"} <= {each["message"] for each in entries},
    )
    assert {each["order_id"] for each in told if "order_id" in each} == {order_id}
    functions = {each["function_name"] for each in told}
    assert any("BuyTicket" in name for name in functions)
    assert any("FinalizeTicket" in name for name in functions)
    callbacks = [each for each in entries_of(stack) if each.get("order_correlation_id") == request_id]
    assert any("MpesaCallback" in each["function_name"] for each in callbacks)


def test_a_sale_counts_itself_in_the_metrics(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    customer.order_ended(customer.buy(organizer.create_event(), "VIP", phone, quantity=2).json()["order_id"])
    counted = eventually(
        lambda: [each for each in entries_of(stack) if "_aws" in each and "TicketsSold" in each],
        lambda found: bool(found),
    )
    assert {"TicketsSold", "SalesKES", "service"} <= set(counted[0])


def test_no_line_holds_a_whole_phone_number_a_password_or_a_token(
    stack: RunningStack, organizer: Client, customer: Client, phone: str
) -> None:
    customer.order_ended(customer.buy(organizer.create_event(), "VIP", phone).json()["order_id"])
    everything = "\n".join(lines_of(stack))
    assert not re.search(r"(?<![0-9A-Za-z])(\+?254|0)[17]\d{8}(?![0-9A-Za-z])", everything)
    assert phone[3:] not in everything, "a CheckoutRequestID ends in the number's last nine digits"
    assert PASSWORD not in everything
    assert customer.token not in everything
    assert not re.search(r"/payments/[0-9a-f]{60,}", everything), "the callback's address is a secret"
