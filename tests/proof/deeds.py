"""What holders, an organizer and an operator do beyond buying and giving back; whoever gets no answer does it again."""

import json
from collections.abc import Callable
from typing import Any

from operations import refunds, reviews
from tests.proof import by_hand
from tests.proof.cloud import Crash, Invocation
from tests.proof.fair import EVENT_ID, ORGANIZER_ID
from tests.proof.template import CHANGE_EVENT, GIVE, TRANSFER, VOID
from tests.proof.world import World
from tiketi.accounts.items import EMAIL, PROFILE, EmailItem, UserItem, email_key, user_key
from tiketi.ids import customer_of_ticket, repeatable_order_id
from tiketi.payments.items import payment_key
from tiketi.payments.refund_items import OF_ORDER, refund_id_of, refund_key
from tiketi.sales.purchase import account_reference

HEADERS = {"Content-Type": "application/json"}
COMMAND_SECONDS = 600


def open_account(email: str, user_id: str) -> None:
    EmailItem(email_key(email), EMAIL, user_id=user_id).save()
    user = UserItem(user_key(user_id), PROFILE, user_id=user_id, email=email, name="Juma", role="customer")
    user.phone_number, user.password_hash, user.created_at = "254712345678", "-", "2026-01-01T00:00:00Z"
    user.save()


# --- Tickets ----------------------------------------------------------------------------------------------------------


def pass_on(world: World, ticket_id: str, email: str) -> None:
    holder = customer_of_ticket(ticket_id) or ""
    answer = _twice(world, TRANSFER, {"email": email}, (holder, "customer"), ticket_id=ticket_id)
    world.tell(f"{ticket_id[-6:]} is passed on: {answer or 'the function died'}")


def successor(ticket_id: str, recipient: str) -> str:
    return f"{repeatable_order_id(recipient, f'transfer\n{ticket_id}')}-1"


def make_void(world: World, ticket_id: str) -> None:
    answer = _twice(world, VOID, {"reason": "a stolen phone"}, (ORGANIZER_ID, "organizer"), ticket_id=ticket_id)
    world.tell(f"{ticket_id[-6:]} is made void: {answer or 'the function died'}")


def give_tickets(world: World, email: str, tier: str, quantity: int, retries: tuple[int, ...]) -> None:
    """`retries`: when the organizer asks again with the same key while there is no answer."""

    def give() -> None:
        wanted = {"ticket_type": tier, "quantity": quantity, "email": email}
        answer = _asked(world, GIVE, wanted, (ORGANIZER_ID, "organizer"), event_id=EVENT_ID)
        world.tell(f"the organizer gives {quantity} {tier} away: {answer or 'the function died'}")
        if waits and (answer is None or answer[0] >= 500 or answer[1] == "request_in_progress"):
            world.at(waits.pop(0), give)

    waits = list(retries)
    give()


def resize(world: World, capacities: dict[str, int], tries: int = 4) -> None:
    """Asks again after a minute while there is no answer, or somebody is at work on the event still."""
    tiers = {name: {"capacity": capacity} for name, capacity in capacities.items()}
    answer = _asked(world, CHANGE_EVENT, {"ticket_tiers": tiers}, (ORGANIZER_ID, "organizer"), event_id=EVENT_ID)
    world.tell(f"the organizer wants {capacities}: {answer or 'the function died'}")
    if tries and (answer is None or answer[0] >= 500 or answer[1] == "changed_meanwhile"):
        world.at(60, lambda: resize(world, capacities, tries - 1))


# --- Money by hand ----------------------------------------------------------------------------------------------------


def pay_by_hand(world: World, amount: int, order_id: str = "") -> None:
    """M-PESA tells of it once. The account reference was told to whoever has an order."""
    if order_id and world.cloud.table.read(payment_key(order_id)) is None:
        return
    reference = account_reference(order_id) if order_id else "Juma"
    by_hand.pay(world, reference, order_id, amount)
    money = world.hand_payments[-1]
    by_hand.confirm(world, money)
    # A function that died after it had kept it has kept it.
    money.confirmed = (
        world.cloud.table.read((f"CONFIRMATION#{reference}", money.receipt)) is not None or money.confirmed
    )


# --- The operator -----------------------------------------------------------------------------------------------------


def settle_refund(world: World, order_id: str, reference: str) -> None:
    """He sends the money in the portal first, where the refund waits for him."""
    refund_id = refund_id_of(order_id, OF_ORDER)
    refund = world.cloud.table.read(refund_key(refund_id))
    if refund and refund["state"]["S"] == "manual":
        world.returned_by_hand[refund_id] += 1
        _command(world, "make settle-refund", lambda: refunds.settle(refund_id, reference))


def retry_refund(world: World, order_id: str) -> None:
    _command(world, "make retry-refund", lambda: refunds.retry(refund_id_of(order_id, OF_ORDER)))


def resume_refunds(world: World) -> None:
    _command(world, "make resume-refunds", refunds.resume)


def accept_payment(world: World, order_id: str, receipt: str) -> None:
    _command(world, "make accept-payment", lambda: reviews.accept(order_id, receipt))


def clear_review(world: World, order_id: str) -> None:
    _command(world, "make clear-review", lambda: reviews.clear(order_id))


def settle_confirmation(world: World, receipt: str) -> None:
    _command(world, "make settle-confirmation", lambda: reviews.settle_confirmation(receipt, "", "sent back"))


def _command(world: World, name: str, act: Callable[[], str]) -> None:
    """On the operator's own machine: he sees that it died, and gives it once more."""
    for _ in range(2):
        world.invocations += 1
        ends_at = world.time + COMMAND_SECONDS
        world.cloud.running.append(Invocation(name, world.invocations, ends_at))
        try:
            told = act()
        except (Crash, Exception):
            told = ""
        except SystemExit as refused:
            told = str(refused)
        finally:
            world.cloud.running.pop()
        world.tell(f"{name}: {told or 'died or failed'}")
        if told:
            return


# --- HTTP -------------------------------------------------------------------------------------------------------------


def _asked(
    world: World, function: str, body: dict[str, Any], who: tuple[str, str], **parameters: str
) -> tuple[int, str] | None:
    return world.request(
        function,
        json.dumps(body),
        headers={**HEADERS, "Idempotency-Key": "k1"},
        pathParameters=parameters,
        requestContext={"requestId": "request", "authorizer": {"user_id": who[0], "role": who[1]}},
    )


def _twice(
    world: World, function: str, body: dict[str, Any], who: tuple[str, str], **parameters: str
) -> tuple[int, str] | None:
    answer = _asked(world, function, body, who, **parameters)
    return answer if answer and answer[0] < 500 else _asked(world, function, body, who, **parameters)
