"""Histories of a sale that go wrong when one guard is missing."""

from tests.proof.cloud import Cloud
from tests.proof.fair import FREE, VIP
from tests.proof.guard_table import holds
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, BARAKA, CHEBET, HOLD_SECONDS, Stage
from tests.proof.template import BUY, CHECK, FINALIZE
from tests.proof.truth import Broken, read_books
from tests.proof.world import World
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.items import TicketItem, ticket_key


def sale(cloud: Cloud, capacity: int = 3) -> Stage:
    return Stage(cloud, {VIP: capacity}, patient=False)


@holds("sales.stock._take_from_shard", "StockItem.available >= tickets")
def two_want_the_last(cloud: Cloud) -> World:
    stage = sale(cloud, 1)
    stage.ambush(BUY, "UpdateItem stock", "pause", lambda world: _buy(stage, BARAKA))
    stage.order(ASHA, Habit())
    return stage.run()


def _buy(stage: Stage, who: str) -> None:
    stage.order(who, Habit())


@holds("sales.stock._take_from_shard", "_entry(order_id).does_not_exist()")
def the_hold_is_sent_twice(cloud: Cloud) -> World:
    stage = sale(cloud, 4)
    stage.ambush(BUY, "UpdateItem stock", "twice")
    stage.order(ASHA, Habit())
    return stage.run()


@holds("sales.stock._sell_entry", "_entry(order_id)['s'] == 'held'")
def two_finalizers_sell(cloud: Cloud) -> World:
    stage = sale(cloud)

    def another(world: World) -> None:
        stage.ambush(FINALIZE, "UpdateItem stock", "after")
        world.replay()

    stage.ambush(FINALIZE, "UpdateItem stock", "pause", another)
    stage.order(ASHA, Habit())
    return stage.run()


def money_arrives(world: World) -> None:
    world.act(world.phones.prompts[0], "pay")
    world.call_back(world.phones.prompts[0])
    world.replay()


@holds("payments.outcomes._become_paid", "PaymentItem.status.is_in('PENDING', 'FAILED', 'EXPIRED')")
def two_callbacks(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit(callbacks=(2, 3)))
    return stage.run()


@holds("payments.outcomes.expire", "PaymentItem.status == 'PENDING'")
def a_late_timer(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit())
    stage.world.messages[0].at += HOLD_SECONDS
    return stage.run()


@holds("payments.outcomes.expire", "PaymentItem.expires_at <= now")
def a_slow_payer(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit(after=60))
    return stage.run()


def used_at_the_gate(world: World) -> None:
    order_id = next(iter(world.purchases))
    ticket = TicketItem(*ticket_key(f"{order_id}-1"))
    ticket.update(actions=[TicketItem.admitted_at.set("2026-05-28T20:26:50Z")])
    world.let_in[f"{order_id}-1"] += 1
    world.tell("the ticket is used at the gate")
    world.replay()


@holds("sales.finalize._put_tickets", "TicketItem.pk.does_not_exist()")
def admitted_before_completed(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.ambush(FINALIZE, "UpdateItem payment", "pause", used_at_the_gate)
    stage.order(ASHA, Habit())
    return stage.run()


@holds("sales.stock._retaking", "StockItem.available >= tickets")
def taken_while_taking_again(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.ambush(FINALIZE, "TransactWriteItems stock", "pause", lambda world: buy_all(stage))
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20))
    return stage.run()


def buy_all(stage: Stage) -> None:
    stage.order(BARAKA, Habit(), quantity=3)


@holds("payments.outcomes.register_receipt", "ReceiptItem.pk.does_not_exist()")
def one_receipt_for_two(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit())
    stage.order(BARAKA, Habit(callbacks=()))
    stage.world.at(15, lambda: lie(stage.world))
    return stage.run()


def lie(world: World) -> None:
    world.call_back(world.phones.prompts[1], receipt=world.phones.prompts[0].receipt)


@holds(
    "sales.phone_guard.guard_phone",
    "PhoneGuardItem.pk.does_not_exist() | (PhoneGuardItem.until <= now) | (PhoneGuardItem.order_id == order_id)",
)
def two_on_one_phone(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit(after=30))
    stage.order(BARAKA, Habit(after=30), phone="254712345601")
    return stage.run()


def refunded_by_hand(world: World) -> None:
    world.replay()
    payment = PaymentItem(*payment_key(next(iter(world.purchases))))
    for name in ("refund_pending", "refunded"):
        payment.update(actions=[PaymentItem.order_status.set(name)])
    world.breaches.clear()


