import pytest
from pydantic import ValidationError

from local.daraja.chaos import FAULT_NAMES, Chaos, ChaosRequest
from local.daraja.phones import Phones
from local.daraja.plans import Plan, changed
from local.daraja.push_answers import push_answer, reaches_the_phone

APPROVE = Plan(behaviour="approve")
NUMBER = "254708374149"


def test_what_a_body_leaves_out_stays_as_in_the_defaults() -> None:
    plan = changed(APPROVE, {"callback": {"copies": 2}})
    assert (plan.behaviour, plan.callback.copies, plan.callback.lost) == ("approve", 2, False)


def test_a_word_that_no_plan_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="callbak"):
        changed(APPROVE, {"callbak": {"lost": True}})


def test_the_behaviour_result_needs_a_code() -> None:
    with pytest.raises(ValidationError, match="result_code"):
        changed(APPROVE, {"behaviour": "result"})


def test_a_plan_for_two_pushes_is_forgotten_after_the_second() -> None:
    phones = Phones(APPROVE)
    phones.set_plan(NUMBER, {"behaviour": "cancel", "times": 2})
    assert [phones.take_plan(NUMBER).behaviour for _ in range(3)] == ["cancel", "cancel", "approve"]


def test_defaults_for_one_push_fall_back_to_what_the_simulator_was_started_with() -> None:
    phones = Phones(APPROVE)
    phones.change_defaults({"behaviour": "cancel", "times": 1})
    assert [phones.take_plan(NUMBER).behaviour for _ in range(2)] == ["cancel", "approve"]


def test_a_phones_own_plan_goes_before_the_defaults_until_it_is_forgotten() -> None:
    phones = Phones(APPROVE)
    phones.set_plan(NUMBER, {"behaviour": "cancel"})
    phones.change_defaults({"behaviour": "wrong_pin"})
    assert phones.take_plan(NUMBER).behaviour == "cancel"
    phones.forget_plan(NUMBER)
    assert phones.take_plan(NUMBER).behaviour == "wrong_pin"


def test_a_phone_that_pays_more_than_it_has_is_topped_up() -> None:
    phone = Phones(APPROVE).get(NUMBER)
    assert phone.pay(250_000) >= 0


@pytest.mark.parametrize("answer", ["lost", "timeout", "500.003.01", "garbage", "accepted"])
def test_after_an_answer_that_leaves_the_outcome_open_the_phone_rings(answer: str) -> None:
    assert reaches_the_phone(changed(APPROVE, {"push": {"answer": answer}}).push)


@pytest.mark.parametrize("answer", ["500.003.02", "500.003.03", "429", "html_403", "token_rejected", "locked"])
def test_after_a_refusal_the_phone_stays_dark_unless_the_plan_says_otherwise(answer: str) -> None:
    assert not reaches_the_phone(changed(APPROVE, {"push": {"answer": answer}}).push)
    assert reaches_the_phone(changed(APPROVE, {"push": {"answer": answer, "accepted": True}}).push)


def test_a_push_can_be_answered_with_an_error_and_status_200() -> None:
    answer = push_answer(changed(APPROVE, {"push": {"answer": "error_with_200"}}).push, "m", "c")
    assert answer.status == 200 and '"errorCode": "500.001.1001"' in answer.text


def faults(seed: int, rate: float, pushes: int = 200) -> list[str | None]:
    chaos = Chaos(ChaosRequest(seed=seed, rate=rate))
    return [chaos.bend(APPROVE)[1] for _ in range(pushes)]


def test_chaos_is_the_same_again_for_the_same_seed_and_another_for_another() -> None:
    assert faults(7, 0.5) == faults(7, 0.5)
    assert faults(7, 0.5) != faults(8, 0.5)


def test_chaos_meets_about_as_many_pushes_as_its_rate_says() -> None:
    assert set(faults(7, 0)) == {None}
    assert None not in faults(7, 1)
    assert 20 <= sum(fault is not None for fault in faults(7, 0.2)) <= 60


@pytest.mark.parametrize("fault", FAULT_NAMES)
def test_every_fault_of_chaos_bends_the_plan(fault: str) -> None:
    plan, named = Chaos(ChaosRequest(rate=1, faults=(fault,))).bend(APPROVE)
    assert named == fault and plan != APPROVE


def test_chaos_leaves_the_end_of_a_payment_to_the_person_who_holds_the_phone() -> None:
    manual = Plan(behaviour="manual")
    assert Chaos(ChaosRequest(rate=1, faults=("cancelled",))).bend(manual) == (manual, None)


def test_a_fault_that_chaos_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        ChaosRequest(rate=1, faults=("earthquake",))
