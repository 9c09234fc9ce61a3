"""What is done by hand: customers who pay without a prompt, and operators who see to what no machine can end.

An operator looks into M-PESA's portal before he does anything, and does what he was doing once more when it broke off.
"""

import json
from collections.abc import Callable
from functools import partial

from operations import refunds, reviews
from tests.proof.cloud import Crash, Invocation, Item
from tests.proof.people import orders
from tests.proof.template import CONFIRMATION
from tests.proof.world import HandPayment, World
from tiketi.payments.confirmations import confirmation_token

OPERATOR = "an operator"
FOREVER = 2**60


def pay(world: World, reference: str, order_id: str, amount: int) -> None:
    payment = HandPayment(len(world.hand_payments) + 1, reference, order_id, amount)
    world.hand_payments.append(payment)
    world.tell(f"{payment.receipt}: KES {amount} are paid by hand for {reference}, {order_id[-4:] or 'no order'}")


def confirm(world: World, payment: HandPayment) -> None:
    """C2B's confirmation comes, once; Safaricom was never seen to repeat one."""
    told = {"TransID": payment.receipt, "TransAmount": f"{payment.amount}.00", "BillRefNumber": payment.reference}
    answer = world.request(CONFIRMATION, json.dumps(told), pathParameters={"token": confirmation_token()})
    payment.confirmed = payment.confirmed or bool(answer and answer[0] == 200)
    world.tell(f"confirmation of {payment.receipt}: {(answer and answer[0]) or 'the function died'}")


def money_of(world: World, order_id: str) -> list[tuple[str, int]]:
    """What the portal shows for an order: receipts and amounts."""
    prompts = [
        (each.receipt, each.amount) for each in world.phones.prompts if each.order_id == order_id and each.charged
    ]
    return prompts + [(each.receipt, each.amount) for each in world.hand_payments if each.order_id == order_id]


def accept(world: World, order_id: str) -> None:
    """All that was paid for an order, in full, is the order's."""
    asked = int(world.payment(order_id)["amount"]["N"])
    for receipt, amount in money_of(world, order_id):
        if amount == asked and world.payment(order_id).get("receipt") is None:
            _work(
                world,
                f"accepts {receipt} for {order_id[-4:]}",
                lambda receipt=receipt: reviews.accept(order_id, receipt),
            )
            world.accepted.add(receipt)


def clear(world: World, order_id: str) -> None:
    accept(world, order_id)
    _work(world, f"clears {order_id[-4:]}", lambda: reviews.clear(order_id))


def settle_confirmation(world: World, payment: HandPayment) -> None:
    note = "sent back in the portal"
    _work(
        world,
        f"settles {payment.receipt}",
        lambda: reviews.settle_confirmation(payment.receipt, payment.reference if payment.order_id else "", note),
    )


def see_to_refund(world: World, refund: Item, retry: bool) -> None:
    """One that waits for a person. The money goes back by hand unless it is back already, or M-PESA shall try again."""
    name, receipt = refund["refund_id"]["S"], refund.get("receipt", {}).get("S", "")
    back = world.mpesa.returned[receipt] if receipt else 0
    if retry and not back and not world.returned_by_hand[name]:
        _work(world, f"has {name[-12:]} tried again", lambda: refunds.retry(name))
        return
    if not back and not world.returned_by_hand[name]:
        world.returned_by_hand[name] += 1
        world.tell(f"KES {refund['amount']['N']} of {name[-12:]} go back by hand")
    _work(world, f"settles {name[-12:]}", lambda: refunds.settle(name, f"PORTAL{name[-6:]}"))


def tasks(world: World, *, retry: bool) -> list[Callable[[], None]]:
    """All that an operator could see to; `retry`: whether he leaves a refund to M-PESA once more."""
    asked = [order for order in orders(world) if money_of(world, order)]
    doubtful = [order for order in orders(world) if "review" in world.payment(order)]
    unclaimed = [each for each in world.hand_payments if each.confirmed and not each.order_id]
    return [
        *(partial(see_to_refund, world, refund, retry) for refund in _waiting_refunds(world)),
        *(partial(clear, world, order) for order in doubtful),
        *(partial(accept, world, order) for order in asked),
        *(partial(settle_confirmation, world, paid) for paid in unclaimed),
        *([world.redrive] if world.put_aside else []),
    ]


def do_the_rounds(world: World) -> None:
    """An operator sees to all that there is, and to what comes of it, the same day and the next morning."""
    for _ in range(2):
        for task in tasks(world, retry=False):
            task()
        world.run(60)


def _waiting_refunds(world: World) -> list[Item]:
    refunds = (item for item in world.cloud.table.all() if item["type"]["S"] == "refund")
    return sorted((each for each in refunds if each["state"]["S"] == "manual"), key=lambda each: each["SK"]["S"])


def _work(world: World, what: str, work: Callable[[], str]) -> None:
    answer = _done(world, work) or _done(world, work)
    world.tell(f"an operator {what}: {answer or 'it broke off'}")


def _done(world: World, work: Callable[[], str]) -> str:
    world.invocations += 1
    world.cloud.running.append(Invocation(OPERATOR, world.invocations, FOREVER))
    try:
        return work()
    except SystemExit as refused:
        return str(refused)
    except (Crash, Exception):
        return ""
    finally:
        world.cloud.running.pop()
