"""Moments of a customer's allowance at which one guard is all that stands between a write and what came before it."""

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID, REGULAR
from tests.proof.guard_table import holds
from tests.proof.moments import require
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, HOLD_SECONDS, Stage
from tests.proof.template import BUY
from tests.proof.truth import Broken, read_books
from tests.proof.world import Purchase, World
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.sales import allowance
from tiketi.sales.allowance import AllowanceItem
from tiketi.sales.finalize import settle

LIMIT = 2


class Family(Stage):
    """Everybody buys with one account: together they may have two."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud, {"*": 9}, patient=False)
        self._phones = 0

    def buys(self, quantity: int, habit: Habit | None = None) -> Purchase:
        self._phones += 1
        phone = f"2547000000{self._phones:02d}"
        purchase = Purchase(ASHA, f"k{self._phones}", self.event_id, REGULAR, quantity, phone)
        return self.world.buy(purchase, habit or Habit())

    def left(self, quantity: int) -> PaymentItem:
        """An order that nobody has paid yet, and whose share the test takes or gives by hand."""
        purchase = self.buys(quantity, Habit(None))
        found = find_payment(purchase.order_id)
        assert found
        return found

    def has(self) -> int:
        payments = read_books(self.world).payments.values()
        return sum(each["quantity"] for each in payments if each["order_status"] == "completed")


def another_buys(cloud: Cloud, call: str, before: int) -> World:
    """Two orders of one customer at the same moment, when he has `before` already."""
    stage = Family(cloud)
    if before:
        stage.buys(before)
        stage.run(60)
    stage.ambush(BUY, call, "pause", lambda world: (stage.buys(LIMIT - before), None)[1])
    stage.buys(LIMIT - before)
    return stage.run()


@holds("sales.allowance._put", "AllowanceItem.pk.does_not_exist()")
def two_first_orders_of_one_customer(cloud: Cloud) -> World:
    return another_buys(cloud, "PutItem allowance", 0)


@holds("sales.allowance._add", "AllowanceItem.taken <= most - share.tickets")
def two_next_orders_of_one_customer(cloud: Cloud) -> World:
    return another_buys(cloud, "UpdateItem allowance", 1)


@holds("sales.allowance._add", "_entry(key).does_not_exist()")
def a_share_is_taken_twice_because_the_first_answer_was_lost(cloud: Cloud) -> None:
    stage = Family(cloud)
    stage.buys(1)
    item, share = _item(stage), allowance.Share(1, 0)
    for _ in range(2):
        allowance._add(item, "another", share, 9)  # pyright: ignore[reportPrivateUsage]
    require(int(_item(stage).taken) == 2, "one order has taken two shares")


def _item(stage: Family) -> AllowanceItem:
    return AllowanceItem.get(f"USER#{ASHA}", f"ALLOWANCE#{EVENT_ID}#{REGULAR}", consistent_read=True)


@holds("sales.allowance._give_back", "_entry(key)['a'] == share.again")
def late_money_takes_its_share_again_before_another_order_gives_it_back(cloud: Cloud) -> None:
    """The other order had found this one expired; then its money came, and it has its tickets."""
    stage = Family(cloud)
    late = stage.buys(LIMIT, Habit(None))
    stage.run(HOLD_SECONDS + 60)

    def money(world: World) -> None:
        world.act(world.phones.prompts[0], "pay")
        world.call_back(world.phones.prompts[0])
        world.deliver_all()

    stage.ambush(BUY, "UpdateItem allowance", "pause", money)
    other = stage.buys(LIMIT)
    stage.run()
    answers = late.answers[-1], other.answers[-1]
    if stage.has() > LIMIT:
        raise Broken(f"one customer has {stage.has()} tickets: {answers}")


@holds("sales.allowance._mark", "_entry(key)['a'] == 0")
def another_order_gives_a_share_back_before_late_money_takes_it_again(cloud: Cloud) -> None:
    stage = Family(cloud)
    payment = stage.left(LIMIT)
    payment.update([PaymentItem.status.set("PAID")])
    item = _item(stage)
    item.update([AllowanceItem.taken.set(0), AllowanceItem.orders.set({})])
    require(not allowance._mark(item, payment.order_id[-16:]), "marked")  # pyright: ignore[reportPrivateUsage]
    require(allowance.take(payment, stage.world.time, settle, again=True), "late money finds no share")
    require(int(_item(stage).taken) == LIMIT, "it has tickets, and no share")
