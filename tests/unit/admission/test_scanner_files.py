"""The files of the scanner page, as the function serves them."""

import base64
import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function

PAGE = ROOT / "functions/admission/show_scanner/page"


def get(name: str | None) -> dict[str, Any]:
    event = {"httpMethod": "GET", "path": "/gate", "pathParameters": {"file": name} if name else None}
    return load_function("admission/show_scanner").handler(event, LAMBDA_CONTEXT)


@pytest.mark.parametrize("name", [None, *sorted(path.name for path in PAGE.iterdir())])
def test_every_file_is_served_as_what_it_is(name: str | None) -> None:
    answer = get(name)
    assert answer["statusCode"] == 200
    wanted = {
        "html": "text/html",
        "js": "text/javascript",
        "css": "text/css",
        "svg": "image/svg+xml",
        "png": "image/png",
    }
    suffix = (name or "index.html").rpartition(".")[2]
    assert answer["headers"]["Content-Type"].startswith(wanted.get(suffix, "application/manifest+json"))
    assert "default-src 'none'" in answer["headers"]["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../app.py", "app.py", "", "%2e%2e/app.py", "licences"])
def test_nothing_else_is_served(name: str) -> None:
    assert get(name or "none")["statusCode"] == 404


def test_the_worker_keeps_every_file_that_the_page_needs() -> None:
    worker = get("worker.js")["body"]
    kept = set(json.loads(re.search(r"FILES = (\[.*\])", worker)[1]))  # pyright: ignore[reportOptionalSubscript]
    assert kept == {"../gate", *(path.name for path in PAGE.iterdir())} - {"index.html", "worker.js"}
    assert re.search(r"VERSION = '[0-9a-f]{16}'", worker)


def test_the_icons_that_the_phone_is_promised_are_there_and_small() -> None:
    named = {each["src"]: each["sizes"] for each in json.loads((PAGE / "app.webmanifest").read_text())["icons"]}
    named |= {"apple-touch-icon.png": "180x180"}
    assert "apple-touch-icon.png" in (PAGE / "index.html").read_text()
    for name in named.keys() - {"icon.svg"}:
        answer = get(name)
        picture = base64.b64decode(answer["body"])
        assert answer["isBase64Encoded"]
        assert "x".join(str(side) for side in struct.unpack(">II", picture[16:24])) == named[name]
        assert len(picture) < 12_000


def test_the_english_and_the_swahili_words_are_for_the_same_things() -> None:
    text = Path(PAGE / "words.js").read_text()
    english, swahili = (
        {name: set(re.findall(r"{(\w+)}", words)) for name, words in re.findall(r"^  (\w+): '(.*)',$", part, re.M)}
        for part in (text.split("const SWAHILI")[0], text.split("const SWAHILI")[1])
    )
    assert english == swahili
    assert len(english) > 30
