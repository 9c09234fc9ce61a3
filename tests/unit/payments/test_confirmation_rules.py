"""What a C2B confirmation says, field by field, and what its money means for a payment."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tiketi.errors import Refusal
from tiketi.payments.callback import Contradiction, Paid
from tiketi.payments.confirmation import Confirmation, judge_confirmation, read_confirmation
from tiketi.payments.items import PaymentItem

REFERENCE = "T0123456789A"
TOLD = {"TransID": " nlj7rt61sv ", "TransAmount": "500.00", "BillRefNumber": REFERENCE}


def read(**changes: Any) -> Confirmation:
    return read_confirmation(json.dumps({**TOLD, **changes}))


def test_a_confirmation_is_read_as_m_pesa_writes_it() -> None:
    assert read() == Confirmation("NLJ7RT61SV", 500, REFERENCE)
    assert read(TransAmount=500) == read(TransAmount="500") == read()
    assert read_confirmation(f'{{"TransID": "A", "TransAmount": {Decimal("70.0")}}}') == Confirmation("A", 70, "")


@pytest.mark.parametrize("typed", ["t0123456789a", " T0123 456789A", "T-0123-456789-A", "\tT0123456789A\n"])
def test_a_reference_is_known_however_it_was_typed(typed: str) -> None:
    assert read(BillRefNumber=typed).reference == REFERENCE


@pytest.mark.parametrize(
    "typed", [None, "", "0712345678", "T0123456789", "T0123456789AB", "X0123456789A", "T01234567_9A"]
)
def test_what_is_no_reference_of_an_order_is_none(typed: str | None) -> None:
    assert read(BillRefNumber=typed).reference == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"TransID": None},
        {"TransID": ""},
        {"TransID": "A-B"},
        {"TransAmount": None},
        {"TransAmount": "much"},
        {"TransAmount": "0"},
        {"TransAmount": "-5"},
        {"TransAmount": "0.50"},
        {"TransAmount": "500001"},
    ],
)
def test_what_names_no_money_is_no_confirmation(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match=r"^not_a_confirmation$"):
        read(**changes)


def test_who_sends_what_cannot_be_read_is_told_which_it_was() -> None:
    with pytest.raises(Refusal) as broken:
        read_confirmation("{")
    assert (broken.value.code, broken.value.params) == ("broken_json", {"detail": "it cannot be read"})
    with pytest.raises(Refusal, match=r"^not_a_confirmation$"):
        read_confirmation("[]")


def test_money_of_the_amount_that_was_asked_pays_and_other_money_does_not() -> None:
    payment = PaymentItem("USER#u", "PAYMENT#p", amount=500)
    assert judge_confirmation(payment, "NLJ7RT61SV", 500) == Paid("NLJ7RT61SV")
    for amount in (499, 501):
        why = f"KES {amount} were confirmed by NLJ7RT61SV, KES 500 were asked"
        assert judge_confirmation(payment, "NLJ7RT61SV", amount) == Contradiction(why, "NLJ7RT61SV", amount)
