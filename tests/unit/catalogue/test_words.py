"""The words an event is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiketi.catalogue.words import fold_tag, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KICC, Nairobi", ["kicc", "nairobi"]),
        ("Café del Mar", ["cafe", "del", "mar"]),
        ("Ng'ombe", ["ng", "ombe"]),
        ("Straße STRASSE", ["strasse"]),
        ("İstanbul istanbul", ["istanbul"]),
        ("snake_case 4x4", ["snake", "case", "4x4"]),
        ("東京 ドーム", ["東京", "ト\u3099ーム".replace("\u3099", "")]),
        ("!!!", []),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_digits_without_case_and_accents(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_a_word_of_a_text_is_found_by_itself(text: str) -> None:
    for word in words_of(text):
        assert words_of(word) == [word]


@given(st.text(), st.text())
def test_words_of_two_texts_are_the_words_of_both(one: str, other: str) -> None:
    assert set(words_of(one, other)) == set(words_of(one)) | set(words_of(other))


def test_a_tag_is_the_same_in_any_case_and_only_whole() -> None:
    assert fold_tag("  Afro   BEAT ") == fold_tag("afro beat")
    assert fold_tag("Afro") != fold_tag("Afro beat")
    assert fold_tag("café") != fold_tag("cafe")
