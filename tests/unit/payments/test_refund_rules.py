"""What comes next about a refund, to the second, and what M-PESA's words about it mean."""

from typing import Any

import pytest

from tiketi.payments.refund_items import RefundItem
from tiketi.payments.refund_rules import (
    Ask,
    AskedBy,
    Back,
    ByHand,
    Finish,
    HandOver,
    Later,
    LookFor,
    Nothing,
    NotKnown,
    Send,
    Step,
    Stop,
    Wait,
    next_step,
    outcome_of_asking,
    outcome_of_sending,
    pause,
)

BY_HAND = HandOver("a part of a payment is paid back by hand")


def step(now: int = 10_000, *, initiator: bool = True, b2c: bool = True, **attributes: Any) -> Step:
    known: dict[str, Any] = {"amount": 500, "paid": 500, "receipt": "NLJ7RT61SV", "opened_at": 9_000}
    return next_step(RefundItem("USER#u", "REFUND#r", **{**known, **attributes}), now, initiator=initiator, b2c=b2c)


def test_a_refund_that_has_arrived_is_finished_until_all_know_of_it() -> None:
    assert step(state="refunded", gsi1_pk="REFUNDS#1") == Finish()
    assert step(state="refunded") == Nothing()


def test_what_waits_for_a_person_is_left_to_him() -> None:
    assert step(state="manual") == Nothing()


@pytest.mark.parametrize(("state", "end"), [("sending", 90), ("accepted", 120)])
def test_an_outcome_is_looked_for_only_when_it_can_no_more_come_by_itself(state: str, end: int) -> None:
    assert step(10_000, state=state, sent_at=10_000) == Wait(end)
    assert step(10_000 + end - 1, state=state, sent_at=10_000) == Wait(1)
    assert step(10_000 + end, state=state, sent_at=10_000) == LookFor()
    assert step(10_000 + end + 1, state=state, sent_at=10_000) == LookFor()


def test_m_pesa_is_asked_at_its_time_and_eight_times_at_most() -> None:
    assert step(state="unknown", next_at=10_001) == Wait(1)
    assert step(state="unknown", next_at=10_000) == Ask()
    assert step(state="unknown", next_at=9_999, asked=7) == Ask()
    why = "M-PESA does not say whether it was paid back: look it up in the portal before anything else"
    assert step(state="unknown", asked=8) == HandOver(why)
    assert step(state="unknown", asked=9) == HandOver(why)


def test_a_whole_payment_is_reversed_at_its_time() -> None:
    assert step(next_at=10_001) == Wait(1)
    assert step(next_at=10_000) == Send("reversal")
    assert step(next_at=9_999, b2c=False) == Send("reversal")


def test_without_an_operator_a_person_sends_it_back() -> None:
    assert step(initiator=False, next_at=10_001) == HandOver(
        "no API operator is configured: send it back in the portal"
    )


def test_m_pesa_may_refuse_it_eight_times() -> None:
    assert step(tries=7) == Send("reversal")
    assert step(tries=8, detail="1 no float") == HandOver("M-PESA has refused it 8 times: 1 no float")
    assert step(tries=9) == HandOver("M-PESA has refused it 8 times: ")


def test_a_payment_without_a_receipt_waits_an_hour_for_it_and_is_paid_out_then() -> None:
    assert step(9_000, receipt=None) == Wait(3_600)
    assert step(12_599, receipt=None) == Wait(1)
    assert step(12_600, receipt=None) == Send("b2c")
    assert step(12_600, receipt=None, b2c=False) == HandOver("its receipt is not known")


def test_a_part_is_never_reversed_and_waits_for_no_receipt() -> None:
    assert step(amount=499) == Send("b2c")
    assert step(amount=499, receipt=None) == Send("b2c")
    assert step(amount=499, b2c=False) == BY_HAND


def test_m_pesa_pays_out_ten_shillings_and_not_nine() -> None:
    assert step(amount=10) == Send("b2c")
    assert step(amount=11) == Send("b2c")
    assert step(amount=9) == BY_HAND


