"""Moments of the money side at which one guard is all that stands between a write and what came before it."""

import json
from collections.abc import Callable
from contextlib import suppress

from pynamodb.exceptions import TransactWriteError

from tests.proof.cloud import Cloud
from tests.proof.fair import open_fair
from tests.proof.guard_table import holds
from tests.proof.moments import POOL, Moment, require
from tests.proof.truth import Broken
from tiketi.ids import new_id, new_order_id
from tiketi.payments import confirmations, ledger, outcomes, reviews
from tiketi.payments.breaker import CLOSED
from tiketi.payments.daraja import Accepted
from tiketi.payments.items import PaymentItem, find_payment, payment_key
from tiketi.sales import buy_ticket, finalize, stock
from tiketi.sales.stock_rules import shard_sequence


def _paid(moment: Moment) -> None:
    outcomes.register_receipt("SFC1", moment.order_id, 500)
    outcomes.mark_paid(moment.order_id, "SFC1")


@holds("payments.confirmations.receive_confirmation", "ConfirmationItem.pk.does_not_exist()")
def money_is_confirmed_again_with_another_amount(cloud: Cloud) -> None:
    open_fair(cloud)
    for amount in (500, 900):
        told = json.dumps({"TransID": "SFC1", "TransAmount": amount, "BillRefNumber": ""})
        confirmations.receive_confirmation(confirmations.confirmation_token(), told)
    [kept] = confirmations.ConfirmationItem.query("CONFIRMATION#SFC1")
    require(kept.amount == 500, "what M-PESA said was written over")


@holds("payments.ledger.post", "EntryItem.pk.does_not_exist()")
def an_entry_of_the_ledger_is_posted_again_with_another_amount(cloud: Cloud) -> None:
    open_fair(cloud)
    order_id = new_order_id(new_id())
    ledger.post(order_id, "sold", 500)
    with suppress(ledger.LedgerConflict):
        ledger.post(order_id, "sold", 700)
        raise Broken("the ledger says two things")


@holds("payments.outcomes.mark_paid", "PaymentItem.status == 'PAID'")
def a_receipt_comes_for_an_order_that_is_not_there(cloud: Cloud) -> None:
    open_fair(cloud)
    order_id = new_order_id(new_id())
    outcomes.mark_paid(order_id, "SFC1")
    require(cloud.table.read(payment_key(order_id)) is None, "a payment was made of a receipt")


@holds("payments.outcomes.mark_paid", "PaymentItem.receipt.does_not_exist() | (PaymentItem.receipt == receipt)")
def a_second_receipt_comes_for_a_paid_order(cloud: Cloud) -> None:
    moment = Moment(cloud)
    _paid(moment)
    counted = outcomes.mark_paid(moment.order_id, "SFC2")
    require(moment.payment.receipt == "SFC1", "the second receipt hides the first")
    require(not counted, "nobody gives the second receipt's money back")


@holds("payments.outcomes.nudge", "PaymentItem.order_status.is_in('pending', 'refund_pending', 'cancelled')")
def a_settled_order_is_nudged(cloud: Cloud) -> None:
    moment = Moment(cloud)
    moment.write_payment(status="PAID", order_status="completed")
    outcomes.nudge(moment.order_id, 1)
    require(not moment.payment.nudged_at, "the finalizer is run for nothing")


@holds("payments.outcomes.nudge", "PaymentItem.status != 'PENDING'")
def an_undecided_order_is_nudged(cloud: Cloud) -> None:
    moment = Moment(cloud)
    outcomes.nudge(moment.order_id, 1)
    require(not moment.payment.nudged_at, "the finalizer is run for nothing")


@holds("payments.outcomes.put_to_review", "~PaymentItem.review.contains(why)")
def two_have_the_same_doubt_at_the_same_moment(cloud: Cloud) -> None:
    moment = Moment(cloud)
    with moment.before("UpdateItem payment", lambda: outcomes.put_to_review(moment.order_id, "a doubt")):
        outcomes.put_to_review(moment.order_id, "a doubt")
    require(list(moment.payment.review or []) == ["a doubt"], "one doubt is noted twice")


@holds("payments.outcomes.put_to_review", "~PaymentItem.reviewed.contains(why)")
def a_doubt_is_settled_before_another_notes_it_again(cloud: Cloud) -> None:
    moment = Moment(cloud)

    def settled() -> None:
        PaymentItem(*payment_key(moment.order_id)).update(actions=[PaymentItem.reviewed.set(["a doubt"])])

    with moment.before("UpdateItem payment", settled):
        outcomes.put_to_review(moment.order_id, "a doubt")
    require(not moment.payment.review, "a person is asked again what he has answered")


@holds("sales.buy_ticket.BuyTicket._record", "PaymentItem.pk.exists()")
def a_payment_is_gone_before_its_push_has_an_unknown_end(cloud: Cloud) -> None:
    moment = Moment(cloud)
    payment = moment.payment
    with moment.before("UpdateItem payment", payment.delete):
        buy_ticket.BuyTicket(None, None)._record(payment, buy_ticket.Unknown("lost"), CLOSED)  # pyright: ignore
    require(cloud.table.read(payment_key(moment.order_id)) is None, "half a payment is written where there is none")


@holds("sales.buy_ticket._record_accepted", "checkout.does_not_exist() | (checkout == accepted.checkout_request_id)")
def two_pushes_are_accepted_for_one_payment(cloud: Cloud) -> None:
    moment = Moment(cloud)
    first = moment.payment.checkout_request_id
    buy_ticket._record_accepted(moment.payment, Accepted("merchant-9", "ws_CO_9"))  # pyright: ignore
    require(moment.payment.checkout_request_id == first, "the second push hides the first")


