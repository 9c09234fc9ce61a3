"""Every function takes the sample event that `sam local invoke` is fed: in the situation that the sample speaks of."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from local import sam_local_samples as samples
from tests.unit.conftest import LAMBDA_CONTEXT, ROOT, load_function
from tiketi import clock
from tiketi.accounts.items import PROFILE, UserItem, email_guard, user_key
from tiketi.admission.items import StaffItem, staff_key
from tiketi.admission.staff import _hash  # pyright: ignore[reportPrivateUsage]
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.payments import initiator
from tiketi.payments.check_queue import CheckQueue
from tiketi.payments.confirmations import confirmation_token
from tiketi.payments.items import find_payment
from tiketi.payments.outcomes import mark_paid
from tiketi.payments.refund_items import find_refund
from tiketi.payments.refund_token import refund_token
from tiketi.sales.finalize import settle
from tiketi.sales.items import TicketItem, event_tickets_key, ticket_key
from tiketi.settings import settings
from tiketi.tickets.link import link_of

ORDER_ID = samples.ORDER.order_id
TICKET_ID = f"{ORDER_ID}-1"
RECIPIENT, RECIPIENTS_ADDRESS = "01JD5QK7V1M8Z6T3W9XHAPN4ED", "juma@example.com"
STAFF_ID, INVITE_KEY = "01JE2M4T6V8X0Z2B4D6F8H0K2M", "q83vEjRWeJCrze8SNFZ4kA"
ADMITTED_TICKET_ID, CODE = f"{samples.CUSTOMER}-7K3MQ2W9E5R8T1Y6-1", "7K3M01XZ"
NO_FAILURES = {"batchItemFailures": []}


def run(function: str, change: Callable[[dict[str, Any]], None] = lambda event: None) -> Any:
    event = json.loads((ROOT / "events" / f"{function}.json").read_text())
    change(event)
    return load_function(function).handler(event, LAMBDA_CONTEXT)


# --- Situations ------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def world(table: Any, refund_messages: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A customer who is an organizer as well, his event, one on sale, an order of that, and an M-PESA that accepts."""
    monkeypatch.setattr(samples, "hash_password", lambda password: "of no password")
    monkeypatch.setattr(samples, "refresh_soon", lambda event_id: None)
    monkeypatch.setattr(initiator, "security_credential", lambda password, certificate: "sealed")
    for name in ("MPESA_INITIATOR_PASSWORD", "MPESA_CERTIFICATE"):
        monkeypatch.setenv(name, "of no operator")
    monkeypatch.setattr(CheckQueue, "send", lambda queue, check, delay_seconds: None)
    samples.main()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as daraja:
        base = settings().mpesa_base_url
        daraja.get(f"{base}/oauth/v1/generate", json={"access_token": "token", "expires_in": "3599"})
        pushed = {"MerchantRequestID": "29115-1", "CheckoutRequestID": "ws_CO_1", "ResponseCode": "0"}
        daraja.post(f"{base}/mpesa/stkpush/v1/processrequest", json=pushed)
        still_there = {"errorCode": "500.001.1001", "errorMessage": "The transaction is being processed"}
        daraja.post(f"{base}/mpesa/stkpushquery/v1/query", json=still_there, status=500)
        accepted = {"OriginatorConversationID": "71840-1", "ConversationID": "AG_1", "ResponseCode": "0"}
        daraja.post(f"{base}/mpesa/reversal/v1/request", json=accepted)
        yield


def paid() -> None:
    mark_paid(ORDER_ID, "SLU7RT61SV")


def sold() -> None:
    paid()
    settle(ORDER_ID, clock.epoch_now())


def sold_by_himself() -> None:
    sold()
    event = EventItem(event_key(samples.EVENT_ON_SALE), EVENT)
    event.update([EventItem.organizer_id.set(samples.CUSTOMER), EventItem.refund_until_hours.set(24)])


def given_back() -> None:
    sold_by_himself()
    run("sales/cancel_order")
    settle(ORDER_ID, clock.epoch_now())


