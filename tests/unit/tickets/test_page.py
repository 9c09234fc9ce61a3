"""The page of a ticket: small, for itself, in two languages, and honest about what the ticket is worth."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.unit.tickets.conftest import DEAD, Holder
from tests.unit.tickets.reading import scanned_svg
from tests.unit.tickets.test_showing import CUSTOMER, linked, own
from tiketi.tickets.page_assets import asset
from tiketi.tickets.words import REASONS, STATES

MOST_BYTES = 16_000
"""A page with the longest title and place there may be, QR code, styles and script: less than a small photo's tenth."""


def page(api: Any, holder: Holder, **more: Any) -> str:
    answer = linked(api, "show_ticket", holder.link, **more)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def seen(html: str, language: str) -> str:
    """The text that CSS shows in a language."""
    other = "sw" if language == "en" else "en"
    text = re.sub(rf'<span lang="{other}">.*?</span>|<(style|script|title)>.*?</\1>', "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_it_shows_event_time_place_tier_and_code_in_both_languages(holder: Holder, api: Any) -> None:
    holder.buys()
    code = holder.item().code
    html = page(api, holder)
    english, swahili = seen(html, "en"), seen(html, "sw")
    for text in (english, swahili):
        assert all(each in text for each in ("Blankets and Wine", "Ngong Racecourse, Nairobi", "VIP"))
        assert f"{code[:4]}-{code[4:]}" in text
    assert "Thursday 24 December 2099, 18:00 – 23:00 (Nairobi time)" in english
    assert "Alhamisi 24 Desemba 2099, 18:00 – 23:00 (saa za Nairobi)" in swahili
    assert ("Valid" in english, "Halali" in swahili) == (True, True)
    assert "Halali" not in english


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [(None, "", "en"), (None, "sw-KE,en", "sw"), ({"lang": "sw"}, "en", "sw"), ({"lang": "en"}, "sw", "en"),
     ({"lang": "xx"}, "sw", "sw"), ({"lang": "<b>"}, "en", "en")],
)  # fmt: skip
def test_the_language_is_the_switchs_or_the_browsers(
    holder: Holder, api: Any, query: dict[str, str] | None, header: str, language: str
) -> None:
    holder.buys()
    html = page(api, holder, query=query, headers={"Accept-Language": header})
    assert f'<html lang="{language}">' in html
    assert re.findall(r'<a href="\?lang=(\w\w)"[^>]*aria-current="true"', html) == [language]


def test_its_qr_code_scans_to_the_token(holder: Holder, api: Any) -> None:
    holder.buys()
    token = own(api, "get_ticket", holder.ticket_id, CUSTOMER).json["token"]
    assert scanned_svg(page(api, holder)) == [token]


@pytest.mark.parametrize("state", DEAD)
def test_a_dead_ticket_shows_no_qr_code_and_says_why(holder: Holder, api: Any, state: str) -> None:
    holder.buys()
    holder.becomes(state)
    html = page(api, holder)
    assert "<svg" not in html
    assert "/qr.png" not in html
    for language in ("en", "sw"):
        assert STATES[state][language] in seen(html, language)  # pyright: ignore[reportArgumentType]
        reason = REASONS[state][language].split("{when}")[0]  # pyright: ignore[reportArgumentType]
        assert reason in seen(html, language).replace("&#x27;", "'")


def test_a_used_ticket_says_when_and_at_which_gate(holder: Holder, api: Any) -> None:
    holder.buys()
    holder.becomes("used")
    assert "(Thursday 24 December 2099, 18:04, at Gate A)" in seen(page(api, holder), "en")


def test_it_says_as_of_when_so_that_an_old_copy_is_known_for_one(
    holder: Holder, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.buys()
    monkeypatch.setattr("tiketi.clock.epoch_now", lambda: 1_800_000_000)
    assert "As of Friday 15 January 2027, 11:00, Nairobi time." in seen(page(api, holder), "en")


def test_what_an_organizer_wrote_stays_text(holder: Holder, api: Any) -> None:
    holder.buys()
    holder.event_says(title='<script>alert("1")</script> & $style ${main}', location="<img src=x onerror=y>")
    html = page(api, holder)
    assert "<img" not in html
    assert html.count("<script>") == 1
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; $style ${main}" in html


def test_the_heaviest_page_is_light(holder: Holder, api: Any) -> None:
    holder.buys()
    holder.event_says(title="&" * 120, location="🎉" * 120)
    assert len(page(api, holder).encode()) < MOST_BYTES
    assert len(asset("worker.js").encode()) < 3_000


def test_it_asks_nobody_for_anything_and_runs_only_what_is_its_own(holder: Holder, api: Any) -> None:
    holder.buys()
    answer = linked(api, "show_ticket", holder.link)
    html, headers = answer.body.decode(), answer.headers
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert " style=" not in html
    assert not re.findall(r"\son\w+=", html.split("</script>")[0].split("<body>")[1])
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    for kind, name in (("style", "style-src"), ("script", "script-src")):
        (source,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.S)
        assert policy[name] == f"'sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "private, no-cache"


def test_a_link_that_leads_nowhere_says_so_in_words_to_read(table: Any, api: Any) -> None:
    answer = linked(api, "show_ticket", "x", headers={"Accept-Language": "sw"})
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Hakuna tiketi kama hiyo." in seen(answer.body.decode(), "sw")
    assert "Content-Security-Policy" in answer.headers


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in ("meta", "path", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == "path" or self.open.pop() == tag


def test_a_screen_reader_finds_one_heading_landmarks_and_the_name_of_the_picture(holder: Holder, api: Any) -> None:
    holder.buys()
    html = page(api, holder)
    outline = Outline()
    outline.feed(html)
    assert outline.open == []
    assert [outline.tags.count(tag) for tag in ("h1", "main", "header", "footer", "title", "figcaption")] == [1] * 6
    (named_by,) = re.findall(r'<svg[^>]*role="img" aria-labelledby="(\w+)"', html)
    assert outline.ids == [named_by]


def luminance(colour: str) -> float:
    whole = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    values = [int(whole[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_all_text_stands_out_by_four_and_a_half_to_one_by_day_and_by_night(scheme: int) -> None:
    colours = dict(re.findall(r"--(\w+):(#\w+)", re.findall(r":root\{(.*?)\}", asset("page.css"))[scheme]))
    for text in ("ink", "soft", "link", "dead"):
        assert contrast(colours[text], colours["card"]) >= 4.5, text
    assert contrast("#ffffff", colours["brand"]) >= 4.5


def test_the_worker_keeps_pages_alone_and_may_ask_only_us(api: Any) -> None:
    answer = api("tickets/get_page_worker", path="/t/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert b"navigate" in answer.body
