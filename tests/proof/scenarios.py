"""Whole sales, as they go when nothing is disturbed; each is then disturbed at each of its calls."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.proof import deeds
from tests.proof.cloud import Ambush, Cloud, Disturbance, Kind
from tests.proof.fair import FREE, ORGANIZER_ID, REGULAR, VIP, open_fair
from tests.proof.phones import Habit
from tests.proof.world import Purchase, World
from tiketi.sales.purchase import BuyTicketInput, new_payment
from tiketi.sales.purchase import Purchase as Asked

HOLD_SECONDS = 180
SECONDS_TO_THE_END = 9000
"""A refund waits an hour for its receipt, and a quarter of an hour before M-PESA is asked once more."""
NIGHTS = (7500,)
"""When reconciliation comes by."""
PATIENT = (3, 40, 80)
"""When a client that got no answer asks again: while the first request may still run, and after it has ended."""
ASHA, BARAKA, CHEBET = ("01" + "A" * 23 + digit for digit in "123")
JUMA = "01" + "A" * 23 + "7"
JUMAS, ASHAS = "juma@example.com", "asha@example.com"
_PHONES = {ASHA: "254712345601", BARAKA: "254712345602", CHEBET: "254112345603"}


@dataclass(frozen=True)
class Scenario:
    name: str
    script: Callable[["Stage"], None]
    capacities: dict[str, int] = field(default_factory=lambda: {VIP: 3})
    nights: tuple[int, ...] = NIGHTS
    main: bool = False
    """One in which others are let in at every ninth call even in the quick profile."""


class Stage:
    """A world with the event on sale and customers who are patient or not."""

    def __init__(self, cloud: Cloud, capacities: dict[str, int], patient: bool) -> None:
        self.event_id = open_fair(cloud, capacities)
        self.world = World(cloud)
        self.retries = PATIENT if patient else ()

    def ambush(
        self, function: str, call: str, kind: Kind, meanwhile: Callable[[World], None] | None = None, nth: int = 1
    ) -> None:
        """Has the `nth` such call of a function disturbed; `meanwhile` is what happens while it stands still."""
        disturbance = Disturbance(kind, lambda: meanwhile(self.world) if meanwhile else None)
        self.world.cloud.ambushes.append(Ambush(function, call, disturbance, nth))

    def order(
        self, who: str, habit: Habit, quantity: int = 1, tier: str = VIP, phone: str = "", key: str = "k1"
    ) -> Purchase:
        purchase = Purchase(who, key, self.event_id, tier, quantity, phone or _PHONES[who])
        self.world.order(purchase, habit, self.retries)
        return purchase

    def left_unfinished(self, who: str, habit: Habit, quantity: int = 1) -> Purchase:
        """A request that died right after it had written its order."""
        purchase = Purchase(who, "k1", self.event_id, VIP, quantity, _PHONES[who])
        wanted = BuyTicketInput(event_id=self.event_id, ticket_type=VIP, quantity=quantity, phone_number=purchase.phone)
        asked = Asked(who, wanted, "k1", "https://api.tiketi.example/v1", "")
        payment, _ = new_payment(asked, purchase.order_id)
        payment.save()
        self.world.purchases[purchase.order_id] = purchase
        self.world.phones.habits[purchase.phone] = habit
        return purchase

    def run(self, seconds: int = 2500) -> World:
        self.world.run(seconds)
        return self.world

    def later(self, seconds: int, who: str, habit: Habit, quantity: int = 1, phone: str = "") -> None:
        self.world.at(seconds, lambda: self.order(who, habit, quantity, phone=phone))


def play(
    cloud: Cloud,
    scenario: Scenario,
    plan: dict[int, Disturbance] | None = None,
    *,
    patient: bool = False,
    deliveries: int = 1,
    on_start: Callable[[World], None] = lambda world: None,
) -> World:
    """The scenario to its end: all timers run out, all records arrive, and the sweep comes by."""
    stage = Stage(cloud, scenario.capacities, patient)
    world = stage.world
    world.deliveries_of_a_record = deliveries
    cloud.plan = dict(plan or {})
    on_start(world)
    scenario.script(stage)
    for moment in (HOLD_SECONDS + 100, 1300, 5000):
        world.at(moment, world.sweep)
    for moment in scenario.nights:
        world.at(moment, world.reconcile)
    world.run(SECONDS_TO_THE_END)
    return world


def _paid(stage: Stage) -> None:
    stage.order(ASHA, Habit())


def _free(stage: Stage) -> None:
    stage.order(ASHA, Habit(), tier=FREE)


def _given_back(stage: Stage) -> None:
    given = stage.order(ASHA, Habit(), quantity=3)
    stage.world.at(60, lambda: stage.world.give_back(given))
    stage.later(120, BARAKA, Habit(), quantity=3)


def _free_and_given_back(stage: Stage) -> None:
    given = stage.order(ASHA, Habit(), quantity=2, tier=FREE)
    stage.world.at(60, lambda: stage.world.give_back(given))


def _event_cancelled(stage: Stage) -> None:
    """One has his tickets, and another one is paying."""
    stage.order(ASHA, Habit(), quantity=2)
    stage.later(55, BARAKA, Habit(after=10))
    stage.world.at(60, lambda: stage.world.cancel_event(stage.event_id, ORGANIZER_ID))


def _paid_late_for_a_cancelled_event(stage: Stage) -> None:
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 60))
    stage.world.at(HOLD_SECONDS, lambda: stage.world.cancel_event(stage.event_id, ORGANIZER_ID))


def _cancelled(stage: Stage) -> None:
    stage.order(ASHA, Habit("cancel"))


def _no_answer(stage: Stage) -> None:
    stage.order(ASHA, Habit("ignore", after=60))


def _callback_lost(stage: Stage) -> None:
    stage.order(ASHA, Habit(callbacks=()))


def _early_callback(stage: Stage) -> None:
    stage.order(ASHA, Habit(early=True))


def _doubled_callback(stage: Stage) -> None:
    stage.order(ASHA, Habit(callbacks=(2, 3)))


def _late_with_stock(stage: Stage) -> None:
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20))


def _late_without_stock(stage: Stage) -> None:
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 60), quantity=2)
    stage.later(HOLD_SECONDS + 10, BARAKA, Habit(), quantity=2)


def _over_several_shards(stage: Stage) -> None:
    stage.order(ASHA, Habit(), quantity=3)


def _late_over_several_shards(stage: Stage) -> None:
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 20), quantity=3)


def _answer_lost(stage: Stage) -> None:
    stage.order(ASHA, Habit(answer="lost"))


def _confirmed(stage: Stage) -> None:
    """Neither the push's answer nor the callback comes: only what C2B tells."""
    stage.order(ASHA, Habit(answer="lost", callbacks=(), confirmations=(4, 5)))


