"""Tickets on paper: a page for each, whose QR code scans, and no title that breaks it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.unit.tickets.conftest import DEAD, JUMA, Holder
from tests.unit.tickets.reading import pages, scanned_pdf
from tests.unit.tickets.test_showing import CUSTOMER, linked, own
from tiketi.catalogue.items import EventItem
from tiketi.ids import new_id, new_order_id
from tiketi.sales.items import TicketItem
from tiketi.tickets.holder import HeldTicket
from tiketi.tickets.keys import public_keys
from tiketi.tickets.pdf import printable, tickets_pdf
from tiketi.tickets.token import verify


def order_pdf(api: Any, holder: Holder, user: Any = CUSTOMER, **more: Any) -> Any:
    return api("tickets/print_order", path_parameters={"order_id": holder.order_id}, user=user, **more)


def a_ticket(title: str, place: str = "KICC, Nairobi", tier: str = "VIP") -> HeldTicket:
    order_id, event_id = new_order_id(new_id()), new_id()
    item = TicketItem(
        ticket_id=f"{order_id}-1", order_id=order_id, event_id=event_id, event_title=title, ticket_type=tier,
        price=500, code="7K3M01XZ", purchase_date="2026-11-20T09:30:21Z",
    )  # fmt: skip
    event = EventItem(
        event_id=event_id, title=title, location=place, start_date="2026-12-24T15:00:00Z",
        end_date="2026-12-25T02:00:00Z",
    )  # fmt: skip
    return HeldTicket(item, event)


def test_an_order_is_one_file_with_a_page_for_each_ticket_and_each_scans(holder: Holder, api: Any) -> None:
    holder.buys(3)
    answer = order_pdf(api, holder)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    found = scanned_pdf(answer.body)
    claims = [verify(text, public_keys()) for page in found for text in page]
    assert [len(page) for page in found] == [1, 1, 1]
    assert [each and each.ticket_id for each in claims] == holder.ids


def test_a_page_says_in_words_what_can_be_selected(holder: Holder, api: Any) -> None:
    holder.buys()
    for answer, when in (
        (own(api, "print_ticket", holder.ticket_id), "Thursday 24 December 2099, 18:00"),
        (linked(api, "print_ticket", holder.link, headers={"Accept-Language": "sw"}), "Alhamisi 24 Desemba 2099"),
    ):
        (page,) = pages(answer.body)
        text = " ".join(page.extract_text().split())
        code = holder.item().code
        for part in ("Blankets and Wine", "Ngong Racecourse, Nairobi", "VIP", f"{code[:4]}-{code[4:]}", when):
            assert part in text


def test_the_document_has_a_title_a_language_and_words_for_its_pictures(holder: Holder, api: Any) -> None:
    holder.buys(2)
    import io

    reader = PdfReader(io.BytesIO(order_pdf(api, holder, headers={"Accept-Language": "sw"}).body))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata
    assert reader.metadata.title == "Tiketi: Blankets and Wine"
    assert root["/Lang"] == "sw-KE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]
    figures = root["/StructTreeRoot"]["/K"][0].get_object()["/K"]
    assert [str(each.get_object()["/Alt"])[:16] for each in figures] == ["Msimbo wa QR wa "] * 2
    assert len(reader.outline) == 2


@pytest.mark.parametrize("state", DEAD)
def test_a_dead_ticket_is_printed_with_the_reason_and_without_a_code(holder: Holder, api: Any, state: str) -> None:
    holder.buys()
    holder.becomes(state)
    answer = own(api, "print_ticket", holder.ticket_id)
    assert scanned_pdf(answer.body) == [[]]
    assert "admit" in pages(answer.body)[0].extract_text()


def test_only_the_customer_prints_an_order_and_only_one_with_tickets(holder: Holder, api: Any) -> None:
    holder.buys()
    assert order_pdf(api, holder, (JUMA, "customer")).status == 404
    assert order_pdf(api, holder, None).status == 401
    pending = holder.shop.buy(user_id=CUSTOMER[0])
    answer = api("tickets/print_order", path_parameters={"order_id": pending.order_id}, user=CUSTOMER)
    assert (answer.status, answer.json["code"]) == (409, "order_without_tickets")


TITLES = [
    "Ngũgĩ & Wanjikũ",
    "🎉 Sherehe 🎉",
    "حفلة موسيقية",
    "音楽の夜",
    "e\u0301te\u0301 \u202e\u0000",
    "W" * 120,
    "\t",
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_prints_on_one_page(title: str) -> None:
    pdf = tickets_pdf([a_ticket(title, place=title, tier=title[:60])], "en")
    assert len(pages(pdf)) == 1
    assert len(scanned_pdf(pdf)[0]) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120))
def test_no_text_whatever_breaks_a_page(title: str) -> None:
    assert len(pages(tickets_pdf([a_ticket(title, place=title)], "sw"))) == 1


def test_names_of_this_country_are_printed_as_they_are_written() -> None:
    assert printable("Ngũgĩ wa Thiong’o, Wanjikũ – Café") == "Ngũgĩ wa Thiong’o, Wanjikũ – Café"
    assert printable("Party 🎉\u200d now") == "Party now"
    assert printable("\u0645\u0631") == "??"
    (page,) = pages(tickets_pdf([a_ticket("Ngũgĩ wa Thiong’o")], "en"))
    assert "Ngũgĩ wa Thiong’o" in page.extract_text()


def test_a_ticket_into_the_next_day_names_both(holder: Holder) -> None:
    (page,) = pages(tickets_pdf([a_ticket("All Night")], "en"))
    text = " ".join(page.extract_text().split())
    assert "Thursday 24 December 2026, 18:00 – Friday 25 December 2026, 05:00" in text


def test_a_hundred_tickets_fit_into_an_answer_of_lambda() -> None:
    ticket = a_ticket("Group of a Hundred")
    assert len(tickets_pdf([ticket] * 100, "en")) < 4_000_000, "6 MB in base64"
