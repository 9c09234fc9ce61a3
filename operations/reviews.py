"""What an operator does about payments in doubt, when he has looked them up in M-PESA's portal.

make reviews TABLE=...                                            payments with a doubt, and what it is
make clear-review TABLE=... ORDER=...                             he has looked: the same doubts do not come back
make accept-payment TABLE=... ORDER=... RECEIPT=...               the portal shows that all of it was paid by RECEIPT
make settle-confirmation TABLE=... RECEIPT=... REFERENCE=... HOW="sent back in the portal"
                                                                  money that counts for no order, as reconcile names it
"""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiketi.payments.items import PaymentItem


def list_doubts() -> list[str]:
    from tiketi.payments.reviews import in_review

    return [_lines(payment) for payment in in_review()] or ["No payment is in doubt."]


def clear(order_id: str) -> str:
    from tiketi.payments import reviews

    doubts = reviews.clear(order_id)
    if doubts is None:
        raise SystemExit(f"A new doubt about {order_id} came in this moment: look again.")
    return f"{order_id}: {len(doubts)} cleared." if doubts else f"There is no doubt about {order_id}."


def accept(order_id: str, receipt: str) -> str:
    from tiketi.payments import reviews

    refused = reviews.accept(order_id, receipt.strip().upper())
    if refused:
        raise SystemExit(f"Not accepted: {refused}.")
    return f"{order_id} is paid by {receipt}: its tickets are issued, or the money goes back if none are left."


def settle_confirmation(receipt: str, reference: str, how: str) -> str:
    from tiketi.payments import confirmations

    if not confirmations.settle_confirmation(receipt, reference, how):
        raise SystemExit(f"No confirmation of {receipt} with the reference {reference or 'of no order'}.")
    return f"{receipt}: {how}."


def _lines(payment: "PaymentItem") -> str:
    order = f"{payment.order_id}  {payment.account_reference}  KES {int(payment.amount):,}"
    state = f"{payment.status}, {payment.order_status}, {payment.receipt or 'no receipt'}"
    return "\n".join([f"{order}  {state}", *(f"  - {doubt}" for doubt in payment.review or [])])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m operations.reviews", description=__doc__)
    parser.add_argument("--table", required=True, help="the output TableName of the stack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    verbs.add_parser("clear").add_argument("order")
    accepted = verbs.add_parser("accept")
    accepted.add_argument("order")
    accepted.add_argument("receipt")
    settled = verbs.add_parser("settle-confirmation")
    settled.add_argument("receipt")
    settled.add_argument("reference")
    settled.add_argument("how")
    given = parser.parse_args()
    # The table's name is read when its models are imported.
    os.environ["TABLE_NAME"] = given.table
    match given.verb:
        case "list":
            print("\n".join(list_doubts()))
        case "clear":
            print(clear(given.order))
        case "settle-confirmation":
            print(settle_confirmation(given.receipt, given.reference, given.how))
        case _:
            print(accept(given.order, given.receipt))


if __name__ == "__main__":
    main()
