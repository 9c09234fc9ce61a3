"""What each condition of the protocol is for: without it, the same history breaks an invariant.

A guard that can be taken out with every test still green is not tested.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.proof.cloud import Cloud
from tests.proof.fair import VIP
from tests.proof.guards import remove
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, BARAKA, HOLD_SECONDS, Stage
from tests.proof.template import BUY, FINALIZE
from tests.proof.truth import Broken, end_true, read_books
from tests.proof.world import World
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales.items import TicketItem


@dataclass(frozen=True)
class Guard:
    name: str
    site: str
    """The function whose write carries the condition."""
    term: str
    """The terms of the condition that contain this are taken out; all of them when it is empty."""
    history: Callable[[Cloud], World]


def _sale(cloud: Cloud, capacity: int = 3) -> Stage:
    return Stage(cloud, {VIP: capacity}, patient=False)


def _two_want_the_last(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit(), quantity=3)
    stage.order(BARAKA, Habit())
    return stage.run()


def _the_hold_is_sent_twice(cloud: Cloud) -> World:
    stage = _sale(cloud, 4)
    stage.ambush(BUY, "UpdateItem stock", "twice")
    stage.order(ASHA, Habit())
    return stage.run()


def _two_finalizers_sell(cloud: Cloud) -> World:
    stage = _sale(cloud)

    def another(world: World) -> None:
        stage.ambush(FINALIZE, "UpdateItem stock", "after")
        world.replay()

    stage.ambush(FINALIZE, "UpdateItem stock", "pause", another)
    stage.order(ASHA, Habit())
    return stage.run()


def _money_arrives(world: World) -> None:
    world.act(world.phones.prompts[0], "pay")
    world.call_back(world.phones.prompts[0])
    world.replay()


def _paid_while_released(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.ambush(FINALIZE, "UpdateItem stock", "pause", _money_arrives)
    stage.order(ASHA, Habit(None))
    return stage.run()


def _two_callbacks(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit(callbacks=(2, 3)))
    return stage.run()


def _a_late_timer(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit())
    stage.world.messages[0].at += HOLD_SECONDS
    return stage.run()


def _a_slow_payer(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit(after=60))
    return stage.run()


def _used_at_the_gate(world: World) -> None:
    order_id = next(iter(world.purchases))
    key = f"TICKET#{order_id}-1"
    TicketItem(f"USER#{ASHA}", key).update(actions=[TicketItem.status.set("used")])
    world.used.add(key)
    world.tell("the ticket is used at the gate")
    world.replay()


def _admitted_before_completed(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.ambush(FINALIZE, "UpdateItem payment", "pause", _used_at_the_gate)
    stage.order(ASHA, Habit())
    return stage.run()


def _two_finalizers_take_again(cloud: Cloud) -> World:
    stage = _sale(cloud, 4)
    stage.ambush(FINALIZE, "TransactWriteItems stock", "pause", World.replay)
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20))
    return stage.run()


def _taken_while_taking_again(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.ambush(FINALIZE, "TransactWriteItems stock", "pause", lambda world: _buy_all(stage))
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20))
    return stage.run()


def _buy_all(stage: Stage) -> None:
    stage.order(BARAKA, Habit(), quantity=3)


def _one_receipt_for_two(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit())
    stage.order(BARAKA, Habit(callbacks=()))
    stage.world.at(15, lambda: _lie(stage.world))
    return stage.run()


def _lie(world: World) -> None:
    world.call_back(world.phones.prompts[1], receipt=world.phones.prompts[0].receipt)


def _two_on_one_phone(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit(after=30))
    stage.order(BARAKA, Habit(after=30), phone="254712345601")
    return stage.run()


def _refunded_by_hand(world: World) -> None:
    world.replay()
    payment = PaymentItem(*payment_key(next(iter(world.purchases))))
    for name in ("refund_pending", "refunded"):
        payment.update(actions=[PaymentItem.order_status.set(name)])
    world.breaches.clear()


def _refunded_before_completed(cloud: Cloud) -> World:
    """The tickets go with the refund: a later part of the system."""
    stage = _sale(cloud)
    stage.ambush(FINALIZE, "UpdateItem payment", "pause", _refunded_by_hand)
    stage.order(ASHA, Habit())
    world = stage.run(100)
    if world.breaches:
        raise Broken("\n".join(world.breaches))
    return world


def _stock_comes_back_before_the_refund(cloud: Cloud) -> World:
    stage = _sale(cloud, 1)

    def cancel(world: World) -> None:
        world.act(world.phones.prompts[1], "cancel")
        world.call_back(world.phones.prompts[1])
        world.deliver(world.records[-1])
        world.deliver(world.records[0])

    stage.ambush(FINALIZE, "UpdateItem payment", "pause", cancel, nth=2)
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 60))
    stage.later(HOLD_SECONDS + 10, BARAKA, Habit(None))
    return stage.run()


def _paid_before_it_ends_unpaid(cloud: Cloud) -> World:
    stage = _sale(cloud)

    def money(world: World) -> None:
        world.act(world.phones.prompts[0], "pay")
        world.call_back(world.phones.prompts[0])

    stage.ambush(FINALIZE, "UpdateItem payment", "pause", money)
    stage.order(ASHA, Habit(None))
    return stage.run()


def _ask_again(world: World) -> None:
    world.buy(next(iter(world.purchases.values())))


def _two_requests_with_one_key(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.ambush(BUY, "PutItem payment", "pause", _ask_again)
    stage.order(ASHA, Habit())
    return stage.run()


def _two_repeats_after_a_crash(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.ambush(BUY, "UpdateItem stock", "before")
    stage.order(ASHA, Habit())
    stage.ambush(BUY, "UpdateItem payment", "pause", _ask_again)
    stage.world.at(40, lambda: _ask_again(stage.world))
    return stage.run()


def _paid_but_the_stream_is_slow(cloud: Cloud) -> World:
    stage = _sale(cloud, 1)
    stage.order(ASHA, Habit(None))
    stage.world.act(stage.world.phones.prompts[0], "pay")
    stage.world.call_back(stage.world.phones.prompts[0])
    stage.world.time += HOLD_SECONDS + 1
    stage.order(BARAKA, Habit())
    return stage.run()


def _callback_lost(cloud: Cloud) -> World:
    stage = _sale(cloud)
    stage.order(ASHA, Habit(callbacks=()))
    stage.world.at(HOLD_SECONDS + 100, stage.world.sweep)
    return stage.run()


def _paid_after_all(cloud: Cloud) -> World:
    """Daraja says that nobody answered, and then that the customer has paid; another one asks in between."""
    stage = _sale(cloud, 1)
    stage.order(ASHA, Habit("ignore", after=60))
    stage.later(70, BARAKA, Habit())
    stage.world.at(100, lambda: _money_arrives(stage.world))
    world = stage.run()
    statuses = [each["order_status"] for each in read_books(world).payments.values()]
    if "refund_pending" in statuses:
        raise Broken("57WN paid before its deadline, and is to be refunded")
    return world


GUARDS = [
    Guard("hold: available >= n", "_take_from_shard", "available", _two_want_the_last),
    Guard("hold: the order has no entry", "_take_from_shard", "attribute_not_exists (entries", _the_hold_is_sent_twice),
    Guard("sell: the entry is held", "_sell_entry", "entries", _two_finalizers_sell),
    Guard("release: the entry is held", "_put_back", "entries", _paid_while_released),
    Guard("paid: from PENDING, FAILED, EXPIRED only", "mark_paid", "status IN", _two_callbacks),
    Guard("expire: the payment is PENDING", "expire", "status =", _a_late_timer),
    Guard("expire: its deadline is past", "expire", "expires_at", _a_slow_payer),
    Guard("ticket: there is none yet", "_put_tickets", "", _admitted_before_completed),
    Guard("take again: the mark on the payment", "mark", "", _two_finalizers_take_again),
    Guard("take again: available >= n", "commit", "available", _taken_while_taking_again),
    Guard("receipt: counts for no other order", "register_receipt", "", _one_receipt_for_two),
    Guard("phone: free, or its claim has ended", "_claim", "", _two_on_one_phone),
    Guard("completed: paid and not settled", "_complete", "", _refunded_before_completed),
    Guard("refund: not settled, not taken again", "_give_money_back", "", _stock_comes_back_before_the_refund),
    Guard("unpaid end: nothing has changed", "_end_unpaid", "", _paid_before_it_ends_unpaid),
    Guard("order: there is none with this key", "_start", "", _two_requests_with_one_key),
    Guard("repeat: nobody else carries it on", "_resume", "", _two_repeats_after_a_crash),
]


STEPS: list[tuple[str, str, Callable[..., object], Callable[[Cloud], World]]] = [
    (
        "reclaim: PENDING in time, or PAID, keeps its hold",
        "tiketi.sales.reclaim._has_no_right",
        lambda order_id, now: True,
        _paid_but_the_stream_is_slow,
    ),
    (
        "the timer, before the phone is asked",
        "tiketi.payments.check_queue.CheckQueue.ask",
        lambda *given, **named: None,
        _callback_lost,
    ),
    (
        "settle: an unanswered prompt keeps its hold",
        "tiketi.sales.finalize.keeps_hold",
        lambda payment, now: False,
        _paid_after_all,
    ),
]


def broken(cloud: Cloud, history: Callable[[Cloud], World]) -> str:
    """The invariant that the history breaks, or nothing."""
    try:
        world = history(cloud)
        if history is not _refunded_before_completed:
            end_true(world, clean=False)
    except Broken as error:
        return str(error).partition("\n")[0]
    return ""


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_without_its_guard_the_history_goes_wrong(
    cloud: Cloud, guard: Guard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert broken(cloud, guard.history) == "", "with the guard, all is well"
    gone = remove(monkeypatch, guard.site, guard.term)
    wrong = broken(cloud, guard.history)
    assert gone, "the condition was never asked for"
    _show(capsys, guard.name, wrong)
    assert wrong


@pytest.mark.parametrize(("name", "place", "nothing", "history"), STEPS, ids=[step[0] for step in STEPS])
def test_without_its_step_the_history_goes_wrong(
    cloud: Cloud,
    name: str,
    place: str,
    nothing: Callable[..., object],
    history: Callable[[Cloud], World],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert broken(cloud, history) == "", "with the step, all is well"
    monkeypatch.setattr(place, nothing)
    wrong = broken(cloud, history)
    _show(capsys, name, wrong)
    assert wrong


def _show(capsys: pytest.CaptureFixture[str], name: str, wrong: str) -> None:
    with capsys.disabled():
        print(f"\n  without {name:50} {wrong}", end=" ")
