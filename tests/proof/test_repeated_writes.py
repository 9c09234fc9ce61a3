"""The SDK repeats a write whose first answer was lost, and finds its condition broken by itself."""

from tests.proof.cloud import Cloud
from tests.proof.fair import VIP
from tests.proof.phones import Habit
from tests.proof.scenarios import ASHA, Stage
from tests.proof.template import BUY
from tests.proof.truth import end_true


def test_an_accepted_push_that_was_recorded_twice_is_no_reason_for_a_review(cloud: Cloud) -> None:
    stage = Stage(cloud, {VIP: 3}, patient=False)
    stage.ambush(BUY, "UpdateItem payment", "twice")
    stage.order(ASHA, Habit())
    end_true(stage.run())


def test_a_first_request_whose_put_was_repeated_is_no_repeat(cloud: Cloud) -> None:
    stage = Stage(cloud, {VIP: 3}, patient=False)
    stage.ambush(BUY, "PutItem payment", "twice")
    purchase = stage.order(ASHA, Habit())
    assert purchase.answers[0] == (202, ""), purchase.answers
