"""C2B confirmations: the only word of money whose push was not answered and whose callback was lost."""

import json
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tests.unit.payments.test_booking import ledger_of
from tests.unit.payments.test_receiving import check, paid, post, token_of
from tests.unit.shop import FakeQueue, Shop
from tiketi.errors import Refusal
from tiketi.payments import receive_callback
from tiketi.payments.check_payment import LATE_CHECKS_SECONDS, next_check
from tiketi.payments.confirmation import Confirmation, read_confirmation
from tiketi.payments.confirmations import ConfirmationItem, confirmation_token
from tiketi.payments.daraja import Unknown
from tiketi.payments.items import PaymentItem, find_receipt
from tiketi.payments.outcomes import mark_paid_by_query
from tiketi.payments.reconcile import reconcile_table
from tiketi.payments.refund_items import find_refund, refund_id_of

RECEIPT, BY_HAND = "NLJ7RT61SV", "NLJ7RT61SW"


def confirmed(payment: PaymentItem | str, receipt: str = RECEIPT, amount: str = "500.00") -> dict[str, str]:
    reference = payment if isinstance(payment, str) else payment.account_reference
    payer = {"MSISDN": "2547 ***** 678", "FirstName": "WANJIKU"}
    return {"TransID": receipt, "TransAmount": amount, "BillRefNumber": reference, **payer}


def send(api: Any, body: object, token: str | None = None, more: str = "") -> Any:
    path = f"/confirmations/{token or confirmation_token()}{more}"
    parameters = {"token": token or confirmation_token()}
    return api("payments/receive_confirmation", "POST", path, body=body, path_parameters=parameters)


def the_stream_brings_confirmations() -> None:
    records = [
        {
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {"SequenceNumber": str(number), "NewImage": item.serialize()},
        }
        for number, item in enumerate(ConfirmationItem.scan(ConfirmationItem.pk.startswith("CONFIRMATION#")))
    ]
    answer = load_function("sales/finalize_ticket").handler({"Records": records}, LAMBDA_CONTEXT)
    assert answer == {"batchItemFailures": []}


