"""Until when stock is held: as long as a prompt rings, and a minute longer at the very most, whatever is broken."""

import pytest

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, VIP
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, BARAKA, CHEBET, HOLD_SECONDS, Stage
from tests.proof.truth import end_true, read_books
from tests.proof.world import START, Purchase
from tiketi.catalogue.figures import FOR_GOOD
from tiketi.catalogue.items import FIGURES, FiguresItem, event_key
from tiketi.payments.items import PaymentItem, payment_key
from tiketi.sales import buy_ticket

PROMPT_SECONDS = 90
ALL = 3


def carried_on_late(cloud: Cloud, habit: Habit) -> tuple[Stage, Purchase]:
    """Ten seconds before its hold would end, a request that had died is carried on, and the phone rings."""
    stage = Stage(cloud, {VIP: ALL}, patient=False)
    left = stage.left_unfinished(ASHA, habit, quantity=ALL)
    stage.run(HOLD_SECONDS - 10)
    stage.world.buy(left)
    return stage, left


def status_of(stage: Stage, purchase: Purchase) -> str:
    return read_books(stage.world).payments[purchase.order_id]["order_status"]


def test_a_hold_lasts_while_the_prompt_rings_however_late_it_came(cloud: Cloud) -> None:
    stage, left = carried_on_late(cloud, Habit(after=60))
    stage.later(30, BARAKA, Habit())
    stage.world.at(40, stage.world.sweep)
    world = stage.run()
    end_true(world)
    assert status_of(stage, left) == "completed"
    assert [each.sold_out for each in world.purchases.values()] == [False, True]


def test_without_the_extension_he_would_pay_for_what_another_has(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buy_ticket, "with_a_prompt", lambda payment, now: int(payment.expires_at))  # pyright: ignore
    monkeypatch.setattr(buy_ticket, "PUSH_MARGIN_SECONDS", 0)
    monkeypatch.setattr(buy_ticket, "WORKING_SECONDS", 0)
    stage, left = carried_on_late(cloud, Habit(after=60))
    stage.later(30, BARAKA, Habit(), quantity=ALL)
    end_true(stage.run())
    assert status_of(stage, left) != "completed"


def test_an_unanswered_prompt_keeps_its_extended_hold_too(cloud: Cloud) -> None:
    """The phone did not answer, and then its owner paid after all, while the prompt could be answered."""
    stage, left = carried_on_late(cloud, Habit("ignore", after=20))
    stage.later(30, BARAKA, Habit())
    stage.world.at(60, lambda: stage.world.act(stage.world.phones.prompts[0], "pay"))
    stage.world.at(61, lambda: stage.world.call_back(stage.world.phones.prompts[0]))
    end_true(stage.run())
    assert status_of(stage, left) == "completed"


def test_a_hold_that_was_extended_when_its_prompt_came_is_not_taken_though_its_entry_has_lapsed(cloud: Cloud) -> None:
    """M-PESA took its time, so the payment waits longer than the stock says; nobody answers, and one more looks."""
    stage = Stage(cloud, {VIP: ALL}, patient=False)
    waits = stage.order(ASHA, Habit("ignore", after=20), quantity=ALL)
    PaymentItem(*payment_key(waits.order_id)).update([PaymentItem.expires_at.set(START + HOLD_SECONDS + 80)])
    stage.later(HOLD_SECONDS + 10, BARAKA, Habit())
    stage.world.at(HOLD_SECONDS + 20, stage.world.sweep)
    stage.world.at(HOLD_SECONDS + 60, lambda: stage.world.act(stage.world.phones.prompts[0], "pay"))
    stage.world.at(HOLD_SECONDS + 61, lambda: stage.world.call_back(stage.world.phones.prompts[0]))
    end_true(stage.run())
    assert status_of(stage, waits) == "completed"


def test_no_hold_is_extended_further_than_one_prompt(cloud: Cloud) -> None:
    stage, left = carried_on_late(cloud, Habit(None))
    assert deadline_of(stage, left) == stage.world.time + PROMPT_SECONDS
    assert deadline_of(stage, left) < START + HOLD_SECONDS + PROMPT_SECONDS


def deadline_of(stage: Stage, purchase: Purchase) -> int:
    return read_books(stage.world).payments[purchase.order_id]["expires_at"]


def everything_else_is_dead(stage: Stage) -> None:
    """No timer, no sweep, and not even the stream."""
    stage.world.messages.clear()
    stage.world.records.clear()


def hint(until: int, looked_at: int) -> None:
    FiguresItem(event_key(EVENT_ID), FIGURES).update(
        [FiguresItem.sold_out_until.set({VIP: until}), FiguresItem.looked_at.set(looked_at)]
    )


@pytest.mark.parametrize("until", [0, 30, FOR_GOOD])
@pytest.mark.parametrize("looked_at", [-HOLD_SECONDS, -1, 0])
def test_with_all_else_dead_a_buyer_has_the_stock_a_minute_after_it_lapsed_whatever_the_hint_says(
    cloud: Cloud, until: int, looked_at: int
) -> None:
    stage = Stage(cloud, {VIP: ALL}, patient=False)
    stage.order(ASHA, Habit(None), quantity=ALL)
    everything_else_is_dead(stage)
    lapsed = stage.world.time + HOLD_SECONDS
    hint(until if until == FOR_GOOD else lapsed + until, lapsed + looked_at)
    stage.world.time = lapsed + 60
    assert stage.order(BARAKA, Habit(None), quantity=ALL).answers == [(202, "")]


def test_a_hint_is_believed_for_a_minute_and_then_one_buyer_looks(cloud: Cloud) -> None:
    stage = Stage(cloud, {VIP: ALL}, patient=False)
    stage.order(ASHA, Habit(None), quantity=ALL)
    everything_else_is_dead(stage)
    hint(FOR_GOOD, stage.world.time)
    for who, after, reads in ((BARAKA, 59, 0), (CHEBET, 61, 1), (BARAKA, 62, 0)):
        stage.world.time = START + after
        before = len(stage.world.cloud.points)
        answer = stage.order(who, Habit(None), phone=f"2547000000{after}").answers[-1]
        looked = [point for point in stage.world.cloud.points[before:] if point.call.startswith("BatchGetItem")]
        assert (answer, len(looked)) == ((409, "sold_out"), reads)


def test_with_all_else_dead_an_extended_hold_comes_back_too(cloud: Cloud) -> None:
    stage, left = carried_on_late(cloud, Habit(None))
    everything_else_is_dead(stage)
    until = deadline_of(stage, left)
    stage.world.time = until - 1
    assert stage.order(BARAKA, Habit(None)).sold_out, "the prompt still rings"
    stage.world.time = until + 60
    assert stage.order(CHEBET, Habit(None), quantity=ALL).answers == [(202, "")]
