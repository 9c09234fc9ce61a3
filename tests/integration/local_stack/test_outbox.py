"""The outbox takes what the product's own providers send, and shows it as customers get it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest
import requests
from playwright.sync_api import expect, sync_playwright

from local.options import ROOT
from tiketi.delivery.africas_talking import AfricasTalking
from tiketi.delivery.aws_calls import ONCE
from tiketi.delivery.outcomes import Failed, Refused, Sent, Unknown
from tiketi.delivery.ses import Ses
from tiketi.delivery.sns import Sns
from tiketi.delivery.wording import Attachment, Letter

CHROMIUM = shutil.which("chromium")
LINK = "https://tiketi.example/t/" + "Zm9v" * 14 + "xy"
SMS = f"Tiketi Tamasha: 2 x VIP, Nyege Nights, 24 Dec 18:00. Tickets: {LINK}"
LETTER = Letter(
    "Your tickets for Nyege Nights",
    f"Hello Asha,\n\nYou have 2 x VIP for Nyege Nights.\n\n{LINK}",
    Attachment("tickets.pdf", b"%PDF-1.7 tickets"),
)


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    command = [sys.executable, "-m", "local.outbox"]
    environment = {"PYTHONPATH": str(ROOT / "layers/tiketi")}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert running.stdout is not None
    try:
        ready = re.search(r"outbox ready on (http://\S+)", running.stdout.readline())
        assert ready is not None
        yield ready[1]
    finally:
        running.terminate()
        running.wait(10)
        running.stdout.close()


@pytest.fixture
def url(process: str) -> Iterator[str]:
    yield process
    requests.put(f"{process}/faults", json={"sms": [], "email": []}, timeout=10).raise_for_status()


def sns(url: str) -> Sns:
    return Sns(boto3.client("sns", config=ONCE, endpoint_url=f"{url}/sns"), "TIKETI")


def ses(url: str) -> Ses:
    client = boto3.client("sesv2", config=ONCE, endpoint_url=f"{url}/ses")
    return Ses(client, "Tiketi Tamasha <tickets@tiketi.example>")


def messages(url: str, to: str) -> list[dict[str, object]]:
    answer = requests.get(f"{url}/messages", params={"to": to}, timeout=10)
    return answer.json()["messages"]


def test_sms_of_either_provider_are_found_by_the_number_however_it_is_written(url: str) -> None:
    assert isinstance(sns(url).send("254712000001", SMS), Sent)
    assert isinstance(AfricasTalking(url, "tiketi", "key", "TIKETI").send("254712000001", "Habari"), Sent)
    for spelled in ("0712000001", "+254712000001", "254712000001"):
        assert [(each["from"], each["text"]) for each in messages(url, spelled)] == [
            ("TIKETI", SMS),
            ("TIKETI", "Habari"),
        ]


def test_an_email_is_shown_with_its_attachment_and_its_html_can_do_nothing(url: str) -> None:
    assert isinstance(ses(url).send("asha@example.com", LETTER), Sent)
    [message] = messages(url, "asha@example.com")
    assert (message["subject"], message["from"]) == (LETTER.subject, "Tiketi Tamasha <tickets@tiketi.example>")
    assert LINK in str(message["text"])
    [file] = message["attachments"]  # pyright: ignore[reportGeneralTypeIssues]
    assert requests.get(f"{url}{file['url']}", timeout=10).content == b"%PDF-1.7 tickets"
    html = requests.get(f"{url}{message['html_url']}", timeout=10)
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert f'href="{LINK}"' in html.text


def test_a_provider_can_be_told_to_fail_first(url: str) -> None:
    faults = {"sms": ["busy", "bad_address"], "email": ["busy", "bad_address"]}
    requests.put(f"{url}/faults", json=faults, timeout=10).raise_for_status()
    assert isinstance(sns(url).send("254712000002", "Habari"), Failed)
    assert isinstance(sns(url).send("254712000002", "Habari"), Refused)
    assert isinstance(ses(url).send("juma@example.com", LETTER), Failed)
    assert isinstance(ses(url).send("juma@example.com", LETTER), Refused)
    assert messages(url, "254712000002") == messages(url, "juma@example.com") == []
    assert isinstance(sns(url).send("254712000002", "Habari"), Sent)


def test_africas_talking_fails_in_its_own_words(url: str) -> None:
    provider = AfricasTalking(url, "tiketi", "key", "")
    requests.put(f"{url}/faults", json={"sms": ["busy", "bad_address"]}, timeout=10).raise_for_status()
    assert isinstance(provider.send("254712000003", "Habari"), Failed)
    assert isinstance(provider.send("254712000003", "Habari"), Refused)


def test_a_provider_that_takes_a_message_and_stays_silent_leaves_it_unknown(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiketi.delivery.africas_talking.TIMEOUT", (1, 0.2))
    requests.put(f"{url}/faults", json={"sms": ["silent"]}, timeout=10).raise_for_status()
    assert isinstance(AfricasTalking(url, "tiketi", "key", "").send("254712000004", "Habari"), Unknown)
    assert len(messages(url, "254712000004")) == 1


@pytest.mark.parametrize("wrong", [{"pigeon": ["busy"]}, {"sms": ["fly"]}, []])
def test_a_fault_nobody_knows_is_refused(url: str, wrong: object) -> None:
    assert requests.put(f"{url}/faults", json=wrong, timeout=10).status_code == 400


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_shows_what_was_sent_and_to_whom(url: str, width: int) -> None:
    phone = f"25471200{width:04}"
    sns(url).send(phone, SMS)
    ses(url).send(f"w{width}@example.com", LETTER)
    if CHROMIUM is None:
        assert "Outbox" in requests.get(url, timeout=10).text
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.goto(url)
        page.get_by_label("Sent to").select_option(f"+{phone}")
        expect(page.locator(".sms")).to_have_count(1)
        assert page.locator(".sms a").get_attribute("href") == LINK
        assert page.locator("#email-empty").is_visible()
        page.get_by_label("Sent to").select_option(f"w{width}@example.com")
        page.get_by_role("heading", name=LETTER.subject).wait_for()
        assert page.get_by_role("link", name="tickets.pdf").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
        browser.close()
        assert complaints == []
