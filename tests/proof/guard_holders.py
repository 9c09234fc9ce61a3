"""Moments at which a ticket is passed on or made void while somebody else is at it."""

from collections.abc import Callable
from contextlib import suppress

from tests.proof.cloud import Cloud
from tests.proof.fair import EVENT_ID
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tests.proof.scenarios import ASHA
from tiketi.accounts.items import EMAIL, PROFILE, EmailItem, UserItem, email_key, user_key
from tiketi.catalogue.items import EventItem, event_key
from tiketi.errors import Refusal
from tiketi.ids import new_id
from tiketi.payments.outcomes import mark_paid
from tiketi.sales import finalize
from tiketi.sales.complimentary import ComplimentaryInput, give_tickets
from tiketi.sales.items import TicketItem, event_ticket_ids, ticket_key
from tiketi.sales.transfer import transfer_ticket
from tiketi.sales.void_ticket import void_ticket

JUMA, ACHIENG = "juma@example.com", "achieng@example.com"


def _account(email: str) -> str:
    user_id = new_id()
    EmailItem(email_key(email), EMAIL, user_id=user_id).save()
    user = UserItem(user_key(user_id), PROFILE, user_id=user_id, email=email, name="Juma", role="customer")
    user.phone_number, user.password_hash, user.created_at = "254712345678", "-", "2026-01-01T00:00:00Z"
    user.save()
    return user_id


def _completed(cloud: Cloud) -> Moment:
    moment = Moment(cloud)
    mark_paid(moment.order_id, "RECEIPT1")
    finalize.settle(moment.order_id, moment.world.time)
    return moment


def _id(moment: Moment) -> str:
    return f"{moment.order_id}-1"


def _ticket(ticket_id: str) -> TicketItem:
    return TicketItem.get(*ticket_key(ticket_id), consistent_read=True)


def _admit(moment: Moment) -> None:
    _ticket(_id(moment)).update(actions=[TicketItem.admitted_at.set("2026-05-28T20:26:40Z")])


def _pass_on(moment: Moment, email: str = JUMA) -> None:
    with suppress(Refusal):
        transfer_ticket(ASHA, _id(moment), email, "request")


def _valid() -> list[str]:
    return [each for each in event_ticket_ids(EVENT_ID) if _ticket(each).status == "valid"]


def _passed_on_after(cloud: Cloud, act: Callable[[Moment], object]) -> Moment:
    moment = _completed(cloud)
    _account(JUMA)
    with moment.before("TransactWriteItems payment", lambda: act(moment)):
        _pass_on(moment)
    return moment


@holds("sales.transfer._commit.commit", "TicketItem.admitted_at.does_not_exist()")
def somebody_is_let_in_before_the_ticket_is_passed_on(cloud: Cloud) -> None:
    _passed_on_after(cloud, _admit)
    require(not [each for each in _valid() if not _ticket(each).admitted_at], "used, and somebody else may come in")


@holds("sales.transfer._commit.commit", "TicketItem.status == 'valid'")
def a_ticket_is_passed_on_to_two(cloud: Cloud) -> None:
    def to_another(moment: Moment) -> None:
        _account(ACHIENG)
        _pass_on(moment, ACHIENG)

    _passed_on_after(cloud, to_another)
    require(len(_valid()) == 1, "one ticket was sold, and more are valid")


@holds("sales.transfer._commit.commit", "PaymentItem.order_status == 'completed'")
def an_order_is_to_be_refunded_before_its_ticket_is_passed_on(cloud: Cloud) -> None:
    _passed_on_after(cloud, lambda moment: moment.write_payment(order_status="refund_pending"))
    require(len(list(event_ticket_ids(EVENT_ID))) == 1, "a new ticket for money that goes back")


@holds("sales.transfer._commit.commit", "UserItem.pk.exists()")
def the_new_holders_account_is_deleted_before_he_is_one(cloud: Cloud) -> None:
    moment = _completed(cloud)
    user_id = _account(JUMA)

    def delete() -> None:
        UserItem(user_key(user_id), PROFILE).delete()
        EmailItem(email_key(JUMA), EMAIL).delete()

    with moment.before("TransactWriteItems payment", delete):
        _pass_on(moment)
    require(_ticket(_id(moment)).status == "valid", "it belongs to nobody")


def _made_void_after(cloud: Cloud, act: Callable[[Moment], object]) -> TicketItem:
    moment = _completed(cloud)
    organizer = EventItem.get(event_key(EVENT_ID), "EVENT").organizer_id
    with moment.before("UpdateItem ticket", lambda: act(moment)), suppress(Refusal):
        void_ticket(organizer, _id(moment), "stolen")
    return _ticket(_id(moment))


@holds("sales.void_ticket._write", "TicketItem.admitted_at.does_not_exist()")
def somebody_is_let_in_before_the_ticket_is_made_void(cloud: Cloud) -> None:
    require(_made_void_after(cloud, _admit).status == "valid", "somebody is inside with a void ticket")


@holds("sales.void_ticket._write", "TicketItem.status == 'valid'")
def a_ticket_is_refunded_before_it_is_made_void(cloud: Cloud) -> None:
    def refund(moment: Moment) -> None:
        _ticket(_id(moment)).update(actions=[TicketItem.status.set("refunded")])

    require(_made_void_after(cloud, refund).status == "refunded", "refunded, and it does not say so")


@holds("sales.complimentary._recipient", "GiftItem.pk.does_not_exist()")
def one_key_is_used_for_two_gifts_at_once(cloud: Cloud) -> None:
    moment = Moment(cloud)
    organizer = EventItem.get(event_key(EVENT_ID), "EVENT").organizer_id
    given: list[str] = []

    def give(email: str) -> None:
        _account(email)
        asked = ComplimentaryInput(ticket_type="VIP", quantity=1, email=email)
        with suppress(Refusal):
            give_tickets(lambda purchase: given.append(purchase.user_id), EVENT_ID, organizer, asked, "key", "")  # pyright: ignore

    with moment.before("PutItem gift", lambda: give(ACHIENG)):
        give(JUMA)
    require(len(given) == 1, "given twice")