def sent_back() -> None:
    given_back()
    run("payments/advance_refund")


def with_a_recipient() -> None:
    sold()
    UserItem(
        user_key(RECIPIENT),
        PROFILE,
        user_id=RECIPIENT,
        email=RECIPIENTS_ADDRESS,
        password_hash="of no password",
        role="customer",
        phone_number="254798765432",
        name="Juma",
        created_at="2026-11-01T09:00:00Z",
    ).save()
    email_guard(RECIPIENTS_ADDRESS, RECIPIENT).save()


def with_a_gate() -> None:
    """Somebody is invited, and a ticket is there to be scanned."""
    StaffItem(
        *staff_key(samples.OWN_EVENT, STAFF_ID),
        staff_id=STAFF_ID,
        event_id=samples.OWN_EVENT,
        secret_hash=_hash(base64.urlsafe_b64decode(f"{INVITE_KEY}==")),
        created_at="2026-12-01T09:00:00Z",
    ).save()
    TicketItem(
        *ticket_key(ADMITTED_TICKET_ID),
        ticket_id=ADMITTED_TICKET_ID,
        order_id=ADMITTED_TICKET_ID.removesuffix("-1"),
        event_id=samples.OWN_EVENT,
        event_title="Koroga Festival",
        ticket_type="VIP",
        price=2500,
        code=CODE,
        gsi1_pk=event_tickets_key(samples.OWN_EVENT, CODE),
        gsi1_sk=f"{CODE}#{ADMITTED_TICKET_ID}",
        purchase_date="2026-12-01T09:30:00Z",
    ).save()


def admitted() -> None:
    with_a_gate()
    assert json.loads(run("admission/check_in")["body"])["outcome"] == "admitted"


def cancelled() -> None:
    assert run("catalogue/cancel_event")["statusCode"] == 202


def registered() -> None:
    assert run("accounts/register")["statusCode"] == 201


def nothing_more() -> None:
    pass


# --- Answers ---------------------------------------------------------------------------------------------------------

type Expected = int | dict[str, Any]
"""The HTTP status, or, where the answer does not go to API Gateway, what it says at least."""

ANSWERS: dict[Callable[[], None], dict[str, Expected]] = {
    nothing_more: {
        "accounts/register": 201,
        "accounts/get_user": 200,
        "accounts/update_user": 200,
        "admission/get_admissions": 200,
        "admission/invite_staff": 201,
        "admission/list_conflicts": 200,
        "admission/list_staff": 200,
        "admission/show_scanner": 200,
        "catalogue/cancel_event": 202,
        "catalogue/close_ended_events": {"closed": 0, "failed": 0},
        "catalogue/count_category_events": 200,
        "catalogue/create_event": 201,
        "catalogue/delete_event": 200,
        "catalogue/get_event": 200,
        "catalogue/list_events": 200,
        "catalogue/list_organizer_events": 200,
        "catalogue/list_popular_events": 200,
        "catalogue/publish_event": 200,
        "catalogue/refresh_listings": NO_FAILURES,
        "catalogue/search_events": 200,
        "catalogue/unpublish_event": 200,
        "catalogue/update_event": 200,
        "delivery/notify_holders": NO_FAILURES,
        "delivery/remind_holders": {"events": 0},
        "edge/answer_unmatched": 204,
        "payments/check_payment": NO_FAILURES,
        "payments/get_transaction_status": 200,
        "payments/list_user_payments": 200,
        "payments/mpesa_callback": 200,
        "payments/receive_confirmation": 200,
        "payments/reconcile": {"sum": 0},
        "payments/sweep_refunds": {},
        "sales/end_orders": NO_FAILURES,
        "sales/get_order": 200,
        "sales/get_sales": 200,
        "sales/list_attendees": 200,
        "sales/list_event_orders": 200,
        "sales/reclaim_stock": {},
        "tickets/get_page_worker": 200,
        "tickets/get_ticket_keys": 200,
    },
    registered: {"accounts/login": 200},
    paid: {"sales/finalize_ticket": NO_FAILURES, "sales/buy_ticket": 202},
    sold: {
        "accounts/delete_user": 200,
        "delivery/resend_tickets": 202,
        "delivery/send_notice": NO_FAILURES,
        "sales/list_my_events": 200,
        "sales/list_upcoming_events": 200,
        "sales/list_user_tickets": 200,
        "tickets/draw_ticket_png": 200,
        "tickets/draw_ticket_svg": 200,
        "tickets/get_apple_pass": 404,
        "tickets/get_google_pass": 404,
        "tickets/get_ticket": 200,
        "tickets/get_ticket_calendar": 200,
        "tickets/print_order": 200,
        "tickets/print_ticket": 200,
        "tickets/show_ticket": 200,
    },
    sold_by_himself: {"sales/cancel_order": 200, "sales/void_ticket": 200},
    given_back: {"payments/advance_refund": NO_FAILURES},
    sent_back: {"payments/receive_refund_result": 200},
    with_a_recipient: {"sales/give_tickets": 202, "sales/transfer_ticket": 200},
    with_a_gate: {
        "admission/check_in": 200,
        "admission/get_manifest": 200,
        "admission/open_gate_session": 201,
        "admission/revoke_staff": 200,
        "admission/sync_check_ins": 200,
    },
    admitted: {"admission/undo_check_in": 200},
    cancelled: {"catalogue/get_cancellation": 200},
}
"""By situation. There is no wallet without certificates."""


