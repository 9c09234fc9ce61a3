"""Money that goes back: once, whatever M-PESA answers, forgets or says twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.conftest import LAMBDA_CONTEXT, Api, load_function
from tests.unit.shop import Shop
from tiketi import clock
from tiketi.payments import advance_refund as advancing
from tiketi.payments import ledger
from tiketi.payments.advance_refund import advance_refund
from tiketi.payments.initiator import Acknowledgement, Addresses, NotTaken, Taken, Unanswered
from tiketi.payments.items import PaymentItem
from tiketi.payments.ledger_rules import balances
from tiketi.payments.outcomes import expire, mark_paid, mark_paid_by_query, register_receipt
from tiketi.payments.refund_items import RefundItem, find_refund, refund_id_of
from tiketi.payments.refund_queue import refund_queue
from tiketi.payments.refund_rules import MOST_QUESTIONS, RECEIPT_SECONDS, RESULT_SECONDS, SETTLED_SECONDS
from tiketi.payments.refund_stop import is_stopped, resume_refunds
from tiketi.payments.refund_sweep import sweep_refunds, waiting_for_a_person
from tiketi.payments.refunds import retry_by_machine, settle_by_hand
from tiketi.settings import Settings

RECEIPT = "NLJ7RT61SV"


@dataclass
class FakeInitiator:
    """Takes every request, unless `answers` says otherwise; remembers what it was sent, and where the result goes."""

    answers: list[Acknowledgement | Exception] = field(default_factory=list[Any])
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list[Any])
    to: list[Addresses] = field(default_factory=list[Addresses])

    def _take(self, what: str, to: Addresses, **given: Any) -> Acknowledgement:
        self.sent.append((what, given))
        self.to.append(to)
        answer = self.answers.pop(0) if self.answers else Taken(f"AG_{len(self.sent)}", f"originator-{len(self.sent)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def reverse(self, receipt: str, amount: int, to: Addresses) -> Acknowledgement:
        return self._take("reversal", to, receipt=receipt, amount=amount)

    def pay_out(self, phone_number: str, amount: int, originator: str, to: Addresses) -> Acknowledgement:
        return self._take("b2c", to, phone_number=phone_number, amount=amount, originator=originator)

    def ask(self, to: Addresses, *, conversation: str = "", receipt: str = "") -> Acknowledgement:
        return self._take("question", to, conversation=conversation, receipt=receipt)

    @property
    def whats(self) -> list[str]:
        return [what for what, _ in self.sent]


class Desk:
    """An order whose money is due back, M-PESA, and a clock."""

    def __init__(self, shop: Shop, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop, self.api = shop, api
        self.mpesa = FakeInitiator()
        self.now = clock.epoch_now()
        self.config = Settings(mpesa_initiator_name="operator", mpesa_b2c_short_code="600000")
        monkeypatch.setattr(clock, "epoch_now", lambda: self.now)
        monkeypatch.setattr(advancing, "settings", lambda: self.config)

    def owe(self, receipt: str | None = RECEIPT) -> "Desk":
        """The money came late, and nothing is left."""
        self.shop.open(capacity=1)
        self.payment = self.shop.buy()
        expire(self.payment.order_id, int(self.payment.expires_at))
        self.shop.settle(self.payment)
        other = self.shop.buy()
        mark_paid_by_query(other.order_id)
        self.shop.settle(other)
        if receipt:
            register_receipt(receipt, self.payment.order_id, 500)
            mark_paid(self.payment.order_id, receipt)
        else:
            mark_paid_by_query(self.payment.order_id)
        self.shop.settle(self.payment)
        self.shop.settle(self.payment)
        return self

    @property
    def refund(self) -> RefundItem:
        found = find_refund(refund_id_of(self.payment.order_id, "ORDER"))
        assert found
        return found

    @property
    def order_status(self) -> str:
        return self.shop.payment(self.payment).order_status

    def advance(self, seconds: int = 0) -> int | None:
        self.now += seconds
        return advance_refund(self.refund.refund_id, self.mpesa, "https://api.tiketi.example/v1")  # pyright: ignore[reportArgumentType]

    def result(self, code: object, *, number: int = -1, timeout: bool = False, **parameters: Any) -> int:
        """M-PESA posts a result to the address it was given with a request."""
        to = self.mpesa.to[number]
        url = to.timeout if timeout else to.result
        body: dict[str, Any] = {
            "ResultType": 0,
            "ResultCode": code,
            "ResultDesc": "words",
            "OriginatorConversationID": "",
            "ConversationID": "AG",
            "TransactionID": "SLU7RT61SW",
        }
        if parameters:
            listed = [{"Key": key, "Value": value} for key, value in parameters.items()]
            body["ResultParameters"] = {"ResultParameter": listed if len(listed) > 1 else listed[0]}
        token, what = url.split("/")[-2:]
        path = f"/refunds/{token}/{what}"
        answer = self.api(
            "payments/receive_refund_result", "POST", path, body={"Result": body}, path_parameters={"token": token}
        )
        return answer.status

    def balances(self) -> dict[Any, int]:
        entries: list[Any] = [ledger.entry_lines(entry) for entry in ledger.entries_of(self.payment.order_id)]
        return balances([*entries, {"mpesa": 500, "customers": -500}])


@pytest.fixture
def desk(shop: Shop, api: Api, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(shop, api, monkeypatch)


def test_money_without_tickets_is_reversed_and_the_customer_reads_so(desk: Desk, refund_messages: list[Any]) -> None:
    desk.owe()
    assert (desk.order_status, desk.refund.state) == ("refund_pending", "due")
    assert [each["refund_id"] for each in refund_messages] == [desk.refund.refund_id]
    assert desk.advance() == RESULT_SECONDS
    assert desk.mpesa.sent == [("reversal", {"receipt": RECEIPT, "amount": 500})]
    assert desk.result(0, Charge=0, Amount=500) == 200
    assert (desk.refund.state, desk.refund.reference) == ("refunded", "SLU7RT61SW")
    assert desk.order_status == "refunded"
    assert desk.refund.gsi1_pk is None
    assert not any(desk.balances().values()), "the ledger owes nobody anything"
    assert desk.advance() is None


def test_a_refund_is_opened_once_however_often_the_stream_comes_by(desk: Desk, refund_messages: list[Any]) -> None:
    desk.owe()
    for _ in range(3):
        desk.shop.settle(desk.payment)
    timers = [each for each in refund_messages if not each.get("once")]
    assert len(timers) == 1, "whoever comes by again has it looked at, and starts no timer beside it"
    kinds = [entry.kind for entry in ledger.entries_of(desk.payment.order_id)]
    assert kinds.count("refund_due") == 1


@pytest.mark.parametrize("answer", [Unanswered("ReadTimeout"), Unanswered("HTTP 500 500.003.01")])
def test_an_answer_that_is_lost_is_asked_about_and_the_reversal_is_not_sent_again(desk: Desk, answer: Any) -> None:
    desk.owe()
    desk.mpesa.answers = [answer]
    wait = desk.advance()
    assert desk.refund.state == "unknown"
    assert wait
    desk.advance(wait)
    assert desk.mpesa.whats == ["reversal", "question"]
    assert desk.mpesa.sent[1][1] == {"conversation": "", "receipt": RECEIPT}
    desk.result(0, TransactionStatus="Completed", ReceiptNo=RECEIPT)
    assert desk.refund.state == "unknown", "too early to believe that nothing was done"
    desk.advance(SETTLED_SECONDS)
    desk.result(0, TransactionStatus="Completed", ReceiptNo=RECEIPT)
    assert desk.refund.state == "due"
    desk.advance(3600)
    desk.result("R000001")
    assert (desk.refund.state, desk.order_status) == ("refunded", "refunded")


def test_the_late_result_of_a_lost_answer_counts(desk: Desk) -> None:
    desk.owe()
    desk.mpesa.answers = [Unanswered("ReadTimeout")]
    desk.advance()
    desk.result(0, number=0)
    assert desk.refund.state == "refunded"


def test_a_result_that_never_comes_is_asked_for_by_the_conversation(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.advance(RESULT_SECONDS)
    assert desk.refund.state == "unknown"
    desk.advance(60)
    assert desk.mpesa.sent[1] == ("question", {"conversation": "originator-1", "receipt": ""})
    desk.result(0, TransactionStatus="Completed", ReceiptNo="SLU7RT61SX")
    assert (desk.refund.state, desk.refund.reference) == ("refunded", "SLU7RT61SX")


def test_a_timed_out_queue_is_no_failure_and_its_result_may_still_come(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    assert desk.result(1, timeout=True) == 200
    assert desk.refund.state == "unknown"
    desk.result(0, number=0)
    assert desk.refund.state == "refunded"


def test_a_crash_between_the_claim_and_the_request_is_asked_about(desk: Desk) -> None:
    desk.owe()
    desk.mpesa.answers = [RuntimeError("the function is gone")]
    with pytest.raises(RuntimeError):
        desk.advance()
    assert desk.refund.state == "sending"
    assert desk.advance() == 90, "whoever claimed it may still be at work"
    desk.advance(90)
    desk.advance(60)
    assert desk.mpesa.whats == ["reversal", "question"]


def test_two_messages_at_once_send_one_request(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.owe()
    reverse = desk.mpesa.reverse

    def meanwhile(*given: Any) -> Acknowledgement:
        desk.advance()
        return reverse(*given)

    monkeypatch.setattr(desk.mpesa, "reverse", meanwhile)
    desk.advance()
    assert desk.mpesa.whats == ["reversal"]


def test_too_little_on_the_account_is_tried_later_and_then_handed_over(desk: Desk) -> None:
    desk.owe()
    for _ in range(8):
        desk.advance(3600)
        assert desk.mpesa.whats[-1] == "reversal"
        desk.result(1)
    desk.advance(3600)
    assert desk.refund.state == "manual"
    assert len(desk.mpesa.sent) == 8
    assert [each.refund_id for each in waiting_for_a_person()] == [desk.refund.refund_id]


def test_an_operator_that_m_pesa_does_not_accept_stops_all_refunds(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result(2001)
    assert is_stopped()
    assert desk.refund.state == "due"
    for _ in range(3):
        desk.advance(3600)
    assert desk.mpesa.whats == ["reversal"]
    assert resume_refunds()
    desk.advance(3600)
    desk.result(0)
    assert desk.order_status == "refunded"


def test_a_refused_question_stops_all_refunds_and_leaves_the_payout_unknown(desk: Desk) -> None:
    desk.owe(receipt=None)
    desk.mpesa.answers = [Unanswered("ReadTimeout")]
    desk.advance(RECEIPT_SECONDS)
    desk.advance(60)
    assert desk.mpesa.whats == ["b2c", "question"]
    desk.result(2001)
    assert is_stopped()
    assert (desk.refund.state, desk.refund.generation) == ("unknown", 0), "it is the question that was refused"
    desk.advance(3600)
    assert desk.mpesa.whats == ["b2c", "question"]
    assert resume_refunds()
    desk.advance(3600)
    assert desk.mpesa.whats == ["b2c", "question", "question"]
    desk.result(0, TransactionStatus="Completed", ReceiptNo="SLU7RT61SX")
    assert (desk.refund.state, desk.order_status) == ("refunded", "refunded")


def test_credentials_that_are_refused_at_once_stop_all_refunds_too(desk: Desk) -> None:
    desk.owe()
    desk.mpesa.answers = [NotTaken("HTTP 400 400.002.02 Bad Request - Invalid Initiator", again=False)]
    desk.advance()
    assert is_stopped()


def test_what_was_refused_before_it_began_is_sent_again(desk: Desk) -> None:
    desk.owe()
    desk.mpesa.answers = [NotTaken("HTTP 429", again=True)]
    wait = desk.advance()
    assert wait
    desk.advance(wait)
    assert desk.mpesa.whats == ["reversal", "reversal"]


def test_a_refusal_for_good_waits_for_a_person_who_settles_it_once(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result("R000002")
    assert desk.refund.state == "manual"
    refund_id = desk.refund.refund_id
    settled = settle_by_hand(refund_id, "SLUPORTAL1")
    assert settled
    assert (desk.refund.state, desk.order_status, desk.refund.means) == ("refunded", "refunded", "manual")
    again = settle_by_hand(refund_id, "ANOTHER")
    assert again
    assert again.reference == "SLUPORTAL1"
    assert not any(desk.balances().values())


def test_a_refund_on_its_way_cannot_be_settled_by_hand(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    settle_by_hand(desk.refund.refund_id, "SLUPORTAL1")
    assert desk.refund.state == "accepted"


def test_m_pesa_pays_back_what_a_person_has_settled_and_somebody_is_told(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result("R000002")
    settle_by_hand(desk.refund.refund_id, "SLUPORTAL1")
    desk.result(0, number=0)
    assert desk.shop.payment(desk.payment).review


def test_a_person_lets_m_pesa_try_again(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result("R000002")
    assert retry_by_machine(desk.refund.refund_id)
    assert not retry_by_machine(desk.refund.refund_id)
    desk.advance()
    desk.result(0)
    assert desk.order_status == "refunded"


def test_a_failure_told_again_does_not_end_the_try_that_followed_it(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result(1)
    desk.advance(60)
    assert (desk.refund.state, desk.refund.tries) == ("accepted", 1)
    for code in (1, "R000002", 2001, "X17"):
        assert desk.result(code, number=0) == 200
    assert desk.result(1, number=0, timeout=True) == 200
    assert (desk.refund.state, desk.refund.tries) == ("accepted", 1)
    assert not is_stopped()
    desk.result(0, number=0)
    assert desk.refund.state == "refunded", "that the first has sent the money counts whenever it is told"


def test_a_refusal_told_again_gives_no_person_what_m_pesa_is_carrying_out(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result("2006")
    desk.now += 60
    assert retry_by_machine(desk.refund.refund_id)
    desk.result("2006", number=0)
    assert desk.refund.state == "due"
    desk.advance()
    desk.result("2006", number=0)
    assert desk.refund.state == "accepted"
    desk.result("2006", number=1)
    assert desk.refund.state == "manual"


def test_an_answer_about_an_earlier_try_is_none_about_this(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.advance(RESULT_SECONDS)
    desk.advance(SETTLED_SECONDS)
    desk.result(0, TransactionStatus="Failed")
    desk.advance(3600)
    desk.advance(SETTLED_SECONDS)
    assert (desk.refund.state, desk.mpesa.whats) == ("unknown", ["reversal", "question", "reversal"])
    assert desk.result(0, number=1, TransactionStatus="Failed") == 404
    assert desk.refund.state == "unknown"


def test_a_result_that_comes_twice_or_contradicts_itself_changes_nothing(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    for code in (0, 0, 1, "R000002", 2001):
        assert desk.result(code) == 200
    assert (desk.refund.state, desk.order_status) == ("refunded", "refunded")
    assert not is_stopped()


def test_an_unknown_code_is_asked_about(desk: Desk) -> None:
    desk.owe()
    desk.advance()
    desk.result("X17")
    assert desk.refund.state == "unknown"


def test_nobody_says_what_became_of_it_so_a_person_looks(desk: Desk) -> None:
    desk.owe()
    desk.mpesa.answers = [Unanswered("ReadTimeout")]
    desk.advance()
    for _ in range(MOST_QUESTIONS + 1):
        desk.advance(3600)
    assert desk.refund.state == "manual"
    assert desk.mpesa.whats.count("reversal") == 1


def test_part_of_a_payment_goes_back_by_b2c_and_a_repeat_has_the_same_id(desk: Desk) -> None:
    desk.owe()
    PaymentItem(desk.payment.pk, desk.payment.sk).update([PaymentItem.refund_amount.set(250)])
    desk.refund.delete()
    for entry in ledger.entries_of(desk.payment.order_id):
        entry.delete()
    desk.shop.settle(desk.payment)
    desk.mpesa.answers = [NotTaken("HTTP 429", again=True)]
    desk.advance()
    desk.advance(3600)
    first, second = (sent for what, sent in desk.mpesa.sent if what == "b2c")
    assert first == second
    assert first["amount"] == 250
    assert first["phone_number"] == desk.payment.phone_number
    desk.result(1)
    desk.advance(3600)
    assert desk.mpesa.sent[-1][1]["originator"] != first["originator"], "it failed, so the next one is another request"
    desk.result(0)
    assert desk.order_status == "refunded"


def test_without_a_short_code_that_pays_out_a_part_is_paid_back_by_hand(desk: Desk) -> None:
    desk.config = Settings(mpesa_initiator_name="operator")
    desk.owe()
    desk.refund.update([RefundItem.amount.set(250)])
    desk.advance()
    assert desk.refund.state == "manual"


def test_without_an_operator_every_refund_waits_for_a_person(desk: Desk) -> None:
    desk.config = Settings()
    desk.owe()
    desk.advance()
    assert (desk.refund.state, desk.mpesa.sent) == ("manual", [])


def test_a_payment_without_a_receipt_waits_for_it(desk: Desk) -> None:
    desk.owe(receipt=None)
    assert desk.advance() == RECEIPT_SECONDS
    mark_paid(desk.payment.order_id, RECEIPT)
    desk.advance()
    assert desk.mpesa.sent == [("reversal", {"receipt": RECEIPT, "amount": 500})]


def test_a_receipt_that_never_comes_is_done_without(desk: Desk) -> None:
    desk.owe(receipt=None)
    desk.advance(RECEIPT_SECONDS)
    assert desk.mpesa.whats == ["b2c"]


def test_a_refund_whose_message_was_lost_is_found_by_the_sweep(desk: Desk, refund_messages: list[Any]) -> None:
    desk.owe()
    refund_messages.clear()
    assert sweep_refunds(refund_queue(), desk.now) == {"open": 1, "overdue": 0, "manual": 0}
    assert refund_messages == []
    assert sweep_refunds(refund_queue(), desk.now + 4000) == {"open": 1, "overdue": 1, "manual": 0}
    assert [each["refund_id"] for each in refund_messages] == [desk.refund.refund_id]
    assert refund_messages[0]["once"] is True


def test_a_crash_after_the_money_went_back_is_finished_by_the_next_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.owe()
    desk.advance()
    with monkeypatch.context() as crash:
        crash.setattr(ledger, "post", lambda *given, **named: 1 / 0)
        assert desk.result(0) == 500
    assert (desk.refund.state, desk.order_status) == ("refunded", "refund_pending")
    desk.advance()
    assert desk.order_status == "refunded"
    assert not any(desk.balances().values())


@pytest.mark.parametrize("change", ["secret", "refund", "nothing at all"])
def test_nobody_without_the_address_says_anything_about_a_refund(desk: Desk, api: Api, change: str) -> None:
    desk.owe()
    desk.advance()
    token = desk.mpesa.to[0].result.split("/")[-2]
    forged = {
        "secret": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "refund": f"{desk.payment.order_id}.OTHER".encode().hex() + token[-40:],
        "nothing at all": "zz",
    }[change]
    body = {"Result": {"ResultCode": 0, "TransactionID": "SLU7RT61SW"}}
    answer = api("payments/receive_refund_result", "POST", "/r", body=body, path_parameters={"token": forged})
    assert answer.status == 404
    assert desk.refund.state == "accepted"


@pytest.mark.parametrize("body", ["", "[]", '{"Result": 1}', '{"Result": {}}', "{"])
def test_a_body_that_says_nothing_is_told_so_and_kept(desk: Desk, api: Api, body: str) -> None:
    desk.owe()
    desk.advance()
    token = desk.mpesa.to[0].result.split("/")[-2]
    path = f"/refunds/{token}/result"
    answer = api("payments/receive_refund_result", "POST", path, raw_body=body, path_parameters={"token": token})
    assert answer.status == 400
    assert desk.refund.state == "accepted"


def test_the_function_advances_a_refund_and_comes_back_to_it(
    desk: Desk, refund_messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.owe()
    function = load_function("payments/advance_refund")
    monkeypatch.setattr(function, "Initiator", lambda *given: desk.mpesa)
    refund_messages.clear()

    def bring(**message: Any) -> None:
        record = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(message)}
        assert function.handler({"Records": [record]}, LAMBDA_CONTEXT) == {"batchItemFailures": []}

    bring(refund_id=desk.refund.refund_id)
    assert refund_messages == [{"refund_id": desk.refund.refund_id, "delay": RESULT_SECONDS}]
    bring(refund_id=desk.refund.refund_id, once=True)
    bring(refund_id="nonsense")
    assert len(refund_messages) == 1


@pytest.fixture(autouse=True)
def nothing_stops(table: Any) -> Iterator[None]:
    yield
    resume_refunds()
