"""Reversal, B2C and Transaction Status: an acknowledgement at once, the Result later."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from local.daraja import answers, identifiers, initiator_rules, nairobi, text_messages
from local.daraja.answers import Answer, Refusal, Refused, as_json
from local.daraja.initiator_plans import InitiatorAnswer, InitiatorPlan, Operation
from local.daraja.initiator_results import (
    Conversation,
    Parameters,
    b2c_parameters,
    result_body,
    reversal_parameters,
    status_parameters,
    timeout_body,
)
from local.daraja.initiator_rules import SUCCESS, UNKNOWN_ORIGINAL, WRONG_INITIATOR, Order
from local.daraja.ledger import Entry, Kind
from local.daraja.payments import Delivery
from local.daraja.results import result
from local.daraja.text_messages import TextMessage
from local.daraja.world import World

logger = logging.getLogger(__name__)

End = tuple[str, str, Parameters]
"""Result code, its words, and the parameters of a success."""
Act = Callable[[World, Order, Conversation, datetime], End]

_REFUSALS: Mapping[InitiatorAnswer, Answer | Refusal] = {
    "500.003.02": answers.SYSTEM_BUSY,
    "429": answers.too_many_requests(),
    "html_403": answers.INCAPSULA_403,
    "token_rejected": answers.INVALID_ACCESS_TOKEN,
}
_UNKNOWN: Mapping[InitiatorAnswer, Answer] = {
    "lost": answers.DROPPED,
    "500.003.01": answers.INTERNAL_SERVER_ERROR.answer,
}


@dataclass(frozen=True)
class Request:
    """One call: what it is, whether its initiator is known, and what it does when nothing speaks against it."""

    operation: Operation
    order: Order
    is_authorised: bool
    act: Act


def reverse(world: World, body: Mapping[str, object]) -> Answer:
    order = initiator_rules.check_reversal(body, world.credentials)
    authorised = initiator_rules.knows_the_initiator(body, "Initiator", world.credentials, world.credential_key)
    return _take(world, Request("reversal", order, authorised, _reverse))


def pay_out(world: World, body: Mapping[str, object]) -> Answer:
    """A repeated OriginatorConversationID is refused, so a repeat is safe."""
    order = initiator_rules.check_b2c(body)
    if order.originator_conversation_id in world.conversations:
        raise Refused(answers.DUPLICATE_CONVERSATION)
    authorised = initiator_rules.knows_the_initiator(body, "InitiatorName", world.credentials, world.credential_key)
    return _take(world, Request("b2c", order, authorised, _pay_out))


def ask_status(world: World, body: Mapping[str, object]) -> Answer:
    order = initiator_rules.check_status(body, world.credentials)
    authorised = initiator_rules.knows_the_initiator(body, "Initiator", world.credentials, world.credential_key)
    return _take(world, Request("transaction_status", order, authorised, _tell_status))


def _take(world: World, request: Request) -> Answer:
    plan = world.initiator_plans.take(request.operation)
    refusal = _REFUSALS.get(plan.answer)
    if plan.answer == "token_rejected":
        world.tokens.revoke_all()
    if refusal is not None:
        return refusal.answer if isinstance(refusal, Refusal) else refusal
    moment = nairobi.now()
    own_id = request.order.originator_conversation_id if request.operation == "b2c" else ""
    conversation = Conversation(
        originator_conversation_id=own_id or identifiers.originator_conversation_id(),
        conversation_id=identifiers.conversation_id(moment),
        transaction_id=identifiers.receipt_number(moment),
    )
    world.conversations.add(conversation.originator_conversation_id)
    logger.info("%s taken as %s", request.operation, conversation.conversation_id)
    world.spawn(_finish(world, request, conversation, plan))
    return _UNKNOWN.get(plan.answer) or as_json(
        {
            "OriginatorConversationID": conversation.originator_conversation_id,
            "ConversationID": conversation.conversation_id,
            "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        }
    )


async def _finish(world: World, request: Request, conversation: Conversation, plan: InitiatorPlan) -> None:
    await asyncio.sleep(plan.delay_seconds)
    if plan.queue_timeout:
        await _post(world, "queue timeout", request.order.timeout_url, timeout_body(conversation))
    code, words, parameters = _end(world, request, conversation, plan)
    logger.info("%s %s ended with %s", request.operation, conversation.conversation_id, code)
    body = result_body(conversation, code, words, parameters, plan.single_parameter)
    for _ in range(0 if plan.lost else plan.copies):
        await _post(world, request.operation, request.order.result_url, body)


def _end(world: World, request: Request, conversation: Conversation, plan: InitiatorPlan) -> End:
    if plan.result_code is not None and plan.result_code != "0":
        return plan.result_code, result(plan.result_code, plan.result_desc).callback_text, {}
    if not request.is_authorised:
        return (*WRONG_INITIATOR, {})
    return request.act(world, request.order, conversation, nairobi.now())


async def _post(world: World, kind: str, url: str, body: str) -> None:
    delivery = Delivery(kind, url, nairobi.now(), body)
    world.results.append(delivery)
    await world.postman.post(delivery)
    world.changes.announce()


def _reverse(world: World, order: Order, conversation: Conversation, moment: datetime) -> End:
    original = world.ledger.get(order.receipt)
    code, words = initiator_rules.reversal_end(original, order.amount)
    if original is None or code != "0":
        return code, words, {}
    receipt = conversation.transaction_id
    original.reversed_by = receipt
    world.ledger.add(_entry(conversation, "reversal", original.amount, original.phone, moment))
    phone = world.phones.get(original.phone)
    balance = phone.receive(original.amount)
    text = text_messages.reversed_payment(receipt, original.receipt, original.amount, moment, balance)
    phone.messages.appendleft(TextMessage(moment, text))
    return code, words, reversal_parameters(original, world.business, moment)


def _pay_out(world: World, order: Order, conversation: Conversation, moment: datetime) -> End:
    receipt = conversation.transaction_id
    world.ledger.add(_entry(conversation, "payout", order.amount, order.phone, moment))
    phone = world.phones.get(order.phone)
    balance = phone.receive(order.amount)
    text = text_messages.received(receipt, order.amount, world.options.business_name, moment, balance)
    phone.messages.appendleft(TextMessage(moment, text))
    return (*SUCCESS, b2c_parameters(receipt, order.amount, order.phone, moment))


def _tell_status(world: World, order: Order, _conversation: Conversation, _moment: datetime) -> End:
    by_receipt = world.ledger.get(order.receipt) if order.receipt else None
    entry = by_receipt or world.ledger.by_conversation(order.originator_conversation_id)
    if entry is None:
        return (*UNKNOWN_ORIGINAL, {})
    return (*SUCCESS, status_parameters(entry, world.business))


def _entry(conversation: Conversation, kind: Kind, amount: int, phone: str, moment: datetime) -> Entry:
    return Entry(
        receipt=conversation.transaction_id,
        kind=kind,
        amount=amount,
        phone=phone,
        account="",
        at=moment,
        conversation_id=conversation.conversation_id,
        originator_conversation_id=conversation.originator_conversation_id,
    )
