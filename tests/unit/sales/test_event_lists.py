"""An organizer reads who comes, and which orders that were: as JSON and as CSV, page by page."""

import csv
import gzip
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.catalogue.conftest import BARAKA, calls_counted
from tests.unit.conftest import Api
from tests.unit.sales.test_transferring import account
from tests.unit.shop import Shop
from tiketi.accounts.items import PROFILE, UserItem, user_key
from tiketi.catalogue.items import EventItem, event_key
from tiketi.ids import customer_of, new_id
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import mark_paid
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.csv_text import csv_text
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.sales.transfer import transfer_ticket

Read = Callable[..., Any]
LISTS = {"attendees": "sales/list_attendees", "orders": "sales/list_event_orders"}


def cell(value: object) -> str:
    return "" if value is None else "no" if value is False else str(value)


@pytest.fixture
def read(shop: Shop, api: Api) -> Read:
    shop.open(capacity=50)
    organizer = EventItem.get(event_key(shop.event_id), "EVENT").organizer_id

    def call(name: str, user: tuple[str, str] | None = None, headers: Any = None, **query: str) -> Any:
        path = {"event_id": shop.event_id}
        who = user or (organizer, "organizer")
        return api(LISTS[name], path_parameters=path, user=who, query=query, headers=headers)

    return call


def customer(name: str) -> str:
    user_id = new_id()
    UserItem(
        user_key(user_id),
        PROFILE,
        user_id=user_id,
        email=f"{user_id}@example.com",
        password_hash="-",
        role="customer",
        phone_number="254712345678",
        name=name,
        created_at="2026-01-01T00:00:00Z",
    ).save()
    return user_id


def bought(shop: Shop, quantity: int = 1, name: str = "Wanjirũ Kamau") -> PaymentItem:
    payment = shop.buy(quantity, user_id=customer(name))
    mark_paid(payment.order_id, f"R{payment.order_id[-8:]}")
    return shop.settle(payment)


def all_pages(read: Read, name: str, **query: str) -> tuple[list[dict[str, Any]], int]:
    rows, pages, cursor = list[dict[str, Any]](), 0, ""
    while pages == 0 or cursor:
        answer = read(name, **query, cursor=cursor).json
        rows += answer[name]
        pages, cursor = pages + 1, answer["next_cursor"]
    return rows, pages


def followed(read: Read, name: str, limit: str) -> tuple[str, int]:
    """The file that comes of all pages, one after the other, by the Link header; and how many they were."""
    text, pages, query = "", 0, {"format": "csv", "limit": limit}
    while query:
        answer = read(name, **query)
        text, pages = text + answer.body.decode(), pages + 1
        link = answer.headers.get("Link", "")
        assert not link or link.endswith('>; rel="next"')
        query = dict(part.split("=", 1) for part in link.removeprefix("<?").partition(">")[0].split("&") if part)
    return text, pages


def test_attendees_are_told_by_name_and_state(shop: Shop, read: Read) -> None:
    one, two = bought(shop, 2), bought(shop, 1, "Otieno")
    used = f"{one.order_id}-1"
    TicketItem(*ticket_key(used)).update(
        [TicketItem.admitted_at.set("2099-12-24T15:00:00Z"), TicketItem.admitted_gate.set("North")]
    )
    rows, _ = all_pages(read, "attendees")
    assert sorted((row["ticket_id"], row["name"], row["status"], row["gate"]) for row in rows) == sorted(
        [
            (used, "Wanjirũ Kamau", "valid", "North"),
            (f"{one.order_id}-2", "Wanjirũ Kamau", "valid", None),
            (f"{two.order_id}-1", "Otieno", "valid", None),
        ]
    )
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    assert "254712345678" not in str(rows) and "@" not in str(rows), "who is to be reached is reached by the system"


def test_whoever_had_a_ticket_passed_on_to_him_is_not_named(shop: Shop, read: Read) -> None:
    """Else an address and a second account would yield a name."""
    account("juma@example.com")
    order_id = bought(shop).order_id
    transfer_ticket(customer_of(order_id) or "", f"{order_id}-1", "juma@example.com", "request-1")
    rows = {row["status"]: row["name"] for row in all_pages(read, "attendees")[0]}
    assert rows == {"transferred": "Wanjirũ Kamau", "valid": ""}


