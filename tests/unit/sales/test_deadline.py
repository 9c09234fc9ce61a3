"""Until when an order waits for its money: the hold, and a prompt's life more where it came late."""

import pytest

from tiketi.clock import from_epoch
from tiketi.payments.items import PaymentItem
from tiketi.sales.deadline import FUNCTION_SECONDS, WORKING_SECONDS, latest, left_for_mpesa, with_a_prompt

CREATED = 1_780_000_000
HOLD, PROMPT = 180, 90


def payment(expires_at: int = CREATED + HOLD) -> PaymentItem:
    return PaymentItem(created_at=from_epoch(CREATED), expires_at=expires_at)


@pytest.mark.parametrize(
    ("prompt_at", "deadline"), [(1, HOLD), (HOLD - PROMPT, HOLD), (HOLD - PROMPT + 1, HOLD + 1), (HOLD, HOLD + PROMPT)]
)
def test_a_prompt_is_inside_the_hold_to_its_end(prompt_at: int, deadline: int) -> None:
    assert with_a_prompt(payment(), CREATED + prompt_at) == CREATED + deadline


def test_a_second_extension_ends_where_the_longest_hold_does() -> None:
    extended = payment(CREATED + HOLD + 60)
    assert with_a_prompt(extended, CREATED + HOLD + 50) == latest(extended) == CREATED + HOLD + PROMPT


def test_a_hold_is_never_shortened() -> None:
    longer = payment(CREATED + 900)
    assert with_a_prompt(longer, CREATED + 1) == CREATED + 900


def test_m_pesa_has_what_the_function_has_left_less_what_the_writes_after_it_need() -> None:
    """API Gateway waits 29 seconds; 35 after it began a function has certainly ended, and so it is written down."""
    assert (FUNCTION_SECONDS, WORKING_SECONDS) == (29, 35)
    working = PaymentItem(working_until=CREATED + WORKING_SECONDS)
    assert left_for_mpesa(working, CREATED) == 25
    assert left_for_mpesa(working, CREATED + 30) == -5
