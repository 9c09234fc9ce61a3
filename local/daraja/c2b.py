"""C2B: money that reaches the short code, told to the registered confirmation URL."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime

from local.daraja import answers, identifiers, msisdn, nairobi, text_messages
from local.daraja.answers import Answer, Refused, as_json, invalid
from local.daraja.ledger import Entry
from local.daraja.payments import Delivery, Payment
from local.daraja.push_rules import check_amount, check_url
from local.daraja.text_messages import TextMessage
from local.daraja.world import World

logger = logging.getLogger(__name__)

RESPONSE_TYPES = ("Completed", "Cancelled")
_BILL_REFERENCE = re.compile(r"[^\x00-\x1f]{1,20}")


def register(world: World, body: Mapping[str, object]) -> Answer:
    """Once for a short code, as in production."""
    short_code = str(body.get("ShortCode", ""))
    if short_code != world.credentials.short_code:
        raise Refused(invalid("ShortCode"))
    if body.get("ResponseType") not in RESPONSE_TYPES:
        raise Refused(invalid("ResponseType"))
    check_url(body.get("ValidationURL"), "ValidationURL")
    if not world.registered.register(short_code, check_url(body.get("ConfirmationURL"), "ConfirmationURL")):
        raise Refused(answers.URLS_ALREADY_REGISTERED)
    return _acknowledged("Success")


def simulate(world: World, body: Mapping[str, object]) -> Answer:
    """A customer pays the PayBill by hand: no prompt, only the confirmation tells."""
    if str(body.get("ShortCode", "")) != world.credentials.short_code:
        raise Refused(invalid("ShortCode"))
    if body.get("CommandID") != "CustomerPayBillOnline":
        raise Refused(invalid("CommandID"))
    phone, reference = str(body.get("Msisdn", "")), str(body.get("BillRefNumber", ""))
    if not msisdn.is_strict(phone):
        raise Refused(invalid("Msisdn"))
    if not _BILL_REFERENCE.fullmatch(reference):
        raise Refused(invalid("BillRefNumber"))
    entry = _receive(world, check_amount(body.get("Amount")), phone, reference)
    world.spawn(_confirm(world, entry))
    return _acknowledged("Accept the service request successfully.")


def _acknowledged(words: str) -> Answer:
    """OriginatorCoversationID is Safaricom's spelling."""
    conversation = identifiers.originator_conversation_id()
    return as_json({"OriginatorCoversationID": conversation, "ResponseCode": "0", "ResponseDescription": words})


def _receive(world: World, amount: int, number: str, reference: str) -> Entry:
    moment = nairobi.now()
    entry = Entry(identifiers.receipt_number(moment), "payment", amount, number, reference, moment)
    world.ledger.add(entry)
    phone = world.phones.get(number)
    text = text_messages.paid(entry.receipt, amount, world.options.business_name, reference, moment, phone.pay(amount))
    phone.messages.appendleft(TextMessage(moment, text))
    world.changes.announce()
    return entry


async def _confirm(world: World, entry: Entry) -> None:
    short_code = world.credentials.short_code
    url = world.registered.confirmation_url(short_code)
    if url is None:
        logger.info("no confirmation URL is registered: nobody is told of %s", entry.receipt)
        return
    body = confirmation_body(entry.receipt, entry.amount, short_code, entry.account, entry.phone, entry.at)
    delivery = Delivery("confirmation", url, nairobi.now(), body)
    world.results.append(delivery)
    await world.postman.post(delivery)


def confirmation_body(receipt: str, amount: int, short_code: str, reference: str, phone: str, at: datetime) -> str:
    """All values are strings; the number is masked as v2 does it."""
    return json.dumps(
        {
            "TransactionType": "Pay Bill",
            "TransID": receipt,
            "TransTime": nairobi.fourteen_digits(at),
            "TransAmount": f"{amount}.00",
            "BusinessShortCode": short_code,
            "BillRefNumber": reference,
            "InvoiceNumber": "",
            "OrgAccountBalance": "",
            "ThirdPartyTransID": "",
            "MSISDN": f"{phone[:4]} ***** {phone[-3:]}",
            "FirstName": "WANJIKU",
            "MiddleName": "",
            "LastName": "",
        }
    )


async def confirm_stk_payment(world: World, payment: Payment) -> None:
    """Nothing happens for a payment that failed, or where no URL is registered."""
    url = world.registered.confirmation_url(payment.push.short_code)
    if url is None or payment.receipt is None or payment.settled is None:
        return
    pushed = payment.push
    body = confirmation_body(
        payment.receipt, pushed.amount, pushed.short_code, pushed.account_reference, pushed.phone, payment.settled
    )
    delivery = Delivery("confirmation", url, nairobi.now(), body)
    payment.deliveries.append(delivery)
    await world.postman.post(delivery)
    world.changes.announce()
