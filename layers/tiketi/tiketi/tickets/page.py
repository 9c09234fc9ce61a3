"""The public page of a ticket: one file, which asks nobody for anything, so that it shows at a gate without a network.

Both languages are in it, and CSS shows the one that `<html lang>` names; without a script the switch is a link.
"""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from string import Template

from tiketi import clock
from tiketi.messages import Language
from tiketi.tickets import qr, times, words
from tiketi.tickets.holder import HeldTicket, State
from tiketi.tickets.page_assets import asset
from tiketi.tickets.wallets import wallets
from tiketi.tickets.words import STATES, WORDS

CONTENT_TYPE = "text/html; charset=utf-8"
type Words = Mapping[Language, str]

LANGUAGES: tuple[Language, Language] = ("en", "sw")
WALLETS = {"apple": "apple.pkpass", "google": "google"}
MARKS: dict[State, str] = {
    "valid": "✓",
    "used": "●",
    "refunded": "↩",
    "void": "✕",
    "transferred": "→",
    "cancelled": "✕",
}


def ticket_page(ticket: HeldTicket, token: str | None, links: dict[str, str], language: Language) -> str:
    """`links` are addresses by the name of their words; `token` is of a ticket that admits somebody."""
    now = clock.utc_now()
    checked: Words = {each: words.say("checked", each, time=times.day_and_time(now, each)) for each in LANGUAGES}
    main = "".join(
        (
            _state(ticket),
            f"<h1>{escape(ticket.title)}</h1>",
            _facts(ticket),
            _admission(ticket, token),
            _links(links) if ticket.admits else "",
            f"<footer><p>{_both(checked)}</p><p>{_both(WORDS['offline'])}</p></footer>",
        )
    )
    return _document(ticket.title, main, language)


def missing_page(language: Language) -> str:
    return _document(
        words.say("not_found", language),
        f"<h1>{_both(WORDS['not_found'])}</h1><p>{_both(WORDS['look_again'])}</p>",
        language,
    )


def headers() -> dict[str, str]:
    """What a browser must and must not do with the page: nothing but show it, and tell nobody of its address."""
    policy = (
        "default-src 'none'",
        f"style-src {_hash(asset('page.css'))}",
        f"script-src {_hash(asset('page.js'))}",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Language",
    }


def chosen_language(asked: str | None, preferred: Language) -> Language:
    """The language of the switch (`?lang=sw`), else what the browser prefers."""
    for each in LANGUAGES:
        if each == asked:
            return each
    return preferred


def links_of(link: str) -> dict[str, str]:
    """The files of a ticket, beside its page."""
    ends = {"pdf": "pdf", "calendar": "calendar.ics", "image": "qr.png", **{each: WALLETS[each] for each in wallets()}}
    return {name: f"{link}/{end}" for name, end in ends.items()}


def _document(title: str, main: str, language: Language) -> str:
    current = {each: ' aria-current="true"' if each == language else "" for each in LANGUAGES}
    return Template(asset("page.html")).substitute(
        current,
        language=language,
        title=escape(title),
        style=asset("page.css"),
        script=asset("page.js"),
        main=main,
    )


def _state(ticket: HeldTicket) -> str:
    kind = "good" if ticket.admits else "dead"
    return (
        f'<p class="state {kind}" role="status"><span aria-hidden="true">{MARKS[ticket.state]}</span> '
        f"{_both(STATES[ticket.state])}</p>"
    )


def _facts(ticket: HeldTicket) -> str:
    when: Words = {each: f"{words.when(ticket, each)} ({words.say('nairobi', each)})" for each in LANGUAGES}
    rows = (
        ("when", _both(when) if ticket.event else ""),
        ("where", escape(ticket.place)),
        ("tier", escape(ticket.item.ticket_type)),
    )
    return f"<dl>{''.join(f'<dt>{_both(WORDS[name])}</dt><dd>{value}</dd>' for name, value in rows if value)}</dl>"


def _admission(ticket: HeldTicket, token: str | None) -> str:
    if token is None:
        reason: Words = {each: words.reason(ticket, each) for each in LANGUAGES}
        return f'<section class="why"><p>{_both(reason)}</p></section>'
    name: Words = {each: words.say("qr", each, code=ticket.code) for each in LANGUAGES}
    return (
        f'<section class="admit"><p id="qr" class="unseen">{_both(name)}</p>'
        f"<figure>{qr.inline_svg(token, 'qr')}<figcaption>{_both(WORDS['show'])}</figcaption></figure>"
        f'<p>{_both(WORDS["or_say"])} <strong class="code">{escape(ticket.code)}</strong></p></section>'
    )


def _links(links: dict[str, str]) -> str:
    items = (f'<li><a href="{escape(url)}">{_both(WORDS[name])}</a></li>' for name, url in links.items())
    return f"<nav><ul>{''.join(items)}</ul></nav>"


def _both(texts: Words) -> str:
    if texts["en"] == texts["sw"]:
        return escape(texts["en"])
    return "".join(f'<span lang="{each}">{escape(texts[each])}</span>' for each in LANGUAGES)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
