"""What customers read: every kind in both languages, and SMS that cost no more than they must."""

import string
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiketi.delivery.gsm7 import fold, segments, septets
from tiketi.delivery.notices import KINDS, Kind
from tiketi.delivery.wording import Facts, letter, sms_text
from tiketi.delivery.words import MONTHS, WEEKDAYS, WORDS
from tiketi.messages import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
SHORT = "https://tiketi.ke/t/" + "A_-9" * 14 + "xy"
"""A link of our own domain, as long as links are."""
LONG = "https://abcdefghij.execute-api.af-south-1.amazonaws.com/v1/t/" + "A_-9" * 14 + "xy"
"""And one of API Gateway's own."""


def facts(
    link: str = SHORT, title: str = "Blankets and Wine", where: str = "KICC, Nairobi", tier: str = "VIP"
) -> Facts:
    return Facts(
        title, datetime(2026, 12, 24, 15, tzinfo=UTC), where, tier, (link, f"{link[:-1]}z"), 12500, "Asha", "7K3M-01XZ"
    )


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_both_languages_and_says_the_same_in_them(kind: Kind) -> None:
    english, swahili = (WORDS[kind][language] for language in ("en", "sw"))
    for ours, theirs in zip(english, swahili, strict=True):
        assert placeholders(ours) == placeholders(theirs)
        assert ours != theirs


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_sms_is_one_or_two_and_says_who_sends_it(kind: Kind, language: Language) -> None:
    for link in (SHORT, LONG):
        text = sms_text(kind, language, facts(link))
        assert segments(text) <= 2, text
        assert text.startswith("Tiketi Tamasha: ")
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_tickets_fit_into_one_sms_with_a_domain_of_our_own(language: Language) -> None:
    one = replace(facts(SHORT, title="Blankets and Wine Festival, the December Edition"), links=(SHORT,))
    text = sms_text("tickets_issued", language, one)
    assert segments(text) == 1, text
    assert SHORT in text
    assert "Blankets and Wine Fe" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@given(title=st.text(min_size=1, max_size=200), where=st.text(max_size=200), tier=st.text(max_size=80))
def test_nothing_an_organizer_types_makes_an_sms_longer_or_dearer(
    kind: Kind, language: Language, title: str, where: str, tier: str
) -> None:
    text = sms_text(kind, language, facts(LONG, title, where, tier))
    assert septets(text) <= 306, "two of the dear sort at most, and GSM 7-bit throughout"
    if "{link" in WORDS[kind][language].sms:
        assert LONG in text, "a link is never cut"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Sauti “Sol” – l’été…", 'Sauti "Sol" - l\'été...'),
        ("Ṣọlá Ọba", "Sola Oba"),
        ("🔥 Nyege 🔥 Nights", "Nyege Nights"),
        ("[VIP] {x} ~ ^ | € \\", "[VIP] {x} ~ ^ | € \\"),
        ("línea\nnueva", "linea\nnueva"),
    ],
)
def test_an_sms_keeps_what_it_can_of_a_title(typed: str, sent: str) -> None:
    assert fold(typed) == sent


def test_a_title_of_which_nothing_is_left_is_your_event() -> None:
    assert "your event" in sms_text("event_cancelled", "en", facts(title="音楽祭"))
    assert "tukio lako" in sms_text("event_cancelled", "sw", facts(title="音楽祭"))


def test_characters_beside_the_basic_ones_count_twice() -> None:
    assert septets("€") == 2
    assert segments("x" * 160) == 1
    assert segments("x" * 161) == 2
    assert segments("€" * 81) == 2
    with pytest.raises(ValueError):
        septets("🔥")


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_are_nairobis_in_words_of_the_language(language: Language) -> None:
    written = letter("reminder", language, facts()).text
    assert {"en": "Thursday 24 December 2026, 18:00", "sw": "Alhamisi 24 Desemba 2026, 18:00"}[language] in written
    assert len(MONTHS[language].split()) == 12
    assert len(WEEKDAYS[language]) == 7


def test_a_line_break_in_a_title_begins_no_line_of_ours() -> None:
    written = letter("event_changed", "en", facts(title="Party\r\nBcc: everybody@example.com"))
    assert written.subject == "Party Bcc: everybody@example.com has changed"
    assert not [line for line in written.text.splitlines() if line.startswith("Bcc")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_has_all_links_and_an_sms_those_that_two_hold(language: Language) -> None:
    for base, tickets, shown in ((SHORT, 2, 2), (SHORT, 10, 2), (LONG, 2, 2), (LONG, 3, 1)):
        links = tuple(f"{base[:-2]}{number:02}" for number in range(tickets))
        several = replace(facts(), links=links)
        text = sms_text("tickets_issued", language, several)
        assert [link for link in links if link in text] == list(links[:shown])
        assert segments(text) == 2
        assert (f" {tickets - shown} " in text.partition(links[0])[2]) == (shown < tickets)
        assert letter("tickets_issued", language, several).text.count("https://") == tickets
