"""What may happen in a history, as data that hypothesis draws and shrinks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.proof import people
from tests.proof.cloud import Disturbance, Kind
from tests.proof.fair import EVENT_ID, FREE, REGULAR, STUDENT, VIP
from tests.proof.phones import Habit, Prompt
from tests.proof.template import FINALIZE, LISTINGS
from tests.proof.world import Purchase, Record, World

USERS = ["01" + "A" * 23 + digit for digit in "123456"]
PHONES = [f"2547123456{number:02d}" for number in range(1, 7)]
PAYABLE_SECONDS = 500
"""No prompt is paid later than that: after it, nobody asks Daraja any more."""


def all_callbacks(world: World) -> None:
    for prompt in world.phones.prompts:
        if prompt.deed:
            world.call_back(prompt)


def all_pay(world: World) -> None:
    for prompt in ringing(world):
        world.act(prompt, "pay")
    all_callbacks(world)


def all_timers(world: World) -> None:
    for message in list(world.messages):
        world.receive(message)


def everybody_again(world: World) -> None:
    for purchase in list(world.purchases.values()):
        world.buy(purchase)


def a_stranger_buys(world: World) -> None:
    world.buy(Purchase("01" + "A" * 23 + "8", f"k{world.time}", EVENT_ID, VIP, 1, "254712345608"))


def every_order_back(world: World) -> None:
    for order in people.orders(world):
        people.give_back(world, order)


def all_passed_on(world: World) -> None:
    for ticket in people.tickets(world):
        people.pass_on(world, ticket, USERS[0])


def all_made_void(world: World) -> None:
    for ticket in people.tickets(world):
        people.make_void(world, ticket)


def a_ticket_is_shown(world: World) -> None:
    for ticket in people.tickets(world)[:1]:
        people.admit(world, ticket)


MEANWHILE: dict[str, Callable[[World], None]] = {
    "the stream brings everything": World.deliver_all,
    "the stream repeats itself": World.replay,
    "the sweep": World.sweep,
    "all callbacks": all_callbacks,
    "everybody pays": all_pay,
    "all timers": all_timers,
    "everybody asks again": everybody_again,
    "a stranger buys": a_stranger_buys,
    "every order is given back": every_order_back,
    "all tickets are passed on": all_passed_on,
    "all tickets are made void": all_made_void,
    "a ticket is shown at the gate": a_ticket_is_shown,
    "the event is made larger": lambda world: people.change_event(world, 5, 5, 100),
    "the event is made smaller": lambda world: people.change_event(world, 1, 1, 100),
    "10 seconds": lambda world: pass_time(world, 10),
    "36 seconds": lambda world: pass_time(world, 36),
    "190 seconds": lambda world: pass_time(world, 190),
}


def pass_time(world: World, seconds: int) -> None:
    world.time += seconds
    world.tell(f"... {seconds} seconds later")


@dataclass(frozen=True)
class Trouble:
    """At its `call`-th call, something happens to the function."""

    kind: Kind
    call: int
    meanwhile: tuple[str, ...] = ()

    def disturbance(self, world: World) -> Disturbance:
        def happen() -> None:
            for name in self.meanwhile:
                world.tell(f"--- {name}")
                MEANWHILE[name](world)

        return Disturbance(self.kind, happen)


CALLS = st.integers(1, 9)
ANYWHERE = st.integers(1, 26)
"""A whole sale makes about so many calls."""
SHORT = st.builds(Trouble, st.sampled_from(("before", "after", "refused", "lost", "twice")), CALLS)
MOMENTS = st.lists(st.sampled_from(sorted(MEANWHILE)), min_size=1, max_size=3).map(tuple)
PAUSED = st.builds(Trouble, st.just("pause"), CALLS, MOMENTS)
TROUBLE: st.SearchStrategy[Trouble | None] = st.one_of(st.none(), SHORT, PAUSED)
TROUBLE_ANYWHERE: st.SearchStrategy[Trouble | None] = st.one_of(
    st.none(),
    st.builds(Trouble, st.sampled_from(("before", "after", "refused", "lost", "twice")), ANYWHERE),
    st.builds(Trouble, st.just("pause"), ANYWHERE, MOMENTS),
)
PURCHASES = st.builds(
    Purchase,
    user_id=st.sampled_from(USERS),
    key=st.sampled_from(("k1", "k2", "k3")),
    event_id=st.just(EVENT_ID),
    tier=st.sampled_from((VIP, VIP, VIP, REGULAR, REGULAR, STUDENT, FREE)),
    quantity=st.integers(1, 3),
    phone=st.sampled_from(PHONES),
    answers=st.builds(list),
)


@dataclass(frozen=True)
class Gift:
    to: str
    tier: str
    quantity: int
    key: str


GIFTS = st.builds(
    Gift, st.sampled_from(USERS), st.sampled_from((VIP, REGULAR, FREE)), st.integers(1, 2), st.sampled_from("gh")
)


@dataclass(frozen=True)
class Change:
    """What an organizer wants: capacities, and the part of an order's money that goes back."""

    vip: int
    shared: int
    percent: int


CHANGES = st.builds(Change, st.integers(1, 5), st.integers(1, 6), st.sampled_from((100, 100, 50)))
HABITS = st.sampled_from(
    (*[Habit(None)] * 4, Habit(None, answer="lost"), Habit(None, answer="refused"), Habit(early=True))
)
LIES = st.sampled_from((None, None, None, None, "amount", "checkout", "merchant", "second receipt", "used receipt"))


def lies(world: World, prompt: Prompt, lie: str | None) -> dict[str, Any]:
    """What a callback says that is not so. Nobody without the token can lie, so no lie invents a payment."""
    match lie:
        case "amount" if prompt.charged:
            return {"amount": 1}
        case "checkout":
            return {"checkout": "ws_CO_0"}
        case "merchant":
            return {"merchant": "merchant-0"}
        case "second receipt" if prompt.charged:
            return {"receipt": f"SECOND{prompt.number}"}
        case "used receipt" if prompt.charged:
            used = [each.receipt for each in world.phones.prompts if each.told and each.charged and each is not prompt]
            return {"receipt": used[0]} if used else {}
        case _:
            return {}


def ringing(world: World) -> list[Prompt]:
    """The prompts that somebody may still pay."""
    return [
        prompt
        for prompt in world.phones.prompts
        if prompt.deed in (None, "ignore") and world.time < prompt.at + PAYABLE_SECONDS
    ]


def oldest_records(world: World) -> list[Record]:
    """What the stream may bring next: of each item the oldest change, and all changes of the catalogue as one."""
    found: dict[object, Record] = {}
    for record in world.records:
        found.setdefault(record.key if record.function == FINALIZE else LISTINGS, record)
    return list(found.values())
