"""The code of a ticket: read out at the gate, typed in by a stranger, found among the tickets of its event."""

import pytest

from tests.unit.shop import Shop
from tiketi.ids import read_ticket_code, ticket_code
from tiketi.payments.outcomes import mark_paid
from tiketi.sales.items import TicketItem, event_ticket_ids, ticket_ids_with_code, ticket_key


def test_the_tickets_of_an_event_are_found_by_their_codes(shop: Shop) -> None:
    shop.open()
    payment = shop.buy(3)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    shop.settle(payment)
    ids = sorted(event_ticket_ids(shop.event_id))
    assert ids == [f"{payment.order_id}-{number}" for number in (1, 2, 3)]
    for ticket_id in ids:
        ticket = TicketItem.get(*ticket_key(ticket_id))
        assert ticket_ids_with_code(shop.event_id, ticket.code) == [ticket_id]
    assert ticket_ids_with_code(shop.event_id, "00000000") == []


@pytest.mark.parametrize("typed", ["7K3M-01XZ", "7k3m 01xz", " 7K3MOIXZ ", "7k3m\u20130lxz"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_ticket_code(typed) == "7K3M01XZ"


@pytest.mark.parametrize("typed", ["", "7K3M01X", "7K3M01XZ9", "7K3M01X!", "UUUUUUUU"])
def test_what_is_no_code_is_told(typed: str) -> None:
    assert read_ticket_code(typed) is None


def test_a_code_cannot_be_had_without_the_key() -> None:
    assert ticket_code("t", "one key") == ticket_code("t", "one key") != ticket_code("t", "another key")
