"""Each result code that is known, and what is done about it."""

import pytest

from tiketi.payments.reasons import explain
from tiketi.payments.results import Kind, Result, result_of

FAILED_FOR_GOOD = {
    "insufficient_funds": ["1"],
    "amount_refused": ["3"],
    "daily_limit_reached": ["4"],
    "account_inactive": ["11", "2006", "E3008"],
    "too_soon_after_another": ["17"],
    "mpesa_busy": ["26", "1025", "9999"],
    "mpesa_subscriber_busy": ["1001"],
    "cancelled_by_customer": ["1031", "1032"],
    "wrong_pin": ["2001", "2008", "2026"],
    "not_an_mpesa_customer": ["2040"],
    "account_locked": ["8006"],
}
OURS_TO_MEND = {
    "amount_refused": ["2"],
    "mpesa_unavailable": ["1101", "1102", "8", "15", "21", "2028", "SFC_IC0003", "SFC_J_C0003"],
}


@pytest.mark.parametrize(("reason", "codes"), FAILED_FOR_GOOD.items())
def test_a_failure_of_the_customer_s_wakes_nobody(reason: str, codes: list[str]) -> None:
    assert {result_of(code) for code in codes} == {Result(Kind.FINAL, reason, alert=False)}


@pytest.mark.parametrize(("reason", "codes"), OURS_TO_MEND.items())
def test_a_failure_of_our_own_wakes_somebody(reason: str, codes: list[str]) -> None:
    assert {result_of(code) for code in codes} == {Result(Kind.FINAL, reason, alert=True)}


@pytest.mark.parametrize("code", ["1019", "1034", "1036", "1037"])
def test_a_prompt_that_nobody_answered_may_still_be_paid(code: str) -> None:
    assert result_of(code) == Result(Kind.SOFT, "no_answer", alert=False)


def test_paid_at_work_and_unknown_give_no_reason() -> None:
    assert result_of("0") == Result(Kind.PAID, "", alert=False)
    assert result_of("4999") == Result(Kind.PENDING, "", alert=False)
    assert result_of("31337") == Result(Kind.UNKNOWN, "", alert=False)
    assert result_of("") == Result(Kind.UNKNOWN, "", alert=False)


def test_the_kinds_are_written_to_logs_by_these_names() -> None:
    assert [kind.value for kind in Kind] == ["paid", "final", "soft", "pending", "unknown"]


def test_every_reason_has_words_for_the_customer() -> None:
    for reason in (*FAILED_FOR_GOOD, *OURS_TO_MEND, "no_answer"):
        assert explain(reason, "en"), reason
        assert explain(reason, "sw"), reason
