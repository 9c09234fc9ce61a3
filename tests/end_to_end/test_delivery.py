"""What a customer is sent, from the purchase to the phone and the mailbox; the providers are the local outbox's."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from local.stack import RunningStack
from tests.end_to_end.client import Client, eventually
from tests.end_to_end.conftest import Outbox
from tests.end_to_end.test_money import aws
from tiketi.clock import NAIROBI


@pytest.fixture(autouse=True)
def providers_that_work(outbox: Outbox) -> Iterator[None]:
    yield
    outbox.will(sms=[], email=[])


@pytest.fixture(scope="module")
def event(organizer: Client) -> dict[str, Any]:
    return organizer.create_event(title="Nyege Nights")


def bought(customer: Client, event: dict[str, Any], phone: str, quantity: int = 1) -> str:
    answer = customer.buy(event, "VIP", phone, quantity)
    assert answer.status_code == 202, answer.text
    assert customer.order_ended(answer.json()["order_id"])["status"] == "completed"
    return answer.json()["order_id"]


def sent(outbox: Outbox, customer: Client, sms: int = 1, email: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """The last SMS and e-mail, once there are so many of each."""
    phone, address = customer.user["phone_number"], customer.user["email"]
    texts = eventually(lambda: outbox.messages(phone, "sms"), lambda found: len(found) >= sms)
    letters = eventually(lambda: outbox.messages(address, "email"), lambda found: len(found) >= email)
    assert (len(texts), len(letters)) == (sms, email)
    return texts[-1], letters[-1]


def test_who_buys_gets_one_sms_and_one_email_with_the_links(
    new_client: Callable[[], Client], outbox: Outbox, event: dict[str, Any], phone: str
) -> None:
    customer = new_client().sign_up(phone_number=phone)
    bought(customer, event, phone, quantity=2)
    text, letter = sent(outbox, customer)
    assert text["from"] == "TIKETI"
    assert text["text"].startswith("Tiketi Tamasha: 2 x VIP, Nyege Nights, 24 Dec 18:00. Tickets: http")
    assert text["segments"] <= 2
    assert letter["subject"] == "Your tickets for Nyege Nights"
    assert "When: Thursday 24 December 2099, 18:00" in letter["text"]
    links = [line for line in letter["text"].splitlines() if line.startswith("http")]
    assert len(links) == len(set(links)) == 2
    assert links[0] in text["text"]
    [file] = letter["attachments"]
    assert file["name"] == "tickets.pdf"
    assert len(PdfReader(io.BytesIO(outbox.file(file))).pages) == 2


def test_who_speaks_swahili_is_written_to_in_swahili(
    new_client: Callable[[], Client], outbox: Outbox, event: dict[str, Any], phone: str
) -> None:
    customer = new_client().sign_up(phone_number=phone, language="sw")
    assert customer.get("/user")["language"] == "sw"
    bought(customer, event, phone)
    text, letter = sent(outbox, customer)
    assert "24 Des 18:00. Tiketi: http" in text["text"]
    assert letter["subject"] == "Tiketi zako za Nyege Nights"
    customer.call("PUT", "/user", {"language": "en"})
    assert customer.get("/user")["language"] == "en"


def test_a_provider_that_fails_first_is_tried_again_and_the_other_one_is_not(
    new_client: Callable[[], Client], outbox: Outbox, event: dict[str, Any], phone: str
) -> None:
    customer = new_client().sign_up(phone_number=phone)
    outbox.will(sms=["busy"])
    bought(customer, event, phone)
    sent(outbox, customer)


def test_tickets_are_sent_again_on_request_three_times_an_hour(
    new_client: Callable[[], Client], outbox: Outbox, event: dict[str, Any], phone: str
) -> None:
    customer = new_client().sign_up(phone_number=phone)
    order_id = bought(customer, event, phone)
    sent(outbox, customer)
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(customer.call, "POST", f"/orders/{order_id}/resend") for _ in range(5)]
    assert sorted(each.result().status_code for each in asked) == [202, 202, 202, 429, 429]
    refused = customer.call("POST", f"/orders/{order_id}/resend", headers={"Accept-Language": "sw"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_resends")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    text, letter = sent(outbox, customer, sms=4, email=4)
    assert "as you asked" in text["text"]
    assert letter["subject"] == "Your tickets for Nyege Nights, once more"
    stranger = new_client().sign_up()
    assert stranger.call("POST", f"/orders/{order_id}/resend").status_code == 404


def test_holders_are_reminded_the_day_before_once_and_not_of_an_event_that_was_taken_back(
    stack: RunningStack, organizer: Client, new_client: Callable[[], Client], outbox: Outbox, phone: str
) -> None:
    """By the function of the schedule, in its own role."""
    noon = datetime.combine(datetime.now(NAIROBI).date() + timedelta(days=1), time(12))
    times = {"start_date": noon.isoformat(), "end_date": (noon + timedelta(hours=5)).isoformat()}
    taken_back = organizer.create_event(title="Nowhere Nights", **times)
    on = organizer.create_event(title="Tomorrow Nights", **times)
    holder = new_client().sign_up(phone_number=phone)
    for event in (taken_back, on):
        bought(holder, event, phone, quantity=2)
    assert organizer.call("POST", f"/events/{taken_back['id']}/unpublish").status_code == 200

    def remind(_: int) -> None:
        answer = functions.invoke(FunctionName=reminds)
        assert not answer.get("FunctionError"), answer["Payload"].read()

    functions, reminds = aws(stack, "lambda"), stack.aws.resources()["RemindHoldersFunction"]
    with ThreadPoolExecutor(3) as at_once:
        list(at_once.map(remind, range(3)))
    texts = eventually(lambda: reminders(outbox, phone), bool)
    remind(4)
    change = organizer.call("PUT", f"/events/{on['id']}", {"location": "Uhuru Gardens, Nairobi"})
    assert change.status_code == 200, change.text
    eventually(lambda: [text for text in sms_to(outbox, phone) if "has changed" in text], bool)
    assert reminders(outbox, phone) == texts, "what comes by the same way and later is there, and no second reminder"
    assert texts[0].startswith("Tiketi Tamasha: tomorrow, Tomorrow Nights, ")


def sms_to(outbox: Outbox, phone: str) -> list[str]:
    return [message["text"] for message in outbox.messages(phone, "sms")]


def reminders(outbox: Outbox, phone: str) -> list[str]:
    return [text for text in sms_to(outbox, phone) if "tomorrow" in text]
