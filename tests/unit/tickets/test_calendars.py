"""The event of a ticket in a calendar, as RFC 5545 wants it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tickets.conftest import Holder
from tests.unit.tickets.test_printing import a_ticket
from tests.unit.tickets.test_showing import linked, own
from tiketi.tickets.calendar import calendar

URL = "https://api.tiketi.example/v1/t/x"


def fields(file: str) -> dict[str, str]:
    """Unfolded lines by their names; of a name that stands twice the last."""
    lines = re.sub(r"\r\n ", "", file).rstrip("\r\n").split("\r\n")
    return dict(line.split(":", 1) for line in lines)


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def test_the_event_stands_at_nairobis_hour_with_its_place(holder: Holder, api: Any) -> None:
    holder.buys()
    for answer in (own(api, "get_ticket_calendar", holder.ticket_id), linked(api, "get_ticket_calendar", holder.link)):
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        found = fields(answer.body.decode())
        assert found["DTSTART;TZID=Africa/Nairobi"] == "20991224T180000"
        assert found["DTEND;TZID=Africa/Nairobi"] == "20991224T230000"
        assert (found["TZID"], found["TZOFFSETTO"]) == ("Africa/Nairobi", "+0300")
        assert (found["SUMMARY"], found["STATUS"]) == ("Blankets and Wine", "CONFIRMED")
        assert unescaped(found["LOCATION"]) == "Ngong Racecourse, Nairobi"
        assert holder.link in found["URL"]
        assert re.fullmatch(r"\d{8}T\d{6}Z", found["DTSTAMP"])


@pytest.mark.parametrize(
    ("state", "status"), [("used", "CONFIRMED"), ("refunded", "CANCELLED"), ("transferred", "CANCELLED")]
)
def test_a_ticket_that_ended_takes_its_entry_along(holder: Holder, api: Any, state: str, status: str) -> None:
    holder.buys()
    holder.becomes(state)
    assert fields(own(api, "get_ticket_calendar", holder.ticket_id).body.decode())["STATUS"] == status


def test_two_tickets_of_an_event_are_one_entry_and_a_change_is_a_newer_one(holder: Holder, api: Any) -> None:
    holder.buys(2)
    first, second = (fields(own(api, "get_ticket_calendar", each).body.decode()) for each in holder.ids)
    holder.event_says(version=2)
    later = fields(own(api, "get_ticket_calendar", holder.ticket_id).body.decode())
    assert first["UID"] == second["UID"] == later["UID"]
    assert int(later["SEQUENCE"]) > int(first["SEQUENCE"])


@given(title=st.text(st.characters(exclude_categories=("Cs",)), max_size=120), place=st.text(max_size=120))
def test_any_text_is_carried_whole_in_lines_of_75_bytes(title: str, place: str) -> None:
    place = place.encode("utf-8", "ignore").decode()
    file = calendar(a_ticket(title, place), URL, "en")
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "\n" not in file.replace("\r\n", "")
    said = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", re.sub(r"\r\n?", "\n", title))
    assert unescaped(fields(file)["SUMMARY"]) == said


def test_commas_semicolons_backslashes_and_line_breaks_are_escaped() -> None:
    file = calendar(a_ticket("a,b;c\\d\ne", "KICC"), URL, "en")
    assert "SUMMARY:a\\,b\\;c\\\\d\\ne\r\n" in file


def test_a_long_line_is_folded_and_the_blank_before_each_piece_counts() -> None:
    lines = calendar(a_ticket("W" * 300, "ĩ" * 120), URL, "en").split("\r\n")
    assert max(len(line.encode()) for line in lines) == 75
