"""Takes C2B confirmations in, and brings each to the order it belongs to.

It lies under its account reference, which every payment knows: so the timer of a payment that nobody has told of finds
it there. What comes for an order that other money was confirmed for before, the other's receipt leads to.
"""

import hashlib
import hmac

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from tiketi import clock
from tiketi.errors import Refusal
from tiketi.logs import logger
from tiketi.payments.booking import book_receipt
from tiketi.payments.confirmation import judge_confirmation, read_confirmation
from tiketi.payments.items import PaymentItem, find_payment, find_receipt
from tiketi.payments.receive_callback import tell, was_told
from tiketi.settings import secret
from tiketi.table import Item, put_if, update_if


class ConfirmationItem(Item, discriminator="confirmation"):
    """`CONFIRMATION#<account reference, or the receipt where there is none>` / `<receipt>`. `amount` is whole KES.

    Names and numbers of the payer are not kept.
    """

    receipt = UnicodeAttribute()
    reference = UnicodeAttribute(default="")
    amount = NumberAttribute()
    received_at = UnicodeAttribute()
    settled = UnicodeAttribute(null=True)
    """What a person did about money that counts for no order."""


def settle_confirmation(receipt: str, reference: str, how: str) -> bool:
    """Notes what was done about confirmed money that belongs to no order; False when there is no such confirmation."""
    item = ConfirmationItem(_partition(reference or receipt), receipt)
    return update_if(item, [ConfirmationItem.settled.set(how)], ConfirmationItem.pk.exists())


def confirmation_token() -> str:
    """The secret in the address that is registered with M-PESA: hexadecimal, so that its letters spell nothing."""
    return hmac.new(secret("SECRET_KEY").encode(), b"confirmations", hashlib.sha256).hexdigest()[:32]


def check_confirmation_token(token: str) -> None:
    """Raises Refusal `not_found`."""
    if not hmac.compare_digest(token.encode(), confirmation_token().encode()):
        raise Refusal("not_found")


def receive_confirmation(token: str, body: str) -> None:
    """Keeps it, once; the stream brings it before `bring_confirmation`.

    Raises Refusal `not_found`, `broken_json` or `not_a_confirmation`.
    """
    check_confirmation_token(token)
    confirmation = read_confirmation(body)
    logger.info("confirmation", extra={"receipt": confirmation.receipt, "reference": confirmation.reference})
    item = ConfirmationItem(
        _partition(confirmation.reference or confirmation.receipt),
        confirmation.receipt,
        receipt=confirmation.receipt,
        reference=confirmation.reference,
        amount=confirmation.amount,
        received_at=clock.rfc3339(clock.utc_now()),
    )
    put_if(item, ConfirmationItem.pk.does_not_exist())


def bring_confirmation(pk: str, receipt: str) -> None:
    """To the order that its receipt counts for, or another receipt with the same account reference.

    Where there is none yet, the timer of the payment finds it.
    """
    for counted in (find_receipt(other) for other in (receipt, *_receipts_in(pk))):
        payment = find_payment(counted.order_id) if counted else None
        if payment and _partition(payment.account_reference) == pk:
            bring_confirmed(payment)
            return


def bring_confirmed(payment: PaymentItem) -> bool:
    """Brings a payment the money that was confirmed under its reference; whether there was any it did not know of.

    One read unit where there is none.
    """
    book_receipt(payment)
    found = False
    for item in ConfirmationItem.query(_partition(payment.account_reference), consistent_read=True):
        verdict = judge_confirmation(payment, item.receipt, int(item.amount))
        if not was_told(payment, verdict):
            tell(payment, verdict, "0")
            payment = find_payment(payment.order_id) or payment
            found = True
    return found


def _receipts_in(pk: str) -> list[str]:
    return [item.receipt for item in ConfirmationItem.query(pk, consistent_read=True)]


def _partition(reference: str) -> str:
    return f"CONFIRMATION#{reference}"
