"""C2B: money that reaches the short code, told to the registered confirmation URL."""

import json
from datetime import datetime

from local.daraja import nairobi
from local.daraja.payments import Delivery, Payment
from local.daraja.world import World


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
