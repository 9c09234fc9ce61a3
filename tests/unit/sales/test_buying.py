"""A sale from the buyer's request to the ticket, against moto."""

from typing import Any

import pytest

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.payments.daraja import Refused, Unknown
from tiketi.payments.items import PaymentItem
from tiketi.payments.outcomes import expire, mark_failed, mark_paid
from tiketi.sales import stock
from tiketi.sales.finalize import StockMissing
from tiketi.sales.items import TicketItem
from tiketi.sales.reclaim import reclaim
from tiketi.sales.stock_rules import shard_sequence


def refused(call: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def tickets_of(payment: PaymentItem) -> list[TicketItem]:
    return list(TicketItem.query(payment.pk, TicketItem.sk.startswith("TICKET#")))


def past_the_deadline(monkeypatch: pytest.MonkeyPatch, payment: PaymentItem, by: int = 1) -> None:
    moment = int(payment.expires_at) + by
    monkeypatch.setattr(clock, "epoch_now", lambda: moment)


def test_a_purchase_holds_stock_and_sends_one_prompt_for_the_tiers_price(shop: Any) -> None:
    shop.open(price=500)
    payment = shop.buy(quantity=2, phone="254712345678")
    assert shop.figures() == (8, 2, 0)
    assert len(shop.daraja.pushes) == 1
    push = shop.daraja.pushes[0]
    assert (push["amount"], push["phone_number"]) == (1000, "254712345678")
    assert payment.status == "PENDING"
    assert payment.checkout_request_id == "ws_CO_1"
    assert len(push["account_reference"]) == 12 and push["account_reference"].isalnum()


def test_the_timer_is_set_before_stock_is_held_or_the_phone_asked(shop: Any) -> None:
    shop.open()
    asked_before_push: list[int] = []
    shop.daraja.on_push = lambda sent: asked_before_push.append(len(shop.queue.asked))
    shop.buy()
    assert asked_before_push == [1]


def test_a_paid_order_gets_exactly_its_tickets_and_its_stock_is_sold(shop: Any) -> None:
    shop.open()
    payment = shop.buy(quantity=3)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    payment = shop.settle(payment)
    assert payment.order_status == "completed"
    assert len(tickets_of(payment)) == 3
    assert shop.figures() == (7, 0, 3)


def test_settling_twice_changes_nothing(shop: Any) -> None:
    shop.open()
    payment = shop.buy(quantity=2)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    shop.settle(payment)
    shop.settle(payment)
    assert len(tickets_of(payment)) == 2
    assert shop.figures() == (8, 0, 2)


def test_a_failed_payment_puts_its_stock_back(shop: Any) -> None:
    shop.open()
    payment = shop.buy(quantity=2)
    mark_failed(payment.order_id, "cancelled_by_customer")
    payment = shop.settle(payment)
    assert payment.order_status == "cancelled"
    assert shop.figures() == (10, 0, 0)
    assert tickets_of(payment) == []


def test_a_prompt_nobody_answered_keeps_its_hold_until_the_deadline(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    payment = shop.buy()
    mark_failed(payment.order_id, "no_answer")
    shop.settle(payment)
    assert shop.figures() == (9, 1, 0)
    past_the_deadline(monkeypatch, payment)
    assert shop.settle(payment).order_status == "failed"
    assert shop.figures() == (10, 0, 0)


def test_the_last_ticket_goes_once_and_the_next_buyer_is_told(shop: Any) -> None:
    shop.open(capacity=1)
    shop.buy()
    assert refused(shop.buy) == "sold_out"
    assert shop.figures() == (0, 1, 0)
    assert len(shop.daraja.pushes) == 1


def test_an_order_takes_from_several_shards_when_one_has_too_little(shop: Any) -> None:
    shop.open(capacity=4, shards=4)
    payment = shop.buy(quantity=3)
    assert shop.figures() == (1, 3, 0)
    assert refused(lambda: shop.buy(quantity=2)) == "too_few_left"
    assert shop.figures() == (1, 3, 0)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    assert len(tickets_of(shop.settle(payment))) == 3
    assert shop.figures() == (1, 0, 3)


def test_a_buyer_who_finds_a_tier_empty_brings_lapsed_holds_back_himself(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=1)
    lapsed = shop.buy()
    past_the_deadline(monkeypatch, lapsed)
    shop.buy()
    assert shop.payment(lapsed).status == "EXPIRED"
    assert shop.figures() == (0, 1, 0)


def test_a_hold_whose_payment_was_made_in_time_is_never_taken_away(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(capacity=1)
    payment = shop.buy()
    mark_paid(payment.order_id, "NLJ7RT61SV")
    past_the_deadline(monkeypatch, payment)
    assert refused(shop.buy) == "sold_out"
    assert shop.settle(payment).order_status == "completed"


def test_money_that_comes_after_the_hold_was_released_takes_stock_again(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=2)
    payment = shop.buy(quantity=2)
    assert expire(payment.order_id, int(payment.expires_at))
    past_the_deadline(monkeypatch, payment)
    assert shop.settle(payment).order_status == "expired"
    assert shop.figures() == (2, 0, 0)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    assert shop.settle(payment).order_status == "completed"
    assert shop.settle(payment).order_status == "completed"
    assert len(tickets_of(payment)) == 2
    assert shop.figures() == (0, 0, 2)


def test_money_that_comes_when_all_is_sold_is_due_back_and_makes_no_ticket(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=1)
    late = shop.buy()
    assert expire(late.order_id, int(late.expires_at))
    past_the_deadline(monkeypatch, late)
    shop.settle(late)
    other = shop.buy()
    mark_paid(other.order_id, "NLJ7RT61SV")
    shop.settle(other)
    mark_paid(late.order_id, "NLJ7RT61SW")
    assert shop.settle(late).order_status == "refund_pending"
    assert tickets_of(late) == []
    assert shop.figures() == (0, 0, 1)


def test_a_second_payment_on_the_same_phone_waits_for_the_first(shop: Any) -> None:
    shop.open()
    first = shop.buy(phone="254712345678")
    assert refused(lambda: shop.buy(phone="254712345678")) == "payment_in_progress"
    assert shop.figures() == (9, 1, 0)
    mark_failed(first.order_id, "cancelled_by_customer")
    shop.buy(phone="254712345678")


def test_a_phone_is_free_again_at_the_deadline_though_nobody_has_ended_that_payment(shop: Any) -> None:
    shop.open()
    first = shop.buy(phone="254712345678")
    first.update([PaymentItem.expires_at.set(clock.epoch_now())])
    assert shop.buy(phone="254712345678").status == "PENDING"


def test_a_phone_stays_taken_while_a_hold_is_extended(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    first = shop.buy(phone="254712345678")
    first.update([PaymentItem.expires_at.set(int(first.expires_at) + 80)])
    now = clock.epoch_now()
    monkeypatch.setattr(clock, "epoch_now", lambda: now + 250)
    assert refused(lambda: shop.buy(phone="254712345678")) == "payment_in_progress"


def test_an_answer_of_mpesa_that_came_late_extends_the_hold(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    now = clock.epoch_now()
    shop.daraja.on_push = lambda sent: monkeypatch.setattr(clock, "epoch_now", lambda: now + 150)
    payment = shop.buy()
    assert int(payment.expires_at) == now + 150 + 90
    assert shop.payment(payment).expires_at == payment.expires_at


def test_a_free_ticket_needs_no_phone_and_no_mpesa(shop: Any) -> None:
    shop.open(price=0)
    payment = shop.buy()
    assert payment.status == "PAID"
    assert shop.daraja.pushes == []
    assert shop.settle(payment).order_status == "completed"
    assert len(tickets_of(payment)) == 1


def test_a_push_whose_answer_was_lost_is_never_sent_again(shop: Any) -> None:
    shop.open()
    shop.daraja.answers = [Unknown("ReadTimeout")]
    user = new_id()
    payment = shop.buy(key="k1", user_id=user, phone="254712345678")
    again = shop.buy(key="k1", user_id=user, phone="254712345678")
    assert payment.order_id == again.order_id
    assert again.status == "PENDING"
    assert len(shop.daraja.pushes) == 1
    assert shop.figures() == (9, 1, 0)


@pytest.mark.parametrize("reason", ["mpesa_busy", "mpesa_unavailable", "mpesa_subscriber_busy", "mpesa_refused"])
def test_a_push_refused_before_it_reached_the_phone_fails_the_order_at_once(shop: Any, reason: str) -> None:
    shop.open()
    shop.daraja.answers = [Refused(reason, "detail")]
    user = new_id()
    assert refused(lambda: shop.buy(key="k1", user_id=user, phone="254712345678")) == reason
    order = next(iter(PaymentItem.query(f"USER#{user}")))
    shop.settle(order)
    assert shop.figures() == (10, 0, 0)


def test_what_mpesa_refused_before_the_phone_rang_may_be_tried_again_with_the_same_key(shop: Any) -> None:
    shop.open()
    shop.daraja.answers = [Refused("mpesa_busy", "detail"), Refused("mpesa_unavailable", "detail")]
    user = new_id()
    for reason in ("mpesa_busy", "mpesa_unavailable"):
        assert refused(lambda: shop.buy(key="k1", user_id=user, phone="254712345678")) == reason
    paid = shop.buy(key="k1", user_id=user, phone="254712345678")
    assert paid.checkout_request_id
    again = shop.buy(key="k1", user_id=user, phone="254712345678")
    assert again.order_id == paid.order_id, "a prompt that may be on the phone is not sent again"
    assert len(shop.daraja.pushes) == 3


def test_a_number_that_mpesa_does_not_know_stays_refused(shop: Any) -> None:
    shop.open()
    shop.daraja.answers = [Refused("mpesa_refused", "detail")]
    user = new_id()
    for _ in range(2):
        assert refused(lambda: shop.buy(key="k1", user_id=user, phone="254712345678")) == "mpesa_refused"
    assert len(shop.daraja.pushes) == 1


def test_a_client_that_never_stops_trying_is_stopped(shop: Any) -> None:
    shop.open()
    shop.daraja.answers = [Refused("mpesa_busy", "detail") for _ in range(20)]
    user = new_id()
    codes = [refused(lambda: shop.buy(key="k1", user_id=user, phone="254712345678")) for _ in range(12)]
    assert codes == ["mpesa_busy"] * 10 + ["too_many_attempts"] * 2


def test_a_free_order_that_crashed_with_its_stock_in_hand_goes_on(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open(price=0)
    user = new_id()
    with monkeypatch.context() as crash:
        crash.setattr("tiketi.sales.buy_ticket.mark_free", lambda *_: (_ for _ in ()).throw(RuntimeError("crash")))
        with pytest.raises(RuntimeError):
            shop.buy(key="k1", user_id=user)
    assert shop.figures() == (9, 1, 0)
    now = clock.epoch_now()
    monkeypatch.setattr(clock, "epoch_now", lambda: now + 40)
    again = shop.buy(key="k1", user_id=user, phone="254700000001")
    assert again.status == "PAID"
    assert shop.settle(again).order_status == "completed"


def test_a_repeat_with_the_same_key_and_another_body_is_refused(shop: Any) -> None:
    shop.open()
    user = new_id()
    shop.buy(key="k1", user_id=user, phone="254712345678")
    assert (
        refused(lambda: shop.buy(quantity=2, key="k1", user_id=user, phone="254712345678")) == "idempotency_key_reused"
    )


def test_a_repeat_while_the_first_is_at_work_is_told_to_wait_and_goes_on_after_a_crash(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    user = new_id()
    shop.queue.ask = lambda *_, **__: (_ for _ in ()).throw(RuntimeError("crash before the hold"))
    with pytest.raises(RuntimeError):
        shop.buy(key="k1", user_id=user, phone="254712345678")
    del shop.queue.ask
    assert refused(lambda: shop.buy(key="k1", user_id=user, phone="254712345678")) == "request_in_progress"
    now = clock.epoch_now()
    monkeypatch.setattr(clock, "epoch_now", lambda: now + 40)
    payment = shop.buy(key="k1", user_id=user, phone="254712345678")
    assert payment.checkout_request_id
    assert len(shop.daraja.pushes) == 1


def test_a_crash_after_the_push_never_pushes_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    user = new_id()
    shop.daraja.answers = [RuntimeError("crash while Daraja answers")]
    with pytest.raises(RuntimeError):
        shop.buy(key="k1", user_id=user, phone="254712345678")
    now = clock.epoch_now()
    monkeypatch.setattr(clock, "epoch_now", lambda: now + 40)
    assert shop.buy(key="k1", user_id=user, phone="254712345678").status == "PENDING"
    assert len(shop.daraja.pushes) == 1


def test_late_money_finds_the_stock_that_the_organizer_added_meanwhile(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=1)
    late = shop.buy()
    expire(late.order_id, int(late.expires_at))
    past_the_deadline(monkeypatch, late)
    shop.settle(late)
    other = shop.buy()
    mark_paid(other.order_id, "NLJ7RT61SV")
    shop.settle(other)
    shop.grow(capacity=150)
    stock.hold(stock.Pool(shop.event_id, "VIP", 1), "an order that empties the old shard", 75 - 1, 2**40)
    mark_paid(late.order_id, "NLJ7RT61SW")
    assert shop.settle(late).order_status == "completed"
    assert shop.settle(late).order_status == "completed"
    assert len(tickets_of(late)) == 1
    assert shop.figures()[2] == 2


def test_a_hold_that_comes_after_the_order_has_its_tickets_goes_back(shop: Any) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid(payment.order_id, "NLJ7RT61SV")
    shop.settle(payment)
    assert stock.hold(shop.pool, payment.order_id, 1, 1)
    assert shop.figures() == (8, 1, 1)
    assert reclaim(shop.pool, clock.epoch_now()) == 1
    assert shop.figures() == (9, 0, 1)


@pytest.mark.parametrize("crashes", [False, True])
def test_a_hold_that_comes_while_stock_is_taken_again_is_not_sold_as_well(
    shop: Any, monkeypatch: pytest.MonkeyPatch, crashes: bool
) -> None:
    """The request stood still before its hold, while its deadline passed and its money came."""
    shop.open(capacity=2, shards=2)
    payment = shop.buy()
    expire(payment.order_id, int(payment.expires_at))
    shop.settle(payment)
    other, first = f"{new_id()}-{'A' * 16}", shard_sequence(payment.order_id, 2)[0]
    hold_in = lambda order: stock._take_from_shard(shop.pool, first, order, 1, 1, 1)  # noqa: E731  # pyright: ignore
    assert hold_in(other), "what is taken again lies in the shard that is looked at last"
    mark_paid(payment.order_id, "NLJ7RT61SV")
    retake = stock.retake

    def taken_again_and_held(*given: Any) -> bool:
        done = retake(*given)
        stock.release(shop.pool, other)
        assert hold_in(payment.order_id)
        if crashes:
            raise RuntimeError("the function is gone")
        return done

    with monkeypatch.context() as slow:
        slow.setattr(stock, "retake", taken_again_and_held)
        if crashes:
            with pytest.raises(RuntimeError):
                shop.settle(payment)
        else:
            shop.settle(payment)
    assert shop.settle(payment).order_status == "completed"
    assert shop.figures() == (0, 1, 1)
    assert reclaim(shop.pool, clock.epoch_now()) == 1
    assert shop.figures() == (1, 0, 1)
    assert all(not shard.entries for shard in stock.read_shards(shop.pool))


@pytest.mark.parametrize("capacity", [2, 4])
def test_a_hold_that_comes_between_selling_and_taking_again_is_no_part_of_what_was_paid_for(
    shop: Any, monkeypatch: pytest.MonkeyPatch, capacity: int
) -> None:
    """It may go back at any moment, and its seat to somebody else: two tickets need two that are sold."""
    shop.open(capacity=capacity, shards=2)
    payment = shop.buy(2)
    expire(payment.order_id, int(payment.expires_at))
    shop.settle(payment)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    retake, first = stock.retake, shard_sequence(payment.order_id, 2)[0]

    def held_and_taken_again(*given: Any) -> bool:
        stock._take_from_shard(shop.pool, first, payment.order_id, 1, 2, 1)  # pyright: ignore
        return retake(*given)

    monkeypatch.setattr(stock, "retake", held_and_taken_again)
    shop.settle(payment)
    stock.release(shop.pool, payment.order_id)
    ended, tickets = shop.payment(payment).order_status, 0 if capacity == 2 else 2
    assert ended == ("completed" if tickets else "refund_pending")
    assert shop.figures() == (capacity - tickets, 0, tickets)


def test_no_ticket_is_put_for_stock_that_is_not_there(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.open()
    payment = shop.buy(2)
    expire(payment.order_id, int(payment.expires_at))
    shop.settle(payment)
    mark_paid(payment.order_id, "NLJ7RT61SV")
    monkeypatch.setattr(stock, "sold_to", lambda pool, order_id: {0: 1})
    with pytest.raises(StockMissing):
        shop.settle(payment)
    assert shop.payment(payment).order_status == "pending"
    assert not list(TicketItem.query(payment.pk, TicketItem.sk.startswith("TICKET#")))