@holds("sales.finalize._complete", "PaymentItem.order_status == 'pending'")
def refunded_before_completed(cloud: Cloud) -> None:
    """The tickets go with the refund: a later part of the system."""
    stage = sale(cloud)
    stage.ambush(FINALIZE, "UpdateItem payment", "pause", refunded_by_hand)
    stage.order(ASHA, Habit())
    world = stage.run(100)
    if world.breaches:
        raise Broken("\n".join(world.breaches))


@holds("sales.finalize._end_unpaid", "PaymentItem.status == payment.status")
def paid_before_it_ends_unpaid(cloud: Cloud) -> World:
    stage = sale(cloud)

    def money(world: World) -> None:
        world.act(world.phones.prompts[0], "pay")
        world.call_back(world.phones.prompts[0])

    stage.ambush(FINALIZE, "UpdateItem payment", "pause", money)
    stage.order(ASHA, Habit(None))
    return stage.run()


def ask_again(world: World) -> None:
    world.buy(next(iter(world.purchases.values())))


@holds("sales.buy_ticket.BuyTicket._start", "PaymentItem.pk.does_not_exist()")
def two_requests_with_one_key(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.ambush(BUY, "PutItem payment", "pause", ask_again)
    stage.order(ASHA, Habit())
    return stage.run()


@holds("sales.buy_ticket.BuyTicket._resume", "PaymentItem.working_until == int(payment.working_until)")
def two_repeats_after_a_crash(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.ambush(BUY, "UpdateItem stock", "before")
    stage.order(ASHA, Habit())
    stage.ambush(BUY, "UpdateItem payment", "pause", ask_again)
    stage.world.at(40, lambda: ask_again(stage.world))
    return stage.run()


def paid_but_the_stream_is_slow(cloud: Cloud) -> World:
    stage = sale(cloud, 1)
    stage.order(ASHA, Habit(None))
    stage.world.act(stage.world.phones.prompts[0], "pay")
    stage.world.call_back(stage.world.phones.prompts[0])
    stage.world.time += HOLD_SECONDS + 1
    stage.order(BARAKA, Habit())
    return stage.run()


def callback_lost(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.order(ASHA, Habit(callbacks=()))
    stage.world.at(HOLD_SECONDS + 100, stage.world.sweep)
    return stage.run()


def paid_after_all(cloud: Cloud) -> World:
    """Daraja says that nobody answered, and then that the customer has paid; another one asks in between."""
    stage = sale(cloud, 1)
    stage.order(ASHA, Habit("ignore", after=60))
    stage.later(70, BARAKA, Habit())
    stage.world.at(100, lambda: money_arrives(stage.world))
    world = stage.run()
    statuses = [each["order_status"] for each in read_books(world).payments.values()]
    if {"refund_pending", "refunded"} & set(statuses):
        raise Broken("57WN paid before its deadline, and is to be refunded")
    return world


@holds("payments.outcomes.mark_failed", "PaymentItem.status == 'PENDING'")
def paid_while_the_query_says_that_nobody_answered(cloud: Cloud) -> World:
    stage = sale(cloud)
    stage.ambush(CHECK, "UpdateItem payment", "pause", money_arrives)
    stage.order(ASHA, Habit("ignore", after=20, callbacks=()))
    return stage.run()


@holds("sales.phone_guard.guard_phone", "PhoneGuardItem.order_id == present.order_id")
def two_find_the_same_phone_free_again(cloud: Cloud) -> World:
    stage = sale(cloud)

    def another(world: World) -> None:
        stage.order(CHEBET, Habit(None), phone="254712345601")

    stage.order(ASHA, Habit("cancel", after=10))
    stage.run(40)
    stage.ambush(BUY, "PutItem guard", "pause", another, nth=2)
    stage.order(BARAKA, Habit(None), phone="254712345601")
    return stage.run()


@holds("sales.buy_ticket.BuyTicket._resume", "PaymentItem.status == 'PENDING'")
def a_free_order_expires_before_it_is_carried_on(cloud: Cloud) -> World:
    stage = Stage(cloud, {FREE: 2}, patient=False)

    def expires(world: World) -> None:
        world.time += 6
        world.receive(world.messages[0])

    stage.ambush(BUY, "UpdateItem stock", "before")
    purchase = stage.order(ASHA, Habit(), tier=FREE)
    stage.ambush(BUY, "UpdateItem payment", "pause", expires)
    stage.world.time += HOLD_SECONDS - 5
    ask_again(stage.world)
    if purchase.answers[-1] != (409, "request_in_progress"):
        raise Broken(f"an expired order was carried on: {purchase.answers[-1]}")
    return stage.run()
