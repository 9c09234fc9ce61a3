"""What holders of tickets, the organizer and the gate may do with orders, tickets and the event itself."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof import people
from tests.proof.fair import EVENT_ID, ORGANIZER_ID
from tests.proof.histories import CHANGES, GIFTS, TROUBLE, USERS, Change, Gift, Trouble
from tests.proof.machine import Machine

WHICH = st.integers(0, 20)
DEEDS = st.sampled_from(("give back", "give back", "pass on", "pass on", "show at the gate", "make void"))


class Holding(Machine):
    """Few rules, as each of all rules is drawn equally often, and nothing happens to tickets that nobody has bought."""

    @precondition(lambda self: bool(people.tickets(self.world)))
    @rule(which=WHICH, deed=DEEDS, to=st.sampled_from(USERS), trouble=TROUBLE)
    def something_is_done_with_a_ticket(self, which: int, deed: str, to: str, trouble: Trouble | None) -> None:
        world, tickets = self.world, people.tickets(self.world)
        ticket = tickets[which % len(tickets)]

        def act() -> None:
            match deed:
                case "give back":
                    people.give_back(world, ticket["order_id"]["S"])
                case "pass on":
                    people.pass_on(world, ticket, to)
                case "make void":
                    people.make_void(world, ticket)
                case _:
                    people.admit(world, ticket)

        self.troubled(trouble, act)

    @precondition(lambda self: bool(self.world.purchases))
    @rule(wish=st.one_of(GIFTS, CHANGES, CHANGES, st.none()), trouble=TROUBLE)
    def the_organizer_acts(self, wish: Gift | Change | None, trouble: Trouble | None) -> None:
        """He gives tickets away, has more or fewer to sell, or calls all of it off."""
        world = self.world

        def act() -> None:
            match wish:
                case Gift(to, tier, quantity, key):
                    people.give(world, to, tier, quantity, key)
                case Change(vip, shared, percent):
                    people.change_event(world, vip, shared, percent)
                case _:
                    world.cancel_event(EVENT_ID, ORGANIZER_ID)

        self.troubled(trouble, act)