def _refused(stage: Stage) -> None:
    stage.order(ASHA, Habit(answer="refused"))


def _sold_out(stage: Stage) -> None:
    stage.order(ASHA, Habit(), quantity=3)
    stage.later(1, BARAKA, Habit())
    stage.later(30, CHEBET, Habit())


def _next_buyer_reclaims(stage: Stage) -> None:
    """The timer that would bring the stock back is lost, so the next buyer does it himself."""
    stage.order(ASHA, Habit(None), quantity=3)
    stage.world.messages.clear()
    stage.later(HOLD_SECONDS + 5, BARAKA, Habit(), quantity=2)


def _carried_on_late(stage: Stage) -> None:
    """The prompt rings when the hold would nearly have ended, and another wants the stock while it rings."""
    left = stage.left_unfinished(ASHA, Habit(after=60), quantity=2)
    stage.world.at(HOLD_SECONDS - 10, lambda: stage.world.buy(left))
    stage.later(HOLD_SECONDS + 20, BARAKA, Habit(), quantity=2)


def _same_phone(stage: Stage) -> None:
    stage.order(ASHA, Habit("cancel", after=30))
    stage.later(10, BARAKA, Habit(), phone=_PHONES[ASHA])
    stage.later(50, CHEBET, Habit(), phone=_PHONES[ASHA])


def _shared_pool(stage: Stage) -> None:
    stage.order(ASHA, Habit(), quantity=1, tier=REGULAR)


def _limit(stage: Stage) -> None:
    """All that a customer may have, ordered twice: the first order expires, the second is paid, then the first too."""
    stage.order(ASHA, Habit(after=HOLD_SECONDS + 60), quantity=2, tier=REGULAR)
    again = Habit(), 2, REGULAR, _PHONES[BARAKA], "k2"
    stage.world.at(HOLD_SECONDS + 10, lambda: stage.order(ASHA, *again))


def _passed_on(stage: Stage) -> None:
    """What is somebody else's cannot be given back; what came home can."""
    world, order = stage.world, stage.order(ASHA, Habit(), quantity=2)
    deeds.open_account(JUMAS, JUMA)
    deeds.open_account(ASHAS, ASHA)
    first = f"{order.order_id}-1"
    world.at(40, lambda: deeds.pass_on(world, first, JUMAS))
    world.at(60, lambda: world.give_back(order))
    world.at(80, lambda: deeds.pass_on(world, deeds.successor(first, JUMA), ASHAS))
    world.at(100, lambda: world.give_back(order))


def _made_void(stage: Stage) -> None:
    """The rest goes back in part, which no machine does: an operator tries it once more, and then does it himself."""
    world, order = stage.world, stage.order(ASHA, Habit(), quantity=3)
    world.at(40, lambda: deeds.make_void(world, f"{order.order_id}-2"))
    world.at(60, lambda: world.give_back(order))
    world.at(400, lambda: deeds.retry_refund(world, order.order_id))
    world.at(2000, lambda: deeds.settle_refund(world, order.order_id, "PORTAL0001"))
    stage.later(120, BARAKA, Habit(), quantity=3)


