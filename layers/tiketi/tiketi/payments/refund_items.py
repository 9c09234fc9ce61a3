"""The item of a refund: money that goes back to a customer, from the moment it is due until it has arrived."""

import hashlib
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from tiketi import clock
from tiketi.ids import customer_of, new_id
from tiketi.logs import logger
from tiketi.table import Item

OF_ORDER = "ORDER"
"""The refund of an order's own payment; every other is of a receipt too many and named after it."""
OPEN_PARTITIONS = "0123456789abcdef"
MANUAL = "REFUNDS#manual"


class OpenRefundsIndex(GlobalSecondaryIndex["RefundItem"]):
    """Refunds that are not at their end, the oldest first; those that wait for a person in a partition of their own."""

    class Meta:
        index_name = "GSI1"
        projection = IncludeProjection(["type"])

    gsi1_pk = UnicodeAttribute(hash_key=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(range_key=True, attr_name="GSI1SK")


class RefundItem(Item, discriminator="refund"):
    """`USER#<customer>` / `REFUND#<order's 16 characters>#<ORDER or a receipt>`. Amounts are whole KES.

    `state`: `due`, `sending` (claimed before M-PESA is asked), `accepted`, `unknown`, `manual`, `refunded`. It stays in
    the index until the order and the ledger know of its end as well.
    """

    refund_id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    state = UnicodeAttribute(default="due")
    amount = NumberAttribute()
    paid = NumberAttribute()
    """What was paid against `receipt`: M-PESA reverses all of it or nothing."""
    receipt = UnicodeAttribute(null=True)
    phone_number = UnicodeAttribute()
    was_sold = BooleanAttribute(default=False)
    cancelled_event = UnicodeAttribute(null=True)
    """The event with which the order ended, where that is why."""
    means = UnicodeAttribute(null=True)
    """`reversal`, `b2c` or `manual`: how the money went back, or is going."""
    tries = NumberAttribute(default=0)
    generation = NumberAttribute(default=0)
    """Raised when M-PESA has said that it failed: only then a B2C payment gets another OriginatorConversationID."""
    asked = NumberAttribute(default=0)
    next_at = NumberAttribute(default=0)
    """Seconds since 1970; before that nothing is done about it."""
    sent_at = NumberAttribute(default=0)
    conversation_id = UnicodeAttribute(null=True)
    originator_conversation_id = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    """M-PESA's receipt for the way back, or what an operator wrote down."""
    fee = NumberAttribute(default=0)
    detail = UnicodeAttribute(default="")
    """What M-PESA said last."""
    opened_at = NumberAttribute()
    refunded_at = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(default="")
    gsi1_pk = UnicodeAttribute(null=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(null=True, attr_name="GSI1SK")
    by_state = OpenRefundsIndex()

    @property
    def what(self) -> str:
        return split_refund_id(self.refund_id).what


class RefundResultItem(Item, discriminator="refund_result"):
    """`USER#<customer>` / `RESULT#<order's 16 characters>#<what>#<id>`: a result's body as it came, for evidence."""

    body = UnicodeAttribute()
    purpose = UnicodeAttribute()
    source_ip = UnicodeAttribute(default="")
    received_at = UnicodeAttribute()


class RefundName(NamedTuple):
    order_id: str
    what: str


def refund_id_of(order_id: str, what: str) -> str:
    return f"{order_id}.{what}"


def split_refund_id(refund_id: str) -> RefundName:
    order_id, _, what = refund_id.partition(".")
    return RefundName(order_id, what)


def refund_key(refund_id: str) -> tuple[str, str]:
    name = split_refund_id(refund_id)
    return f"USER#{customer_of(name.order_id)}", f"REFUND#{name.order_id.rpartition('-')[2]}#{name.what}"


def keep_result(refund: RefundItem, purpose: str, body: str, source_ip: str) -> None:
    pk, sk = refund_key(refund.refund_id)
    item = RefundResultItem(
        pk,
        f"{sk.replace('REFUND', 'RESULT', 1)}#{new_id()}",
        body=body,
        purpose=purpose,
        source_ip=source_ip,
        received_at=clock.rfc3339(clock.utc_now()),
    )
    try:
        item.save()
    except PutError:
        logger.exception("could not keep a refund's result", extra={"refund_id": refund.refund_id})


def open_partition(refund_id: str) -> str:
    """One of sixteen, so that a cancelled event's thousands of refunds heat no partition of the index."""
    return f"REFUNDS#open#{hashlib.sha256(refund_id.encode()).hexdigest()[0]}"


def index_key(opened_at: int, refund_id: str) -> str:
    return f"{opened_at:012d}#{refund_id}"


def find_refund(refund_id: str) -> RefundItem | None:
    """Read consistently, for one read unit. None also for text that is no refund's id."""
    name = split_refund_id(refund_id)
    if customer_of(name.order_id) is None or not name.what:
        return None
    try:
        return RefundItem.get(*refund_key(refund_id), consistent_read=True)
    except DoesNotExist:
        return None
