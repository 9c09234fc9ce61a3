"""One open payment per phone: M-PESA shows one prompt at a time, and a second one may deafen the first."""

import hashlib

from pynamodb.exceptions import DoesNotExist

from tiketi.payments.items import find_payment
from tiketi.sales.items import PhoneGuardItem
from tiketi.settings import secret
from tiketi.table import put_if


def _key(phone_number: str) -> str:
    """A keyed hash, so that no key of the table, and no log of one, is a phone number."""
    return f"PHONE#{hashlib.sha256(f'{secret("SECRET_KEY")}{phone_number}'.encode()).hexdigest()[:32]}"


def guard_phone(phone_number: str, order_id: str, until: int, now: int) -> bool:
    """Claims a phone for an order; False while another order's payment is open on it. Until the second `until`, when
    none can be open any more, whoever comes looks at that payment.

    Nobody gives a phone back: a claim ends by itself with the payment it was made for, which the next buyer checks.
    """
    key = _key(phone_number)
    guard = PhoneGuardItem(key, "GUARD", order_id=order_id, until=until, delete_after=until + 86_400)
    free = PhoneGuardItem.pk.does_not_exist() | (PhoneGuardItem.until <= now) | (PhoneGuardItem.order_id == order_id)
    if put_if(guard, free):
        return True
    try:
        present = PhoneGuardItem.get(key, "GUARD", consistent_read=True)
    except DoesNotExist:
        return put_if(guard, free)
    other = find_payment(present.order_id)
    if other is not None and other.status == "PENDING" and now < int(other.expires_at):
        return False
    return put_if(guard, PhoneGuardItem.order_id == present.order_id)
