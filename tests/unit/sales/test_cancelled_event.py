"""An organizer calls an event off: nothing more is sold, every order ends, and all money goes back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.catalogue.conftest import Meanwhile, at_each_call, deliver, finishes, record
from tests.unit.conftest import Api
from tests.unit.outgoing import Outgoing
from tests.unit.sales.test_transferring import account
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.catalogue.cancel_event import LATEST, cancel_event
from tiketi.catalogue.items import EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import customer_of, customer_of_ticket, new_id, new_order_id, ticket_code, ticket_ids
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import mark_failed, mark_paid
from tiketi.payments.refund_items import find_refund, refund_id_of
from tiketi.payments.refund_rules import Back
from tiketi.payments.refunds import apply_outcome
from tiketi.sales import end_orders, stock
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.end_orders import MOST_TURNS, NeverEmpty, end_stretch
from tiketi.sales.end_orders_queue import Walk
from tiketi.sales.items import TicketItem, event_tickets_key, ticket_key
from tiketi.sales.transfer import transfer_ticket
from tiketi.sales.void_ticket import void_ticket
from tiketi.settings import secret


@pytest.fixture
def cancel(shop: Shop) -> Callable[[], dict[str, Any]]:
    def call() -> dict[str, Any]:
        return cancel_event(shop.event_id, event(shop).organizer_id)

    return call


@pytest.fixture
def end(walks: list[tuple[Walk, int]]) -> Callable[[], None]:
    """Works the queue off, whatever the delays are."""

    def all_messages() -> None:
        while walks:
            following = end_stretch(walks.pop(0)[0])
            if following:
                walks.append((following.walk, following.delay_seconds))

    return all_messages


def event(shop: Shop) -> EventItem:
    return EventItem.get(event_key(shop.event_id), "EVENT")


def pay(payment: PaymentItem) -> None:
    if int(payment.amount):
        mark_paid(payment.order_id, f"R{payment.order_id[-8:]}")


def bought(shop: Shop, quantity: int = 1) -> PaymentItem:
    payment = shop.buy(quantity)
    pay(payment)
    return shop.settle(payment)


def statuses(payment: PaymentItem) -> list[str]:
    return [TicketItem.get(*ticket_key(each)).status for each in ticket_ids(payment.order_id, int(payment.quantity))]


def progress(shop: Shop, api: Api) -> Any:
    user = (event(shop).organizer_id, "organizer")
    answer = api("catalogue/get_cancellation", path_parameters={"event_id": shop.event_id}, user=user)
    assert answer.status == 200, answer.json
    return answer.json


def settle_all(shop: Shop, *payments: PaymentItem) -> None:
    for payment in payments:
        shop.settle(payment)


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.code


def test_every_order_ends_and_its_money_is_due(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None], outgoing: Outgoing
) -> None:
    shop.open(capacity=10, shards=2)
    orders = [bought(shop, 3), bought(shop, 1)]
    assert cancel()["state"] == "ending_orders"
    end_stretch(Walk(shop.event_id))
    assert [shop.payment(each).order_status for each in orders] == ["refund_pending"] * 2
    assert [shop.payment(each).reason for each in orders] == ["event_cancelled"] * 2
    assert [statuses(each) for each in orders] == [["refunded"] * 3, ["refunded"]]
    settle_all(shop, *orders)
    assert shop.figures() == (10, 0, 0)
    refunds = [find_refund(refund_id_of(each.order_id, "ORDER")) for each in orders]
    assert [refund and int(refund.amount) for refund in refunds] == [1500, 500]
    assert [message["kind"] for message in outgoing.fan_outs.messages] == ["event_cancelled"]
    end()
    found = progress(shop, api)
    assert (found["state"], found["tickets_left"]) == ("refunding", 0)
    assert [found[name] for name in ("orders_ended", "orders_to_refund", "amount_to_refund")] == [2, 2, 2000]
    assert (found["orders_refunded"], found["amount_refunded"]) == (0, 0)


def test_the_organizer_sees_the_money_arrive_once_however_often_it_is_said(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None]
) -> None:
    shop.open()
    orders = [bought(shop, 2), bought(shop)]
    cancel()
    end_stretch(Walk(shop.event_id))
    settle_all(shop, *orders)
    end()
    for order in [orders[0], orders[0], orders[1]]:
        refund = find_refund(refund_id_of(order.order_id, "ORDER"))
        assert refund
        refund.state = "accepted"
        refund.save()
        apply_outcome(refund, Back("SLU7RT61SW", 0))
        assert shop.payment(order).order_status == "refunded"
    found = progress(shop, api)
    assert (found["state"], found["orders_refunded"], found["amount_refunded"]) == ("done", 2, 1500)


def test_a_free_order_ends_without_a_refund(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None], refund_messages: list[Any]
) -> None:
    shop.open(capacity=4, price=0)
    order = bought(shop, 2)
    cancel()
    end_stretch(Walk(shop.event_id))
    assert shop.settle(order).order_status == "cancelled"
    assert statuses(order) == ["void", "void"]
    assert shop.figures() == (4, 0, 0)
    assert refund_messages == []
    end()
    assert (progress(shop, api)["state"], progress(shop, api)["orders_ended"]) == ("done", 1)


def test_an_order_of_a_hundred_tickets_ends_too(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open(capacity=100, price=10, max_per_order=100)
    order = bought(shop, 100)
    cancel()
    end_stretch(Walk(shop.event_id))
    assert shop.payment(order).order_status == "refund_pending"
    assert set(statuses(order)) == {"refunded"}


# --- What is under way ------------------------------------------------------------------------------------------------


def test_who_is_paying_at_that_moment_has_his_money_back_and_no_ticket_message(
    shop: Shop, cancel: Callable[[], Any], end: Callable[[], None], outgoing: Outgoing
) -> None:
    shop.open()
    order = shop.buy(2)
    cancel()
    end_stretch(Walk(shop.event_id))
    pay(order)
    assert shop.settle(order).order_status == "refund_pending"
    assert shop.payment(order).reason == "event_cancelled"
    assert statuses(order) == ["refunded"] * 2
    shop.settle(order)
    assert shop.figures() == (10, 0, 0)
    assert [kind for kind, _ in outgoing.kinds()] == ["refund_due"]


def test_a_buyer_who_read_the_event_a_moment_ago_gets_nothing(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open(shards=2)
    with at_each_call(before=Meanwhile("PutItem", cancel)):
        assert refused(shop.buy) == "sales_stopped"
    assert refused(shop.buy) == "event_cancelled"
    assert shop.figures() == (10, 0, 0)
    assert shop.daraja.pushes == []


def test_money_that_comes_after_the_hold_has_lapsed_goes_back(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None]
) -> None:
    shop.open()
    order = shop.buy()
    mark_failed(order.order_id, "cancelled_by_customer")
    shop.settle(order)
    cancel()
    end()
    assert progress(shop, api)["state"] == "done"
    pay(order)
    assert shop.settle(order).order_status == "refund_pending"
    assert shop.payment(order).reason == "event_cancelled"
    assert progress(shop, api)["state"] == "refunding"
    assert shop.figures() == (10, 0, 0)


def moments(work: Callable[[], object]) -> Iterator[int]:
    """The number of each call to the table that it makes."""
    calls: list[int] = []
    with at_each_call(after=lambda number, name: calls.append(number)):
        work()
    yield from calls


def test_at_whatever_moment_of_the_finalizer_the_event_is_cancelled_nobody_keeps_a_ticket(
    table: Any, shop: Shop, cancel: Callable[[], Any], end: Callable[[], None]
) -> None:
    shop.open(capacity=100)
    counted = shop.buy(2)
    pay(counted)
    number_of_moments = len(list(moments(lambda: shop.settle(counted))))
    assert number_of_moments > 8
    for moment in range(1, number_of_moments + 1):
        again = Shop()
        again.open(capacity=4)
        order = again.buy(2)
        pay(order)

        def all_of_it(again: Shop = again) -> None:
            cancel_event(again.event_id, event(again).organizer_id)
            end_stretch(Walk(again.event_id))

        with at_each_call(before=Meanwhile(moment, all_of_it)):
            again.settle(order)
        settle_all(again, order, order)
        end_stretch(Walk(again.event_id, turn=2))
        settle_all(again, order)
        assert again.payment(order).order_status == "refund_pending", f"at call {moment}"
        assert statuses(order) == ["refunded"] * 2, f"at call {moment}"
        assert again.figures() == (4, 0, 0), f"at call {moment}"


def test_it_is_not_done_while_somebody_holds_a_ticket(
    shop: Shop, api: Api, cancel: Callable[[], Any], walks: list[tuple[Walk, int]]
) -> None:
    shop.open()
    order = shop.buy()
    cancel()
    pauses: list[int] = []
    for turn in range(1, 6):
        following = end_stretch(Walk(shop.event_id, turn, "Z"))
        assert following and following.walk == Walk(shop.event_id, turn + 1)
        pauses.append(following.delay_seconds)
    assert pauses == [5, 30, 60, 120, 300]
    assert progress(shop, api)["tickets_left"] == 1
    mark_failed(order.order_id, "wrong_pin")
    shop.settle(order)
    assert end_stretch(Walk(shop.event_id, 6, "Z")) is None
    assert progress(shop, api)["state"] == "done"


def test_what_no_turn_finds_is_put_before_a_person(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    assert stock.hold(shop.pool, new_order_id(new_id()), 1, 0)
    cancel()
    with pytest.raises(NeverEmpty):
        end_stretch(Walk(shop.event_id, MOST_TURNS, "Z"))


# --- Tickets that are not as they were --------------------------------------------------------------------------------


def test_whoever_was_let_in_has_his_money_back_and_the_ticket_says_both(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    order = bought(shop, 2)
    used = TicketItem(*ticket_key(f"{order.order_id}-1"))
    used.update([TicketItem.admitted_at.set("2099-12-24T15:00:00Z"), TicketItem.admitted_gate.set("North")])
    cancel()
    end_stretch(Walk(shop.event_id))
    assert shop.payment(order).order_status == "refund_pending"
    used.refresh()
    assert (used.status, used.admitted_gate) == ("refunded", "North")


def test_a_ticket_that_was_passed_on_ends_and_who_paid_has_the_money_back(
    shop: Shop, cancel: Callable[[], Any]
) -> None:
    shop.open()
    order = bought(shop)
    TicketItem(*ticket_key(f"{order.order_id}-1")).update([TicketItem.status.set("transferred")])
    passed_on = put_ticket(shop, new_order_id(new_id()), order.order_id)
    cancel()
    end_stretch(Walk(shop.event_id))
    assert TicketItem.get(*ticket_key(passed_on)).status == "refunded"
    assert statuses(order) == ["transferred"]
    assert shop.payment(order).order_status == "refund_pending"


def test_neither_a_void_ticket_nor_one_that_was_passed_on_keeps_any_of_the_money(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None]
) -> None:
    shop.open()
    order, friend = bought(shop, 4), account("juma@example.com")
    void_ticket(event(shop).organizer_id, f"{order.order_id}-1", "a stolen phone")
    old = [f"{order.order_id}-{number}" for number in (2, 3)]
    passed_on = [
        str(transfer_ticket(customer_of(order.order_id) or "", each, "juma@example.com", "").transferred_to)
        for each in old
    ]
    void_ticket(event(shop).organizer_id, passed_on[1], "sold on at twice the price")
    cancel()
    end_stretch(Walk(shop.event_id))
    assert statuses(order) == ["void", "transferred", "transferred", "refunded"]
    assert [TicketItem.get(*ticket_key(each)).status for each in passed_on] == ["refunded", "void"]
    assert {customer_of_ticket(each) for each in passed_on} == {friend}
    for _ in range(2):
        shop.settle(order)
        assert shop.figures() == (10, 0, 0), "each seat is back once"
    refund = find_refund(refund_id_of(order.order_id, "ORDER"))
    assert refund and int(refund.amount) == 2000
    end()
    found = progress(shop, api)
    assert [found[name] for name in ("orders_ended", "amount_to_refund", "tickets_left")] == [1, 2000, 0]


def test_an_order_of_void_tickets_only_is_refunded_with_its_event(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    order = bought(shop)
    void_ticket(event(shop).organizer_id, f"{order.order_id}-1", "a stolen phone")
    cancel()
    end_stretch(Walk(shop.event_id))
    assert shop.settle(order).order_status == "refund_pending"
    assert (statuses(order), shop.figures()) == (["void"], (10, 0, 0))


def put_ticket(shop: Shop, own_order: str, paying_order: str, price: int = 500) -> str:
    ticket_id = f"{own_order}-1"
    code = ticket_code(ticket_id, secret("SECRET_KEY"))
    TicketItem(
        *ticket_key(ticket_id),
        ticket_id=ticket_id,
        order_id=paying_order,
        event_id=shop.event_id,
        event_title="Blankets and Wine",
        ticket_type="VIP",
        price=price,
        code=code,
        gsi1_pk=event_tickets_key(shop.event_id, code),
        gsi1_sk=f"{code}#{ticket_id}",
        purchase_date="2099-12-01T15:00:00Z",
    ).save()
    return ticket_id


def test_a_ticket_without_an_order_ends_too(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    order_id = new_order_id(new_id())
    ticket_id = put_ticket(shop, order_id, order_id, price=0)
    cancel()
    end_stretch(Walk(shop.event_id))
    assert TicketItem.get(*ticket_key(ticket_id)).status == "void"


def test_what_a_customer_gave_back_before_stays_as_it_ended(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    EventItem(event_key(shop.event_id), "EVENT").update(
        [EventItem.refund_until_hours.set(24), EventItem.refund_percent.set(50)]
    )
    given_back, kept = bought(shop), bought(shop)
    cancel_order(customer_of(given_back.order_id) or "", given_back.order_id)
    cancel()
    assert refused(lambda: cancel_order(customer_of(kept.order_id) or "", kept.order_id)) == "event_cancelled"
    end_stretch(Walk(shop.event_id))
    found = shop.payment(given_back)
    assert (found.reason, found.refund_amount) == ("cancelled_by_request", 250)
    assert (shop.payment(kept).reason, shop.payment(kept).refund_amount) == ("event_cancelled", None)


# --- In stretches, through crashes ------------------------------------------------------------------------------------


def test_many_orders_end_in_stretches_each_of_which_may_be_repeated(
    shop: Shop, api: Api, cancel: Callable[[], Any], end: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(end_orders, "STRETCH_TICKETS", 2)
    shop.open(capacity=20)
    orders = [bought(shop, 3) for _ in range(4)]
    cancel()
    walk: Walk | None = Walk(shop.event_id)
    stretches = 0
    while walk and walk.turn == 1:
        end_stretch(walk)
        following = end_stretch(walk)
        walk = following.walk if following else None
        stretches += 1
    assert stretches >= 6
    assert [shop.payment(each).order_status for each in orders] == ["refund_pending"] * 4
    settle_all(shop, *orders)
    end()
    found = progress(shop, api)
    assert (found["orders_ended"], found["amount_to_refund"], found["state"]) == (4, 6000, "refunding")


def test_a_stretch_that_dies_at_any_write_is_finished_by_the_next_one(
    shop: Shop, api: Api, cancel: Callable[[], Any]
) -> None:
    shop.open(capacity=20)
    orders = [bought(shop, 2) for _ in range(2)]
    cancel()
    crash_at = 1
    while not finishes(lambda: end_stretch(Walk(shop.event_id)), crash_at):
        for order in orders:
            valid = statuses(order).count("valid")
            assert not valid or shop.payment(order).order_status == "completed"
        crash_at = 1 if crash_at > 1 else 2
    assert [statuses(each) for each in orders] == [["refunded"] * 2] * 2
    settle_all(shop, *orders)
    assert progress(shop, api)["orders_ended"] == 2


@pytest.mark.parametrize("crash_at", [2, 3, 4])
def test_a_cancellation_that_dies_after_its_first_write_is_carried_on_by_the_stream(
    shop: Shop, cancel: Callable[[], Any], walks: list[tuple[Walk, int]], crash_at: int
) -> None:
    shop.open(shards=2)
    assert not finishes(cancel, crash_at)
    assert event(shop).status == "cancelled"
    assert deliver(record(event_key(shop.event_id), "EVENT")) == []
    assert walks[-1] == (Walk(shop.event_id), 0)
    assert all(shard.closed for shard in stock.read_shards(shop.pool))
    sent = len(walks)
    assert deliver(record(event_key(shop.event_id), "EVENT")) == []
    assert cancel()["state"] == "ending_orders"
    assert len(walks) == sent, "it has begun"


def test_a_message_for_an_event_that_is_on_sale_ends_nothing(shop: Shop) -> None:
    shop.open()
    order = bought(shop)
    assert end_stretch(Walk(shop.event_id)) is None
    assert statuses(order) == ["valid"]


# --- Who may, and when ------------------------------------------------------------------------------------------------


def test_over_http(shop: Shop, api: Api, walks: list[tuple[Walk, int]]) -> None:
    shop.open()
    path, organizer = {"event_id": shop.event_id}, (event(shop).organizer_id, "organizer")
    before = api("catalogue/get_cancellation", path_parameters=path, user=organizer)
    assert (before.status, before.json["code"]) == (404, "not_cancelled")
    for user, code in (((new_id(), "organizer"), "not_your_event"), ((new_id(), "customer"), "organizers_only")):
        assert api("catalogue/cancel_event", "POST", path_parameters=path, user=user).json["code"] == code
        assert api("catalogue/get_cancellation", path_parameters=path, user=user).json["code"] == code
    answer = api("catalogue/cancel_event", "POST", path_parameters=path, user=organizer)
    assert (answer.status, answer.json["state"], answer.json["event_id"]) == (202, "ending_orders", shop.event_id)
    assert api("catalogue/get_event", path_parameters=path).json["status"] == "cancelled"
    for function, method, body in (("update_event", "PUT", {"title": "Other"}), ("delete_event", "DELETE", None)):
        refusal = api(f"catalogue/{function}", method, path_parameters=path, body=body, user=organizer)
        assert (refusal.status, refusal.json["code"]) == (409, "event_cancelled")


def test_a_week_after_its_end_it_is_too_late(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    item = EventItem(event_key(shop.event_id), "EVENT")
    item.update([EventItem.end_date.set(clock.rfc3339(clock.utc_now() - LATEST))])
    assert refused(cancel) == "event_over"
    item.update([EventItem.end_date.set(clock.rfc3339(clock.utc_now() - LATEST + timedelta(minutes=5)))])
    assert cancel()["state"] == "ending_orders"


def test_not_while_somebody_else_is_changing_it(shop: Shop, cancel: Callable[[], Any]) -> None:
    shop.open()
    EventItem(event_key(shop.event_id), "EVENT").update([EventItem.claimed_until.set(clock.epoch_now() + 30)])
    assert refused(cancel) == "changed_meanwhile"
    assert event(shop).status == "published"