def test_a_confirmation_is_kept_once_and_without_the_payer(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    for _ in range(2):
        assert send(api, confirmed(payment)).json == {"ResultCode": 0, "ResultDesc": "Accepted"}
    [kept] = ConfirmationItem.query(f"CONFIRMATION#{payment.account_reference}")
    assert (kept.receipt, int(kept.amount)) == (RECEIPT, 500)
    assert "WANJIKU" not in json.dumps(kept.serialize())


def test_money_that_nobody_else_told_of_buys_its_ticket(api: Any, shop: Shop) -> None:
    """The push was not answered and the callback is lost: there is no CheckoutRequestID to ask by."""
    shop.open()
    shop.daraja.answers = [Unknown("ReadTimeout")]
    payment = shop.buy()
    send(api, confirmed(payment))
    the_stream_brings_confirmations()
    assert shop.payment(payment).status == "PENDING", "nobody knows the order by its reference"
    check(shop, payment)
    payment = shop.settle(payment)
    assert (payment.status, payment.receipt, payment.order_status) == ("PAID", RECEIPT, "completed")


def test_it_is_looked_for_after_the_deadline_too(api: Any, shop: Shop) -> None:
    shop.open()
    shop.daraja.answers = [Unknown("ReadTimeout")]
    payment = shop.buy()
    end = int(payment.expires_at)
    check(shop, payment, end)
    payment = shop.settle(payment)
    assert (payment.order_status, next_check(payment, 5, end)) == ("expired", LATE_CHECKS_SECONDS[0])
    send(api, confirmed(payment))
    check(shop, payment, end + LATE_CHECKS_SECONDS[0])
    assert shop.settle(payment).order_status == "completed"


def test_a_receipt_that_the_query_could_not_tell_is_found(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    mark_paid_by_query(payment.order_id)
    payment = shop.settle(payment)
    assert next_check(payment, 3, int(payment.expires_at)), "its timer goes on for its receipt"
    send(api, confirmed(payment))
    check(shop, payment)
    assert shop.payment(payment).receipt == RECEIPT
    assert next_check(shop.payment(payment), 3, int(payment.expires_at)) is None


def test_the_confirmation_of_what_the_callback_told_changes_nothing(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT))
    payment = shop.settle(payment)
    send(api, confirmed(payment))
    the_stream_brings_confirmations()
    assert shop.payment(payment).serialize() == payment.serialize()


def test_money_paid_by_hand_for_an_order_that_is_paid_goes_back(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    post(api, token_of(shop), paid(RECEIPT))
    payment = shop.settle(payment)
    send(api, confirmed(payment))
    send(api, confirmed(payment.account_reference.lower(), BY_HAND))
    the_stream_brings_confirmations()
    refund = find_refund(refund_id_of(payment.order_id, BY_HAND))
    assert refund
    assert (refund.state, int(refund.amount)) == ("due", 500)
    assert shop.payment(payment).receipt == RECEIPT
    the_stream_brings_confirmations()
    assert shop.figures() == (9, 0, 1)


def test_another_amount_paid_by_hand_is_before_a_person(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    send(api, confirmed(payment, BY_HAND, "300"))
    check(shop, payment)
    refund = find_refund(refund_id_of(payment.order_id, BY_HAND))
    assert refund
    assert (refund.state, int(refund.amount)) == ("manual", 300)
    assert shop.payment(payment).review == [f"KES 300 were confirmed by {BY_HAND}, KES 500 were asked"]


def test_the_same_wrong_amount_paid_by_hand_twice_is_due_back_twice(api: Any, shop: Shop) -> None:
    """The second is no repeat of the first: it is other money."""
    shop.open()
    payment = shop.buy()
    for receipt in (RECEIPT, BY_HAND):
        send(api, confirmed(payment, receipt, "300"))
    check(shop, payment)
    assert ledger_of(payment, RECEIPT, BY_HAND) == {"mpesa": 600, "refunds": -600}
    for receipt in (RECEIPT, BY_HAND):
        assert find_refund(refund_id_of(payment.order_id, receipt))
    assert len(shop.payment(payment).review or []) == 2


def test_what_dies_between_the_receipt_and_the_payment_is_brought_again(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open()
    payment = shop.buy()
    send(api, confirmed(payment))
    with monkeypatch.context() as crash:
        crash.setattr(receive_callback, "mark_paid", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            check(shop, payment)
    assert find_receipt(RECEIPT)
    assert shop.payment(payment).status == "PENDING"
    the_stream_brings_confirmations()
    assert shop.payment(payment).status == "PAID"


def test_money_whose_payments_timer_is_over_is_found_by_reconciliation(api: Any, shop: Shop) -> None:
    shop.open()
    shop.daraja.answers = [Unknown("ReadTimeout")]
    payment, queue = shop.buy(), FakeQueue()
    end = int(payment.expires_at)
    check(shop, payment, end + LATE_CHECKS_SECONDS[-1])
    shop.settle(payment)
    send(api, confirmed(payment))
    reconcile_table(queue, end + 5000)  # pyright: ignore[reportArgumentType]
    assert queue.asked == [(payment.order_id, 0, 0)]
    check(shop, payment, end + 5000)
    assert shop.settle(payment).order_status == "completed"


@pytest.mark.parametrize("by_stream", [False, True])
def test_a_receipt_whose_entry_a_crash_prevented_is_booked_by_the_next_look(
    api: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch, by_stream: bool
) -> None:
    """The payment is named its receipt, and the function dies before the ledger knows."""
    shop.open()
    payment = shop.buy()
    mark_paid_by_query(payment.order_id)
    shop.settle(payment)
    send(api, confirmed(payment))
    with monkeypatch.context() as crash:
        crash.setattr(receive_callback, "book_receipt", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            check(shop, payment)
    assert ledger_of(payment, RECEIPT)["mpesa_unreceipted"] == 500
    if by_stream:
        the_stream_brings_confirmations()
    else:
        check(shop, payment, attempt=1)
    assert ledger_of(payment, RECEIPT) == {"mpesa": 500, "organizers": -500}


def test_money_by_hand_for_an_order_whose_own_confirmation_never_came_goes_back(api: Any, shop: Shop) -> None:
    """No other receipt with its reference leads to the order: reconciliation does, and gives it a timer."""
    shop.open()
    payment, queue = shop.buy(), FakeQueue()
    post(api, token_of(shop), paid(RECEIPT))
    payment = shop.settle(payment)
    send(api, confirmed(payment, BY_HAND))
    the_stream_brings_confirmations()
    reconcile_table(queue, int(payment.expires_at) + 5000)  # pyright: ignore[reportArgumentType]
    for order_id, attempt, _ in queue.asked:
        assert order_id == payment.order_id
        check(shop, payment, attempt=attempt)
    refund = find_refund(refund_id_of(payment.order_id, BY_HAND))
    assert refund
    assert (refund.state, int(refund.amount)) == ("due", 500)


def test_money_with_a_reference_of_nobody_is_kept_for_reconciliation(api: Any, shop: Shop) -> None:
    assert send(api, confirmed("my ticket")).status == 200
    the_stream_brings_confirmations()
    assert [item.sk for item in ConfirmationItem.query(f"CONFIRMATION#{RECEIPT}")] == [RECEIPT]
    assert find_receipt(RECEIPT) is None


def test_validation_keeps_nothing(api: Any, shop: Shop) -> None:
    shop.open()
    payment = shop.buy()
    assert send(api, confirmed(payment), more="/validation").status == 200
    assert list(ConfirmationItem.query(f"CONFIRMATION#{payment.account_reference}")) == []


@pytest.mark.parametrize("more", ["", "/validation"])
def test_nobody_confirms_without_the_token(api: Any, table: Any, more: str) -> None:
    assert send(api, confirmed("T1"), token="0" * 32, more=more).status == 404
    assert send(api, confirmed("T1"), token="\u00e9", more=more).status == 404


@pytest.mark.parametrize(
    "changes",
    [{"TransID": ""}, {"TransID": "A B"}, {"TransAmount": "0.50"}, {"TransAmount": "NaN"}, {"TransAmount": "much"}],
)
def test_what_confirms_nothing_is_refused(api: Any, table: Any, changes: dict[str, str]) -> None:
    answer = send(api, {**confirmed("T1"), **changes})
    assert (answer.status, answer.json["code"]) == (400, "not_a_confirmation")


def test_a_body_that_is_no_confirmation_is_refused() -> None:
    for body in ("[]", "null", '"text"'):
        with pytest.raises(Refusal, match=r"^not_a_confirmation$"):
            read_confirmation(body)
    with pytest.raises(Refusal, match=r"^broken_json$"):
        read_confirmation("{")


@pytest.mark.parametrize(
    ("typed", "reference"),
    [("T7K3MQ9XW2PA", "T7K3MQ9XW2PA"), (" t7k3-mq9x w2pa ", "T7K3MQ9XW2PA"), ("T7K3MQ9XW2P", ""), ("", ""), ("#", "")],
)
def test_a_reference_is_read_as_people_type_it(typed: str, reference: str) -> None:
    body = json.dumps({"TransID": "nlj7rt61sv", "TransAmount": "500.00", "BillRefNumber": typed})
    assert read_confirmation(body) == Confirmation(RECEIPT, 500, reference)
