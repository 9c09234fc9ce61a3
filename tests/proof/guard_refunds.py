"""Moments of a refund at which one guard is all that stands between a write and what came before it."""

from typing import Any

from tests.proof.cloud import Cloud
from tests.proof.guard_table import holds
from tests.proof.moments import Moment, require
from tiketi.payments import advance_refund as advancing
from tiketi.payments import outcomes, refunds
from tiketi.payments.initiator import Taken
from tiketi.payments.open_refund import open_refund
from tiketi.payments.refund_items import RefundItem, find_refund, refund_id_of
from tiketi.payments.refund_queue import refund_queue
from tiketi.payments.refund_rules import Back, Later, Send

BASE = "https://api.tiketi.example/v1"


class Owed(Moment):
    """An order whose money is due back."""

    def __init__(self, cloud: Cloud, **state: Any) -> None:
        super().__init__(cloud)
        outcomes.register_receipt("SFC1", self.order_id, 500)
        outcomes.mark_paid(self.order_id, "SFC1")
        self.write_payment(order_status="refund_pending")
        open_refund(self.payment, refund_queue())
        self.be(**state)

    @property
    def refund(self) -> RefundItem:
        found = find_refund(refund_id_of(self.order_id, "ORDER"))
        assert found
        return found

    def be(self, **state: Any) -> RefundItem:
        """By hand, whatever it was."""
        if state:
            self.refund.update(actions=[getattr(RefundItem, name).set(value) for name, value in state.items()])
        return self.refund

    def send(self, refund: RefundItem) -> None:
        advancing._send(refund, Send("reversal"), self.world.mpesa, BASE, self.world.time)  # pyright: ignore

    def ask(self, refund: RefundItem) -> None:
        advancing._ask(refund, self.world.mpesa, BASE, self.world.time)  # pyright: ignore

    @property
    def sent(self) -> int:
        return len(self.world.mpesa.requests)