def _cancelled_after_all_that(stage: Stage) -> None:
    """One ticket is void, one is somebody else's, and one was a gift."""
    world, order = stage.world, stage.order(ASHA, Habit(), quantity=3)
    deeds.open_account(JUMAS, JUMA)
    world.at(30, lambda: deeds.give_tickets(world, JUMAS, VIP, 1, stage.retries))
    world.at(40, lambda: deeds.make_void(world, f"{order.order_id}-1"))
    world.at(50, lambda: deeds.pass_on(world, f"{order.order_id}-2", JUMAS))
    world.at(60, lambda: world.cancel_event(stage.event_id, ORGANIZER_ID))


def _given(stage: Stage) -> None:
    deeds.open_account(JUMAS, JUMA)
    deeds.give_tickets(stage.world, JUMAS, VIP, 2, stage.retries)
    stage.later(10, ASHA, Habit())
    stage.later(30, BARAKA, Habit())


def _resized(stage: Stage) -> None:
    """One buyer is paying while there is room made, another one while it is taken away."""
    stage.order(ASHA, Habit(after=20))
    stage.world.at(5, lambda: deeds.resize(stage.world, {VIP: 6}))
    stage.later(400, BARAKA, Habit(after=20), quantity=3)
    stage.world.at(405, lambda: deeds.resize(stage.world, {VIP: 5}))


def _accepted(stage: Stage) -> None:
    """Nobody tells of the money at all, but the portal shows it."""
    order = stage.order(ASHA, Habit(answer="lost", callbacks=()))

    def accept() -> None:
        for prompt in stage.world.phones.prompts:
            deeds.accept_payment(stage.world, order.order_id, prompt.receipt)

    stage.world.at(1000, accept)


def _cleared(stage: Stage) -> None:
    """A callback contradicts what was asked; a person has a look, and says that nothing is wrong."""
    order = stage.order(ASHA, Habit())

    def lie() -> None:
        for prompt in stage.world.phones.prompts:
            stage.world.call_back(prompt, checkout="ws_CO_another", code="1032")

    stage.world.at(9, lie)
    stage.world.at(600, lambda: deeds.clear_review(stage.world, order.order_id))


def _paid_by_hand(stage: Stage) -> None:
    """Instead of the prompt, and once more beside it."""
    world = stage.world
    first = stage.order(ASHA, Habit("cancel"))
    world.at(40, lambda: deeds.pay_by_hand(world, 500, first.order_id))
    second = stage.order(BARAKA, Habit())
    world.at(60, lambda: deeds.pay_by_hand(world, 500, second.order_id))


def _money_of_no_order(stage: Stage) -> None:
    world = stage.world
    deeds.pay_by_hand(world, 500)
    world.at(600, lambda: deeds.settle_confirmation(world, world.hand_payments[-1].receipt))


def _our_operator_is_locked(stage: Stage) -> None:
    stage.world.mpesa.fates = ["locked"]
    given = stage.order(ASHA, Habit())
    stage.world.at(60, lambda: stage.world.give_back(given))
    for moment in (600, 3000):
        stage.world.at(moment, lambda: deeds.resume_refunds(stage.world))


SCENARIOS = [
    Scenario("paid", _paid, main=True),
    Scenario("free", _free, {FREE: 2}, main=True),
    Scenario("cancelled", _cancelled, main=True),
    Scenario("given back, and sold again", _given_back),
    Scenario("free, and given back", _free_and_given_back, {FREE: 2}),
    Scenario("its event is cancelled", _event_cancelled),
    Scenario("paid late for a cancelled event", _paid_late_for_a_cancelled_event),
    Scenario("no answer on the phone", _no_answer),
    Scenario("callback lost, the query says paid", _callback_lost, main=True),
    Scenario("callback before the push is answered", _early_callback),
    Scenario("callback twice", _doubled_callback),
    Scenario("paid late, stock left", _late_with_stock),
    Scenario("paid late, nothing left", _late_without_stock, main=True),
    Scenario("over several shards", _over_several_shards, main=True),
    Scenario("paid late, over several shards", _late_over_several_shards),
    Scenario("answer to the push lost", _answer_lost),
    Scenario("nobody tells but the confirmation", _confirmed),
    Scenario("push refused", _refused),
    Scenario("sold out", _sold_out),
    Scenario("the next buyer brings lapsed stock back", _next_buyer_reclaims),
    Scenario("carried on late", _carried_on_late),
    Scenario("three customers with one phone", _same_phone),
    Scenario("one customer's limit, and late money", _limit, {"*": 4}),
    Scenario("a pool of several tiers", _shared_pool, {"*": 1}),
    Scenario("passed on, home again, and given back", _passed_on),
    Scenario("one ticket void, the rest given back", _made_void),
    Scenario("its event is cancelled, after all that", _cancelled_after_all_that, {VIP: 4}),
    Scenario("given away", _given, main=True),
    Scenario("a tier that grows and shrinks", _resized),
    Scenario("paid, by the word of the portal alone", _accepted),
    Scenario("a doubt, and a person who clears it", _cleared),
    Scenario("paid by hand", _paid_by_hand, nights=(1500, 3000)),
    Scenario("money of no order", _money_of_no_order),
    Scenario("given back while our operator is locked", _our_operator_is_locked),
]
