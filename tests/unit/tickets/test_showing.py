"""A holder looks at his ticket: as data, as a picture, on paper; and nobody else does."""

import json
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function
from tests.unit.tickets.conftest import ASHA, DEAD, JUMA, Holder
from tests.unit.tickets.reading import scanned, scanned_svg
from tiketi.tickets.keys import public_keys
from tiketi.tickets.link import link_of
from tiketi.tickets.token import verify

CUSTOMER = (ASHA, "customer")
FILES = {
    "get_ticket": "",
    "draw_ticket_svg": "/qr.svg",
    "draw_ticket_png": "/qr.png",
    "print_ticket": "/pdf",
    "get_ticket_calendar": "/calendar.ics",
}
BY_LINK = {name: end for name, end in FILES.items() if name not in ("get_ticket", "draw_ticket_svg")}


def own(api: Any, name: str, ticket_id: str, user: Any = CUSTOMER, **more: Any) -> Any:
    path = f"/tickets/{ticket_id}{FILES[name]}"
    return api(f"tickets/{name}", path=path, path_parameters={"ticket_id": ticket_id}, user=user, **more)


def linked(api: Any, name: str, link: str, **more: Any) -> Any:
    return api(f"tickets/{name}", path=f"/t/{link}", path_parameters={"link": link}, **more)


def test_a_ticket_says_what_when_and_where_and_its_token_opens_the_gate(holder: Holder, api: Any) -> None:
    holder.buys()
    answer = own(api, "get_ticket", holder.ticket_id)
    assert answer.status == 200
    told = answer.json
    assert (told["event_title"], told["location"]) == ("Blankets and Wine", "Ngong Racecourse, Nairobi")
    assert (told["start_date"], told["state"], told["status"]) == ("2099-12-24T15:00:00Z", "valid", "valid")
    assert told["code"] == holder.item().code
    assert told["url"] == f"https://tiketi.example/t/{link_of(holder.ticket_id)}"
    claims = verify(told["token"], public_keys())
    assert claims
    assert (claims.ticket_id, claims.event_id, claims.tier) == (holder.ticket_id, holder.shop.event_id, "VIP")


def test_every_picture_of_a_ticket_scans_to_the_same_token(holder: Holder, api: Any) -> None:
    holder.buys()
    token = own(api, "get_ticket", holder.ticket_id).json["token"]
    svg = own(api, "draw_ticket_svg", holder.ticket_id)
    png = own(api, "draw_ticket_png", holder.ticket_id)
    assert (svg.headers["Content-Type"], png.headers["Content-Type"]) == ("image/svg+xml", "image/png")
    assert scanned_svg(svg.body.decode()) == scanned(png.body) == [token]
    assert scanned(linked(api, "draw_ticket_png", holder.link).body) == [token]
    assert "no-store" in png.headers["Cache-Control"]


@pytest.mark.parametrize("name", FILES)
def test_nobody_else_finds_ones_ticket(holder: Holder, api: Any, name: str) -> None:
    holder.buys()
    for user, status in (((JUMA, "customer"), 404), ((JUMA, "organizer"), 404), (None, 401)):
        assert own(api, name, holder.ticket_id, user).status == status, user
    assert own(api, name, holder.ticket_id).status == 200


@pytest.mark.parametrize("ticket_id", ["x", "", f"{ASHA}-0000000000000000-1", f"{ASHA}-0000000000000000-0", "é" * 99])
@pytest.mark.parametrize("name", FILES)
def test_a_ticket_that_is_not_there_is_not_found(table: Any, api: Any, name: str, ticket_id: str) -> None:
    answer = own(api, name, ticket_id)
    assert (answer.status, answer.json["code"]) == (404, "ticket_not_found")


@pytest.mark.parametrize("name", BY_LINK)
def test_whoever_has_the_link_needs_no_account_and_whoever_guesses_one_gets_nothing(
    holder: Holder, api: Any, name: str
) -> None:
    holder.buys()
    assert linked(api, name, holder.link).status == 200
    guessed = ("B" if holder.link[0] == "A" else "A") + holder.link[1:]
    for link in (guessed, holder.link[:-1], "x", holder.ticket_id):
        assert linked(api, name, link).status == 404, link


@pytest.mark.parametrize("state", DEAD)
def test_a_ticket_that_admits_nobody_has_no_token_and_no_picture(holder: Holder, api: Any, state: str) -> None:
    holder.buys()
    holder.becomes(state)
    told = own(api, "get_ticket", holder.ticket_id).json
    assert (told["state"], told["token"]) == (state, None)
    for name in ("draw_ticket_svg", "draw_ticket_png"):
        answer = own(api, name, holder.ticket_id)
        assert (answer.status, answer.json["code"]) == (410, "ticket_admits_nobody")


def test_a_ticket_of_an_event_that_is_gone_still_says_what_it_was(holder: Holder, api: Any) -> None:
    from tiketi.catalogue.items import EVENT, EventItem, event_key

    holder.buys()
    EventItem(event_key(holder.shop.event_id), EVENT).delete()
    told = own(api, "get_ticket", holder.ticket_id).json
    assert (told["event_title"], told["start_date"], told["location"]) == ("Blankets and Wine", None, "")
    assert own(api, "get_ticket_calendar", holder.ticket_id).status == 404
    assert own(api, "print_ticket", holder.ticket_id).status == 200
    assert linked(api, "show_ticket", holder.link).status == 200


def test_orders_and_lists_tell_the_code_and_the_address(holder: Holder, api: Any) -> None:
    holder.buys(2)
    order = api("sales/get_order", path_parameters={"order_id": holder.order_id}, user=CUSTOMER).json
    listed = api("sales/list_user_tickets", user=CUSTOMER).json["tickets"]
    for told in (order["tickets"], listed):
        urls = {each["id"]: each["url"] for each in told}
        assert urls == {each: f"https://tiketi.example/t/{link_of(each)}" for each in holder.ids}
        assert all(len(each["code"]) == 8 for each in told)


@pytest.mark.parametrize("name", [*FILES, "print_order", "show_ticket", "get_page_worker"])
def test_the_sample_event_is_answered(table: Any, name: str) -> None:
    event = json.loads((ROOT / f"events/tickets/{name}.json").read_text())
    answer = load_function(f"tickets/{name}").handler(event, LAMBDA_CONTEXT)
    assert answer["statusCode"] == (200 if name == "get_page_worker" else 404)
