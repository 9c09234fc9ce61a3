"""How an account ends. Orders, payments and tickets stay: they are the books of the organizer and the tax office."""

from tiketi import clock
from tiketi.accounts.items import EmailItem, UserItem, email_guard, load_user, user_key
from tiketi.catalogue.listing_items import CopyItem, list_key
from tiketi.catalogue.listing_keys import organizer_question
from tiketi.clock import rfc3339, utc_now
from tiketi.errors import Refusal
from tiketi.payments.items import PaymentItem
from tiketi.table import transact_if, transaction

_ATTEMPTS = 3


def delete_user(user_id: str) -> None:
    """Removes the profile and the guard of its address, for four write units; the address is free again.

    Raises Refusal `account_has_open_payment`, `account_has_events`, `user_not_found`, or `changed_meanwhile` when
    the address was changed each time.
    """
    for _ in range(_ATTEMPTS):
        user = load_user(user_id)
        if has_open_payment(user_id):
            raise Refusal("account_has_open_payment")
        if user.role == "organizer" and has_events_to_come(user_id):
            raise Refusal("account_has_events")
        if _remove(user):
            return
    raise Refusal("changed_meanwhile")


def has_open_payment(user_id: str) -> bool:
    """Whether the customer may still enter a PIN. Reads all his payments, which are few."""
    open_ones = (PaymentItem.status == "PENDING") & (PaymentItem.expires_at > clock.epoch_now())
    payments = PaymentItem.query(
        user_key(user_id), PaymentItem.sk.startswith("PAYMENT#"), filter_condition=open_ones, consistent_read=True
    )
    return next(payments, None) is not None


def has_events_to_come(organizer_id: str) -> bool:
    """Whether an event of his is not over. Reads the latest start first, so the answer is mostly on the first page."""
    now = rfc3339(utc_now())
    listed = CopyItem.query(list_key(organizer_question(organizer_id)), scan_index_forward=False, consistent_read=True)
    return any(copy.event["end_date"] > now for copy in listed)


def _remove(user: UserItem) -> bool:
    """False, with nothing removed, when the address has changed meanwhile: its guard is then no longer his."""

    def remove_both() -> None:
        with transaction() as both:
            both.delete(user)
            both.delete(email_guard(user.email, user.user_id), condition=EmailItem.user_id == user.user_id)

    return transact_if(remove_both)
