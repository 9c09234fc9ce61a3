"""The simulator as a process: its first line, its end, its log, its page."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_an_open_page_and_an_open_prompt(number: signal.Signals, merchant: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.daraja", "--port", "0"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("daraja simulator ready on http://127.0.0.1:")
    merchant.url = line.split()[-1]
    merchant.sign_in()
    merchant.push()
    with requests.get(f"{merchant.url}/simulator/events", stream=True, timeout=5):
        process.send_signal(number)
        _, log = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_the_log_has_neither_whole_numbers_nor_tokens(merchant: Any, listener: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.daraja", "--port", "0", "--default-behaviour", "approve"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    merchant.url = process.stdout.readline().split()[-1]
    merchant.sign_in()
    merchant.push()
    listener.next()
    process.terminate()
    _, log = process.communicate(timeout=5)
    assert "254708***149" in log and "/v1/payments/{token}/result" in log
    assert "708374149" not in log and "0123456789abcdef" not in log


def test_the_page_needs_nothing_from_elsewhere(simulator_url: str) -> None:
    page = requests.get(simulator_url, timeout=5)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for name in ("page.css", "handset.css", "payments.css", "main.js", "api.js", "dom.js", "handset.js", "payments.js"):
        asset = requests.get(f"{simulator_url}/assets/{name}", timeout=5)
        assert asset.status_code == 200 and "https://" not in asset.text
    assert requests.get(f"{simulator_url}/assets/..%2Fsettings.py", timeout=5).status_code == 404


def test_an_open_page_hears_of_a_new_prompt_without_the_callbacks_token(simulator_url: str, merchant: Any) -> None:
    with requests.get(f"{simulator_url}/simulator/events", stream=True, timeout=5) as events:
        lines = events.iter_lines(chunk_size=1)
        merchant.push()
        state: dict[str, Any] = {}
        while not state.get("payments"):
            line = next(lines).decode()
            if line.startswith("data: "):
                state = json.loads(line.removeprefix("data: "))
    assert state["phones"][0]["prompt"]["amount"] == 500
    assert "0123456789abcdef" not in json.dumps(state)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "phones/0812", {}, 422),
        ("PUT", "phones/0708374149", {"behaviour": "dance"}, 422),
        ("PUT", "phones/0708374149", {"callback": {"copies": 0}}, 422),
        ("POST", "phones/0708374149/pin", {"pin": "1234"}, 404),
        ("POST", "prompts/unknown/pin", {"pin": "1234"}, 404),
        ("POST", "chaos", {"rate": 2}, 422),
        ("PUT", "initiator/anything", {}, 404),
    ],
)
def test_a_mistake_in_driving_it_is_explained(
    method: str, path: str, body: dict[str, Any], status: int, phones: Any
) -> None:
    answer = phones.tell(method, path, **body)
    assert answer.status_code == status and answer.json()["message"]


def test_a_pin_of_three_digits_leaves_the_prompt_open(merchant: Any, phones: Any) -> None:
    merchant.push()
    assert phones.tell("POST", "phones/0708374149/pin", pin="123").status_code == 422
    assert phones.tell("GET", "phones/0708374149").json()["prompt"]
