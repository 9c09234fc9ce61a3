"""What an operator does about refunds: sees those that wait for him, settles one, tries one again, lets all go on.

make refunds TABLE=...                                            those that wait for a person
make settle-refund TABLE=... REFUND=... REFERENCE=...             it was made in the portal; REFERENCE is its receipt
make retry-refund TABLE=... REFUND=...                            M-PESA is asked to do it once more
make resume-refunds TABLE=...                                     after the operator's password was set right
"""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiketi.payments.refund_items import RefundItem


def list_waiting() -> list[str]:
    from tiketi.payments.refund_stop import find_stop
    from tiketi.payments.refund_sweep import waiting_for_a_person

    lines = [_line(refund) for refund in waiting_for_a_person()]
    stop = find_stop()
    if stop:
        lines.insert(
            0, f"All refunds are stopped since {stop.since}: {stop.why}. Set it right, then make resume-refunds."
        )
    return lines or ["No refund waits for a person."]


def settle(refund_id: str, reference: str) -> str:
    """Idempotent: settling it again with the same reference says so and changes nothing."""
    from tiketi.payments.refunds import settle_by_hand

    refund = settle_by_hand(refund_id, reference)
    if refund is None:
        return f"There is no refund {refund_id}."
    if refund.state == "refunded" and refund.reference == reference:
        return f"{refund_id} is settled: KES {int(refund.amount):,}, {reference}."
    said = refund.reference or refund.detail
    return f"{refund_id} is {refund.state} ({said}): only a refund that waits for a person is settled by hand."


def retry(refund_id: str) -> str:
    from tiketi.payments.refunds import retry_by_machine

    if retry_by_machine(refund_id):
        return f"{refund_id} is due again: the sweep takes it up within minutes."
    return f"{refund_id} is not one that waits for a person."


def resume() -> str:
    from tiketi.payments.refund_stop import resume_refunds

    return "Refunds go on." if resume_refunds() else "Refunds were not stopped."


def _line(refund: "RefundItem") -> str:
    receipt = refund.receipt or "no receipt"
    return f"{refund.refund_id}  KES {int(refund.amount):,} of {int(refund.paid):,}  {receipt}  {refund.detail}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m operations.refunds", description=__doc__)
    parser.add_argument("--table", required=True, help="the output TableName of the stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    settled = verbs.add_parser("settle")
    settled.add_argument("refund")
    settled.add_argument("reference")
    verbs.add_parser("retry").add_argument("refund")
    verbs.add_parser("resume")
    given = parser.parse_args()
    # The table's name is read when its models are imported.
    os.environ["TABLE_NAME"] = given.table
    match given.verb:
        case "list":
            print("\n".join(list_waiting()))
        case "settle":
            print(settle(given.refund, given.reference))
        case "retry":
            print(retry(given.refund))
        case _:
            print(resume())


if __name__ == "__main__":
    main()
