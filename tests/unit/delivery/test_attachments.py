"""The tickets themselves, as the PDF that comes with an e-mail."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.unit.delivery.postbox import Postbox
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi.delivery import notices


@pytest.mark.parametrize(("language", "name"), [("en", "tickets.pdf"), ("sw", "tiketi.pdf")])
def test_an_email_brings_a_page_for_each_ticket(
    table: Any, shop: Shop, outgoing: Outgoing, language: str, name: str
) -> None:
    postbox = Postbox(shop, outgoing)
    shop.open()
    order = postbox.buys(postbox.customer(language=language), quantity=2)
    assert postbox.receive(notices.tickets_issued(order))
    attachment = postbox.letter().attachment
    assert attachment and attachment.name == name
    pages = PdfReader(io.BytesIO(attachment.content)).pages
    assert len(pages) == 2
    assert "Blankets and Wine" in pages[0].extract_text()


def test_who_has_his_tickets_is_reminded_without_them(postbox: Postbox) -> None:
    postbox.shop.open()
    customer = postbox.customer()
    postbox.buys(customer)
    assert postbox.receive(notices.to_holder(postbox.shop.event_id, "event_changed", customer, "2", {}))
    assert postbox.letter().attachment is None


def test_who_has_no_address_has_no_pdf_drawn(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("tiketi.tickets.pdf.tickets_pdf")
    postbox.shop.open()
    order = postbox.buys(postbox.customer(email=""))
    assert postbox.receive(notices.tickets_issued(order))
    assert postbox.counts() == (1, 0)