@holds("payments.open_refund._open", "RefundItem.pk.does_not_exist()")
def the_stream_brings_a_refund_that_is_on_its_way(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted")
    open_refund(owed.payment, refund_queue())
    require(owed.refund.state == "accepted", "a refund begins again that M-PESA is carrying out")


@holds("payments.advance_refund._with_receipt", "RefundItem.receipt.does_not_exist()")
def two_find_the_receipt(cloud: Cloud) -> None:
    owed = Owed(cloud)
    seen = owed.refund
    seen.receipt = None  # pyright: ignore[reportAttributeAccessIssue]
    owed.be(receipt="SFC0")
    advancing._with_receipt(seen)  # pyright: ignore
    require(owed.refund.receipt == "SFC0", "the receipt that is being reversed becomes another")


@holds("payments.advance_refund._send", "RefundItem.state == 'due'")
def two_messages_send_the_same_refund(cloud: Cloud) -> None:
    owed = Owed(cloud)
    seen = owed.refund
    owed.send(seen)
    owed.send(seen)
    require(owed.sent == 1, "M-PESA is asked twice")


@holds("payments.advance_refund._send", "RefundItem.tries == int(refund.tries)")
def somebody_sends_what_has_failed_meanwhile(cloud: Cloud) -> None:
    owed = Owed(cloud)
    seen = owed.refund
    owed.be(tries=1, next_at=owed.world.time + 3600)
    owed.send(seen)
    require(owed.sent == 0, "the pause after a failure is not kept")


@holds("payments.advance_refund._accepted", "RefundItem.state == 'sending'")
def the_result_overtakes_the_acknowledgement(cloud: Cloud) -> None:
    owed = Owed(cloud, state="refunded")
    advancing._accepted(owed.refund, Taken("AG", "originator"))  # pyright: ignore
    require(owed.refund.state == "refunded", "money that is back is on its way again")


@holds("payments.advance_refund._ask", "RefundItem.state == 'unknown'")
def somebody_asks_after_a_refund_that_has_ended(cloud: Cloud) -> None:
    owed = Owed(cloud, state="unknown")
    seen = owed.refund
    owed.be(state="refunded")
    owed.ask(seen)
    require(not owed.refund.asked, "M-PESA is asked about what it has answered")


@holds("payments.advance_refund._ask", "RefundItem.asked == asked")
def two_messages_ask_the_same_question(cloud: Cloud) -> None:
    owed = Owed(cloud, state="unknown")
    seen = owed.refund
    owed.ask(seen)
    before = len(owed.world.agenda)
    owed.ask(seen)
    require(len(owed.world.agenda) == before, "M-PESA is asked twice")


@holds("payments.refunds.look_for", "RefundItem.state.is_in('sending', 'accepted')")
def the_result_overtakes_the_lost_answer(cloud: Cloud) -> None:
    owed = Owed(cloud, state="sending")
    seen = owed.refund
    owed.be(state="refunded")
    refunds.look_for(seen, "no answer", owed.world.time)
    require(owed.refund.state == "refunded", "money that is back is looked for")


@holds("payments.refunds.look_for", "RefundItem.sent_at == int(refund.sent_at)")
def an_old_request_is_given_up_while_a_new_one_runs(cloud: Cloud) -> None:
    owed = Owed(cloud, state="sending", sent_at=1)
    seen = owed.refund
    owed.be(sent_at=2)
    refunds.look_for(seen, "no result", owed.world.time)
    require(owed.refund.state == "sending", "the new request is given up with the old one")


@holds("payments.refunds.apply_outcome", "RefundItem.state.is_in('sending', 'accepted', 'unknown')")
def a_failure_is_told_of_money_that_is_back(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted")
    seen = owed.refund
    owed.be(state="refunded")
    refunds.apply_outcome(seen, Later("1", failed=True))
    require(owed.refund.state == "refunded", "money that is back is due again")


@holds("payments.refunds.apply_outcome", "RefundItem.sent_at == int(refund.sent_at)")
def a_failure_is_told_twice(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted", sent_at=1)
    seen = owed.refund
    refunds.apply_outcome(seen, Later("1", failed=True))
    owed.be(state="accepted", sent_at=2)
    refunds.apply_outcome(seen, Later("1", failed=True))
    require(owed.refund.state == "accepted", "the failure of the first try ends the second")


@holds("payments.refunds._back", "RefundItem.state != 'refunded'")
def money_is_told_to_be_back_twice(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted")
    seen = owed.refund
    refunds.apply_outcome(seen, Back("SLU1"))
    refunds.apply_outcome(seen, Back("SLU2"))
    require(owed.refund.reference == "SLU1", "the second receipt of the way back hides the first")


@holds("payments.refunds.hand_over", "RefundItem.state != 'refunded'")
def a_person_is_given_what_is_back(cloud: Cloud) -> None:
    owed = Owed(cloud, state="unknown")
    seen = owed.refund
    owed.be(state="refunded")
    refunds.hand_over(seen, "nobody says")
    require(owed.refund.state == "refunded", "a person sends back what is back")


@holds("payments.refunds.hand_over", "RefundItem.state != 'manual'")
def a_person_is_given_the_same_twice(cloud: Cloud) -> None:
    owed = Owed(cloud, state="unknown")
    seen = owed.refund
    refunds.hand_over(seen, "nobody says")
    refunds.hand_over(seen, "another reason")
    require(owed.refund.detail == "nobody says", "the reason becomes another")


@holds("payments.refunds._book", "PaymentItem.order_status == 'refund_pending'")
def a_refund_ends_for_an_order_that_is_not_waiting(cloud: Cloud) -> None:
    owed = Owed(cloud, state="refunded")
    owed.write_payment(order_status="completed")
    refunds.finish(owed.refund)
    require(owed.payment.order_status == "completed", "an order with tickets reads refunded")


@holds("payments.refunds.finish", "RefundItem.state == 'refunded'")
def a_refund_is_finished_that_is_not_at_its_end(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted")
    refunds.finish(owed.refund)
    require(bool(owed.refund.gsi1_pk), "nobody looks after it any more")


@holds("payments.refunds.settle_by_hand", "RefundItem.state == 'manual'")
def a_person_settles_what_m_pesa_is_carrying_out(cloud: Cloud) -> None:
    owed = Owed(cloud, state="accepted")
    refunds.settle_by_hand(owed.refund.refund_id, "PORTAL")
    require(owed.refund.state == "accepted", "the money goes back twice")


@holds("payments.refunds.retry_by_machine", "RefundItem.state == 'manual'")
def a_person_has_m_pesa_try_what_is_back(cloud: Cloud) -> None:
    owed = Owed(cloud, state="refunded")
    refunds.retry_by_machine(owed.refund.refund_id)
    require(owed.refund.state == "refunded", "money that is back is due again")
