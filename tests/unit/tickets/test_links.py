"""The link to a ticket's page: it leads to one ticket, and nobody makes one up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiketi.ids import new_id, new_order_id
from tiketi.tickets import link
from tiketi.tickets.link import link_of, read_link

TICKET = f"{new_order_id(new_id())}-7"


@given(st.integers(1, 255))
def test_a_link_leads_to_its_ticket(number: int) -> None:
    ticket_id = f"{new_order_id(new_id())}-{number}"
    assert read_link(link_of(ticket_id)) == ticket_id


def test_a_link_is_short_enough_for_a_message_and_safe_in_an_address() -> None:
    assert len(link_of(TICKET)) == 58
    assert link_of(TICKET).replace("-", "").replace("_", "").isalnum()
    assert link_of(TICKET)[-1].isalnum(), "a phone leaves a dash at the end out of the link"


@given(st.integers(0, 57), st.sampled_from("ABCxyz019-_"))
def test_a_link_with_any_character_changed_leads_nowhere(position: int, character: str) -> None:
    text = link_of(TICKET)
    changed = text[:position] + character + text[position + 1 :]
    assert read_link(changed) == (TICKET if changed == text else None)


@given(st.text() | st.text("ABCxyz019-_", min_size=58, max_size=58) | st.text(min_size=58, max_size=58))
def test_what_is_no_link_leads_nowhere(text: str) -> None:
    assert read_link(text) is None


def test_a_link_of_another_key_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    text = link_of(TICKET)
    monkeypatch.setattr(link, "secret", lambda name: "another key")  # pyright: ignore[reportUnknownLambdaType]
    assert read_link(text) is None


def test_a_link_has_one_spelling() -> None:
    """Four bits of the last character carry nothing; a decoder that passes over them takes sixteen links for one."""
    text = link_of(TICKET)
    last = [text[:-1] + character for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    assert [each for each in last if read_link(each)] == [text]