def _stands(cloud: Cloud, act: Callable[[Moment], object], paid: bool = True, **written: str) -> None:
    """What somebody else has written to the payment in that moment is not written over."""
    moment = Moment(cloud)
    if paid:
        _paid(moment)
    with moment.before("UpdateItem payment", lambda: moment.write_payment(**written)):
        act(moment)
    found = find_payment(moment.order_id)
    assert found
    for name, value in written.items():
        require(getattr(found, name) == value, f"{name} was {value} and became {getattr(found, name)}")


@holds("sales.finalize._end_unpaid", "PaymentItem.order_status == 'pending'")
def an_order_is_given_its_end_by_another_before_it_ends_unpaid(cloud: Cloud) -> None:
    def end(moment: Moment) -> None:
        finalize._end_unpaid(moment.payment, moment.world.time)  # pyright: ignore

    _stands(cloud, end, paid=False, order_status="cancelled")


@holds("sales.finalize._complete", "PaymentItem.status == 'PAID'")
def a_payment_is_not_paid_after_all_when_its_order_completes(cloud: Cloud) -> None:
    moment = Moment(cloud)
    _paid(moment)
    payment = moment.payment
    moment.write_payment(status="FAILED")
    finalize._complete(payment, {})  # pyright: ignore
    require(moment.payment.order_status == "pending", "completed without money")


@holds("sales.finalize._give_money_back", "PaymentItem.status == 'PAID'")
def a_payment_is_not_paid_after_all_when_its_refund_is_due(cloud: Cloud) -> None:
    moment = Moment(cloud)
    _paid(moment)
    payment = moment.payment
    moment.write_payment(status="FAILED")
    finalize._give_money_back(payment, POOL)  # pyright: ignore
    require(moment.payment.order_status == "pending", "money is to go back that never came")


@holds("sales.finalize._give_money_back", "PaymentItem.order_status == 'pending'")
def an_order_is_completed_before_its_refund_is_due(cloud: Cloud) -> None:
    def refund(moment: Moment) -> None:
        finalize._give_money_back(moment.payment, POOL)  # pyright: ignore

    _stands(cloud, refund, order_status="completed")


def _taken_again(cloud: Cloud, **written: str) -> None:
    moment = Moment(cloud)
    stock.release(POOL, moment.order_id)
    _paid(moment)
    payment = moment.payment
    written_before = moment.before("TransactWriteItems stock", lambda: moment.write_payment(**written))
    with written_before, suppress(TransactWriteError):
        finalize._take_again(payment, POOL, moment.world.time)  # pyright: ignore
    require(moment.shard.sold == 0, f"stock was taken for an order that is {written}")


@holds("sales.finalize._take_again.mark", "PaymentItem.order_status == 'pending'")
def a_refund_is_due_before_stock_is_taken_again(cloud: Cloud) -> None:
    _taken_again(cloud, order_status="refund_pending")


@holds("sales.finalize._take_again.mark", "PaymentItem.status == 'PAID'")
def a_payment_is_not_paid_after_all_when_stock_is_taken_again(cloud: Cloud) -> None:
    _taken_again(cloud, status="FAILED")


@holds("sales.finalize._take_again.mark", "PaymentItem.retaken.does_not_exist()")
def two_finalizers_take_again_from_different_shards(cloud: Cloud) -> None:
    """What one of them found free was gone for the other, and is free again when the first one takes it."""
    moment = Moment(cloud, capacity=4)
    stock.release(POOL, moment.order_id)
    _paid(moment)
    payment = moment.payment
    another, first = new_order_id(new_id()), shard_sequence(moment.order_id, POOL.shards)[0]

    def meanwhile() -> None:
        stock._take_from_shard(POOL, first, another, 2, 2, 0)  # pyright: ignore
        finalize._take_again(payment, POOL, moment.world.time)  # pyright: ignore
        stock.release(POOL, another)

    with moment.before("TransactWriteItems stock", meanwhile), suppress(TransactWriteError):
        finalize._take_again(payment, POOL, moment.world.time)  # pyright: ignore
    require(stock.taken_by(POOL, moment.order_id) == 1, "two tickets were taken for one")


@holds("sales.finalize._give_money_back", "PaymentItem.retaken.does_not_exist()")
def stock_is_taken_again_before_the_refund_is_due(cloud: Cloud) -> None:
    moment = Moment(cloud)
    stock.release(POOL, moment.order_id)
    _paid(moment)
    payment = moment.payment
    with moment.before("PutItem ticket", lambda: finalize._give_money_back(payment, POOL)):  # pyright: ignore
        finalize._issue(payment, POOL, moment.world.time)  # pyright: ignore
    moment.world.breaches.clear()
    moment.invariants_hold()


@holds("payments.reviews.clear", "PaymentItem.review == doubts")
def a_doubt_comes_while_a_person_clears_another(cloud: Cloud) -> None:
    moment = Moment(cloud)
    outcomes.put_to_review(moment.order_id, "a doubt")
    with moment.before("UpdateItem payment", lambda: outcomes.put_to_review(moment.order_id, "another")):
        reviews.clear(moment.order_id)
    require("another" in (moment.payment.review or []), "a doubt is cleared that nobody has looked at")


@holds("payments.confirmations.settle_confirmation", "ConfirmationItem.pk.exists()")
def a_confirmation_that_is_not_there_is_settled(cloud: Cloud) -> None:
    open_fair(cloud)
    confirmations.settle_confirmation("SFC1", "", "sent back in the portal")
    require(
        cloud.table.read(("CONFIRMATION#SFC1", "SFC1")) is None, "half a confirmation is written where there is none"
    )