def test_pauses_grow_and_stay_at_the_longest() -> None:
    assert [pause([5, 10, 20], times) for times in range(5)] == [5, 10, 20, 20, 20]


def test_money_that_went_back_comes_with_its_receipt_and_fee() -> None:
    assert outcome_of_sending("0", "", "SKE5", 23) == Back("SKE5", 23)
    assert outcome_of_sending("R000001", "", "SKE5", 23) == Back("SKE5", 0), "an earlier one did it, at its own price"


@pytest.mark.parametrize("code", ["1", "17", "26"])
def test_what_failed_for_now_is_tried_again_as_another_request(code: str) -> None:
    assert outcome_of_sending(code, "not now", "", 0) == Later(f"{code} not now", failed=True)


@pytest.mark.parametrize("code", ["18", "20", "21", "22", "2001", "8006"])
def test_a_fault_of_our_operator_stops_everything(code: str) -> None:
    assert outcome_of_sending(code, "", "", 0) == Stop(code)
    assert Stop(code).asking is False
    assert outcome_of_asking("receipt", code, "Completed", "SKE5", 9_999) == Stop(f"{code} Completed", asking=True)
    assert outcome_of_asking("conversation", code, "", "", 9_999) == Stop(code, asking=True)


@pytest.mark.parametrize(
    "code", ["2", "3", "4", "8", "11", "24", "25", "29", "2006", "2028", "2040", "SFC_IC0003", "R000002"]
)
def test_what_m_pesa_will_not_do_is_done_by_hand(code: str) -> None:
    assert outcome_of_sending(code, "never", "", 0) == ByHand(f"{code} never")


def test_an_unknown_code_says_nothing_about_the_money() -> None:
    assert outcome_of_sending("31337", "", "", 0) == NotKnown("31337")


def test_a_try_that_never_began_is_not_a_failed_one() -> None:
    assert Later("busy").failed is False
    assert Back("SKE5").fee == 0


def test_a_payment_that_reads_reversed_is_back_and_so_is_a_request_that_reads_completed() -> None:
    assert outcome_of_asking("receipt", "0", "Reversed", "SKE5", 0) == Back("SKE5")
    assert outcome_of_asking("conversation", "0", "Completed", "SKE5", 0) == Back("SKE5")
    assert outcome_of_asking("conversation", "0", "Reversed", "SKE5", 9_999) == NotKnown("0 Reversed")
    assert outcome_of_asking("receipt", "31337", "Reversed", "SKE5", 9_999) == NotKnown("31337 Reversed")
    assert outcome_of_asking("conversation", "31337", "Completed", "SKE5", 9_999) == NotKnown("31337 Completed")


@pytest.mark.parametrize(
    ("asked_by", "code", "status", "failed"),
    [
        ("receipt", "0", "Completed", False),
        ("conversation", "R000002", "", False),
        ("conversation", "0", "Failed", True),
        ("conversation", "0", "Declined", True),
        ("conversation", "0", "Cancelled", True),
        ("conversation", "0", "Expired", True),
    ],
)
def test_that_it_was_not_done_is_believed_after_ten_minutes(
    asked_by: AskedBy, code: str, status: str, failed: bool
) -> None:
    said = f"{code} {status}".strip()
    again = Later(f"M-PESA says that it was not done: {said}", failed=failed)
    assert outcome_of_asking(asked_by, code, status, "", 599) == NotKnown(said)
    assert outcome_of_asking(asked_by, code, status, "", 600) == again
    assert outcome_of_asking(asked_by, code, status, "", 601) == again


@pytest.mark.parametrize(
    ("asked_by", "code", "status"),
    [
        ("receipt", "R000002", ""),
        ("receipt", "0", "Failed"),
        ("receipt", "31337", "Completed"),
        ("conversation", "31337", "Failed"),
        ("conversation", "0", "Pending"),
    ],
)
def test_whatever_else_m_pesa_says_is_never_sent_twice(asked_by: AskedBy, code: str, status: str) -> None:
    assert outcome_of_asking(asked_by, code, status, "SKE5", 9_999) == NotKnown(f"{code} {status}".strip())