def with_our_secret(event: dict[str, Any]) -> None:
    """A sample cannot have what only the deployment's own key yields: it is put in its place."""
    parameters: dict[str, str] = event.get("pathParameters") or {}
    if "link" in parameters:
        parameters["link"] = link_of(TICKET_ID)
    if event.get("resource", "").startswith("/confirmations/"):
        parameters["token"] = confirmation_token()
    if event.get("resource", "").startswith("/refunds/"):
        refund = find_refund(f"{ORDER_ID}.ORDER")
        assert refund and refund.state == "accepted"
        parameters["token"] = refund_token(refund, "sent")


@pytest.mark.parametrize(
    ("situation", "function", "expected"),
    [(situation, *each) for situation, functions in ANSWERS.items() for each in functions.items()],
    ids=[function for functions in ANSWERS.values() for function in functions],
)
def test_a_function_takes_its_sample_event(situation: Callable[[], None], function: str, expected: Expected) -> None:
    situation()
    answer = run(function, with_our_secret)
    if isinstance(expected, int):
        assert answer["statusCode"] == expected, answer["body"]
    else:
        assert expected.items() <= answer.items()


def test_the_sample_token_is_a_placeholder_and_turned_away_and_a_real_one_is_let_in() -> None:
    with pytest.raises(Exception, match="Unauthorized"):
        run("accounts/authorize")
    registered()
    token = json.loads(run("accounts/login")["body"])["access_token"]
    let_in = run("accounts/authorize", lambda event: event["headers"].update(Authorization=f"Bearer {token}"))
    assert let_in["context"]["role"] == "customer"


def test_every_function_has_a_sample_event_and_a_test_of_it() -> None:
    functions = {f"{app.parent.parent.name}/{app.parent.name}" for app in ROOT.glob("functions/*/*/app.py")}
    samples_there = {f"{event.parent.name}/{event.stem}" for event in ROOT.glob("events/*/*.json")}
    assert samples_there == functions
    assert {name for functions in ANSWERS.values() for name in functions} == functions - {"accounts/authorize"}


@pytest.mark.parametrize("function", ["sales/finalize_ticket", "payments/mpesa_callback"])
def test_who_has_paid_has_his_ticket_after_the_sample_of_it(function: str) -> None:
    if function == "sales/finalize_ticket":
        paid()
    run(function)
    payment = find_payment(ORDER_ID)
    assert payment and payment.status == "PAID"
    assert payment.order_status == ("completed" if function == "sales/finalize_ticket" else "pending")