def test_orders_are_told_once_each_with_what_became_of_the_money(shop: Shop, read: Read) -> None:
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.refund_until_hours.set(24), EventItem.refund_percent.set(75)]
    )
    kept, returned = bought(shop, 3), bought(shop, 1, "Otieno")
    shop.buy()
    cancel_order(customer_of(returned.order_id) or "", returned.order_id)
    rows = {row["order_id"]: row for row in all_pages(read, "orders")[0]}
    assert rows.keys() == {kept.order_id, returned.order_id}, "who has not paid has bought nothing"
    assert rows[kept.order_id] == {
        "order_id": kept.order_id,
        "account_reference": kept.account_reference,
        "paid_at": kept.paid_at,
        "ticket_type": "VIP",
        "quantity": 3,
        "unit_price": 500,
        "amount": 1500,
        "refund_amount": 0,
        "status": "completed",
        "reason": None,
        "receipt": kept.receipt,
        "phone": f"…{kept.phone_number[-3:]}",
        "name": "Wanjirũ Kamau",
        "complimentary": False,
    }
    assert [rows[returned.order_id][each] for each in ("status", "reason", "amount", "refund_amount")] == [
        "refund_pending",
        "cancelled_by_request",
        500,
        375,
    ]


@pytest.mark.parametrize("name", LISTS)
def test_pages_have_each_row_once_whatever_their_size(name: str, shop: Shop, read: Read) -> None:
    for quantity in (1, 2, 3):
        bought(shop, quantity)
    whole, pages = all_pages(read, name)
    assert (len(whole), pages) == ({"attendees": 6, "orders": 3}[name], 1)
    for limit in ("1", "2", "4"):
        assert all_pages(read, name, limit=limit)[0] == whole


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_csv_one_after_the_other_are_one_file(name: str, shop: Shop, read: Read) -> None:
    for quantity in (1, 2, 3):
        bought(shop, quantity)
    whole, _ = all_pages(read, name)
    for limit in ("2", "2000"):
        text, pages = followed(read, name, limit)
        assert pages in ({1} if limit == "2000" else {3, 4}), "the last one may be empty"
        assert text.startswith("\ufeff") and text.count("\ufeff") == 1
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows == [{key: cell(value) for key, value in row.items()} for row in whole]


def test_the_accept_header_asks_for_csv_too_and_format_goes_before_it(shop: Shop, read: Read) -> None:
    bought(shop)
    by_header = read("attendees", headers={"Accept": "text/csv"})
    assert by_header.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert by_header.headers["Content-Disposition"] == f'attachment; filename="attendees-{shop.event_id}.csv"'
    assert by_header.body == read("attendees", format="csv").body
    assert read("attendees", headers={"Accept": "text/csv"}, format="json").json
    zipped = read("attendees", headers={"Accept": "text/csv", "Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.body) == by_header.body


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+254", "-1+1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    text = csv_text(["name"], [[name], ['Mwangi = Njeri, "Bob"']], first=False)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[f"'{name}"], ['Mwangi = Njeri, "Bob"']]


def test_a_line_break_in_a_name_stays_in_its_cell() -> None:
    text = csv_text(["name", "n"], [["two\nlines", 2]], first=True)
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == ["two\nlines", "2"]


@pytest.mark.parametrize("name", LISTS)
def test_nobody_else_reads_them(name: str, shop: Shop, read: Read) -> None:
    assert read(name, BARAKA).json["code"] == "not_your_event"
    assert read(name, (new_id(), "customer")).json["code"] == "organizers_only"


@pytest.mark.parametrize("cursor", ["x", "e30", "A" * 40])
def test_a_cursor_is_good_for_its_own_list_alone(cursor: str, shop: Shop, read: Read) -> None:
    bought(shop, 3)
    assert read("attendees", cursor=cursor).json["code"] == "bad_cursor"
    ours = read("attendees", limit="1").json["next_cursor"]
    assert read("orders", cursor=ours).json["code"] == "bad_cursor"
    assert read("attendees", limit="2001").json["errors"][0]["field"] == "limit"
    assert read("attendees", format="xml").json["errors"][0]["field"] == "format"


def test_a_page_reads_its_own_tickets_and_each_holder_once(shop: Shop, read: Read) -> None:
    bought(shop, 4)
    with calls_counted() as calls:
        read("attendees", limit="4")
    assert (calls["GetItem"], calls["BatchGetItem"]) == (1, 2)
