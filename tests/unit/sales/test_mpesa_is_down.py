"""M-PESA is down: customers are told at once, nothing is held for them, and one tries now and then if it is back."""

from collections.abc import Callable

import pytest
from pynamodb.exceptions import UpdateError

from tests.unit.shop import Shop
from tiketi import clock
from tiketi.errors import Refusal
from tiketi.payments import breaker
from tiketi.payments.breaker import FAILURES, OPEN_SECONDS, BreakerItem
from tiketi.payments.daraja import Refused, Unknown
from tiketi.payments.items import PaymentItem
from tiketi.sales.deadline import FUNCTION_SECONDS
from tiketi.table import SCHEMA_VERSION, Item

DOWN = Refused("mpesa_unavailable", "ConnectTimeout", down=True)
NOW = clock.epoch_now()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock to so many seconds from the start."""

    def at(seconds: int) -> None:
        monkeypatch.setattr(clock, "epoch_now", lambda: NOW + seconds)

    at(0)
    return at


def refusal(shop: Shop) -> Refusal:
    with pytest.raises(Refusal) as caught:
        shop.buy()
    return caught.value


def fails(shop: Shop, times: int = FAILURES) -> None:
    for _ in range(times):
        shop.daraja.answers.append(DOWN)
        assert refusal(shop).code == "mpesa_unavailable"


def test_after_failures_in_a_row_nobody_waits_and_nothing_is_held(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop)
    before = shop.figures(), len(shop.queue.asked)
    time(10)
    refused = refusal(shop)
    assert (refused.code, refused.retry_after) == ("mpesa_unavailable", OPEN_SECONDS - 10)
    assert len(shop.daraja.pushes) == FAILURES, "no phone is asked"
    assert (shop.figures(), len(shop.queue.asked)) == before, "no order is begun and no stock taken"


def test_one_failure_fewer_and_the_next_customer_is_served(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop, FAILURES - 1)
    assert shop.buy().status == "PENDING"
    fails(shop, FAILURES - 1)
    assert shop.buy().status == "PENDING", "a success in between and the count begins anew"


@pytest.mark.parametrize("answer", [Refused("mpesa_subscriber_busy", "-"), Refused("mpesa_busy", "-")])
def test_what_m_pesa_says_about_one_customer_spares_nobody_else(
    shop: Shop, time: Callable[[int], None], answer: Refused
) -> None:
    shop.open(capacity=50)
    for _ in range(2 * FAILURES):
        shop.daraja.answers.append(answer)
        refusal(shop)
    assert shop.buy().status == "PENDING"


def test_an_outcome_that_nobody_knows_counts_and_stays_unknown(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    payments: list[PaymentItem] = []
    for _ in range(FAILURES):
        shop.daraja.answers.append(Unknown("ReadTimeout"))
        payments.append(shop.buy())
    assert refusal(shop).code == "mpesa_unavailable"
    assert {shop.payment(each).status for each in payments} == {"PENDING"}, "a prompt may be on each of the phones"


def test_after_a_while_one_customer_tries_and_the_others_wait_for_him(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop)
    time(OPEN_SECONDS)
    others: list[Refusal] = []
    shop.daraja.on_push = lambda sent: others.append(refusal(shop)) if not others else None
    assert shop.buy().status == "PENDING"
    assert [each.code for each in others] == ["mpesa_unavailable"]
    assert shop.buy().status == "PENDING", "he was served, and so is everybody again"


def test_when_the_one_who_tries_fails_too_it_stays_open(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop)
    time(OPEN_SECONDS)
    fails(shop, 1)
    time(OPEN_SECONDS + 10)
    assert refusal(shop).retry_after == OPEN_SECONDS - 10
    assert len(shop.daraja.pushes) == FAILURES + 1


def test_who_is_to_try_and_ends_before_he_asks_m_pesa_lets_the_next_one_try(
    shop: Shop, time: Callable[[int], None]
) -> None:
    shop.open(capacity=50)
    time(OPEN_SECONDS - 10)
    busy = shop.buy(phone="254712345678")
    fails(shop)
    time(2 * OPEN_SECONDS)
    with pytest.raises(Refusal, match="payment_in_progress"):
        shop.buy(phone="254712345678")
    assert shop.payment(busy).status == "PENDING"
    assert shop.buy().status == "PENDING", "M-PESA is back, and nobody waits for who never asked it"


def test_when_the_one_who_tries_dies_another_tries_later(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop)
    time(OPEN_SECONDS)
    shop.daraja.answers.append(RuntimeError("the process is gone"))
    with pytest.raises(RuntimeError):
        shop.buy()
    time(2 * OPEN_SECONDS - 1)
    assert refusal(shop).retry_after == 1
    time(2 * OPEN_SECONDS)
    assert shop.buy().status == "PENDING"


def test_when_whoever_counted_the_last_failure_dies_the_next_customer_tries(
    shop: Shop, time: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=50)
    with monkeypatch.context() as counted:
        counted.setattr(breaker, "FAILURES", 1000)
        fails(shop)
    assert shop.buy().status == "PENDING"


def test_the_first_failure_makes_an_item_like_any_other(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    fails(shop, 1)
    [item] = Item.query("MPESA")
    assert isinstance(item, BreakerItem)
    assert (int(item.failures), int(item.schema_version)) == (1, SCHEMA_VERSION)


def test_free_tickets_need_no_m_pesa(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(price=0)
    BreakerItem("MPESA", "BREAKER", failures=FAILURES, open_until=NOW + 20).save()
    assert shop.buy().status == "PAID"


def test_when_all_goes_well_nothing_is_written_about_it(shop: Shop, time: Callable[[int], None]) -> None:
    shop.open(capacity=50)
    shop.buy()
    assert not list(BreakerItem.query("MPESA"))


def test_a_note_that_cannot_be_written_changes_nothing_for_the_customer(
    shop: Shop, time: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(now: int) -> None:
        raise UpdateError("throttled")

    monkeypatch.setattr(breaker, "_fail", throttled)
    shop.open(capacity=50)
    shop.daraja.answers.append(DOWN)
    assert refusal(shop).code == "mpesa_unavailable"


@pytest.mark.parametrize(("spent", "left"), [(0, 20), (5, 20), (10, 15), (20, 5)])
def test_m_pesa_has_what_the_functions_time_leaves_and_the_writes_after_it_have_theirs(
    shop: Shop, time: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, spent: int, left: int
) -> None:
    shop.open(capacity=50)
    monkeypatch.setattr(shop.queue, "ask", lambda *given, **named: time(spent))
    shop.buy()
    assert shop.daraja.pushes[0]["seconds"] == left
    assert spent + left < FUNCTION_SECONDS


def test_with_too_little_time_left_m_pesa_is_not_asked_at_all(
    shop: Shop, time: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.open(capacity=50)
    monkeypatch.setattr(shop.queue, "ask", lambda *given, **named: time(21))
    assert refusal(shop).code == "took_too_long"
    assert not shop.daraja.pushes
