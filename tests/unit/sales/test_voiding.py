"""An organizer makes a ticket void: it admits nobody from then on, and says who did it and why."""

from collections.abc import Callable

import pytest

from tests.unit.admission.conftest import Gate
from tests.unit.catalogue.conftest import Meanwhile, at_each_call
from tests.unit.conftest import Answer, Api
from tests.unit.outgoing import Outgoing
from tests.unit.shop import Shop
from tiketi.admission.rules import Scan, Standing, decide
from tiketi.ids import customer_of_ticket, new_id
from tiketi.sales.items import TicketItem, ticket_key

Void = Callable[..., Answer]


@pytest.fixture
def gate(shop: Shop, api: Api) -> Gate:
    return Gate(shop, api)


@pytest.fixture
def ticket(gate: Gate) -> TicketItem:
    return gate.sell()[0]


@pytest.fixture
def void(gate: Gate, api: Api) -> Void:
    def call(ticket_id: str, reason: str = "Bought with a stolen phone", user: tuple[str, str] | None = None) -> Answer:
        path = {"ticket_id": ticket_id}
        who = user or (gate.organizer, "organizer")
        return api("sales/void_ticket", "POST", path_parameters=path, body={"reason": reason}, user=who)

    return call


def ticket_of(ticket_id: str) -> TicketItem:
    return TicketItem.get(*ticket_key(ticket_id), consistent_read=True)


def admit(ticket_id: str) -> None:
    TicketItem(*ticket_key(ticket_id)).update([TicketItem.admitted_at.set("2099-12-24T15:00:00Z")])


def test_a_void_ticket_says_who_did_it_when_and_why(
    ticket: TicketItem, void: Void, gate: Gate, outgoing: Outgoing
) -> None:
    answer = void(ticket.ticket_id)
    after = ticket_of(ticket.ticket_id)
    assert (after.status, after.voided_by, after.void_reason) == ("void", gate.organizer, "Bought with a stolen phone")
    assert answer.status == 200
    assert {name: answer.json[name] for name in ("ticket_id", "status", "reason", "voided_at")} == {
        "ticket_id": ticket.ticket_id,
        "status": "void",
        "reason": "Bought with a stolen phone",
        "voided_at": after.voided_at,
    }
    assert outgoing.kinds()[1:] == [("ticket_voided", customer_of_ticket(ticket.ticket_id))]
    scan = Scan(gate.event_id, "staff", "scan", "North", "2099-12-24T15:00:00Z")
    assert decide(Standing(after.status), scan, called_off=False).outcome == "void"


def test_to_make_it_void_again_changes_nothing(ticket: TicketItem, void: Void) -> None:
    first = void(ticket.ticket_id)
    assert void(ticket.ticket_id, "Another reason").json == first.json


def test_a_used_ticket_stays_as_it_is(ticket: TicketItem, void: Void) -> None:
    admit(ticket.ticket_id)
    assert (void(ticket.ticket_id).status, void(ticket.ticket_id).json["code"]) == (409, "ticket_used")


@pytest.mark.parametrize("status", ["refunded", "transferred", "void"])
def test_so_does_one_that_has_ended_otherwise(status: str, ticket: TicketItem, void: Void) -> None:
    TicketItem(*ticket_key(ticket.ticket_id)).update([TicketItem.status.set(status)])
    assert (void(ticket.ticket_id).status, void(ticket.ticket_id).json["code"]) == (409, "ticket_ended")


def test_of_a_check_in_and_a_void_at_once_one_wins(ticket: TicketItem, void: Void) -> None:
    with at_each_call(Meanwhile("UpdateItem", lambda: admit(ticket.ticket_id))):
        assert void(ticket.ticket_id).json["code"] == "ticket_used"
    assert ticket_of(ticket.ticket_id).status == "valid"


def test_only_the_organizer_of_its_event_does_it(ticket: TicketItem, void: Void) -> None:
    assert void(ticket.ticket_id, user=(new_id(), "organizer")).json["code"] == "ticket_not_found"
    assert void(ticket.ticket_id, user=(new_id(), "customer")).json["code"] == "organizers_only"
    assert void("no-ticket").json["code"] == "ticket_not_found"
    assert void(f"{ticket.order_id}-9").json["code"] == "ticket_not_found"
    assert void(ticket.ticket_id, "no").json["errors"][0]["field"] == "reason"
