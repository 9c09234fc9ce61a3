"""The items of the money side: the payment, each callback as it came, each receipt once."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from tiketi.ids import customer_of
from tiketi.table import Item


class CheckoutIndex(GlobalSecondaryIndex["PaymentItem"]):
    """Finds a payment by its CheckoutRequestID, for a callback that came without its token."""

    class Meta:
        index_name = "GSI1"
        projection = IncludeProjection(["type"])

    gsi1_pk = UnicodeAttribute(hash_key=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(range_key=True, attr_name="GSI1SK")


class PaymentItem(Item, discriminator="payment"):
    """`USER#<customer>` / `PAYMENT#<16 characters>`: one order and its money, as one item that changes as one.

    `status` is the money: PENDING, PAID, FAILED, EXPIRED. `order_status` is what the order came to: `pending` until
    the finalizer has settled it, then `completed`, `failed`, `cancelled`, `expired` or `refund_pending`.
    Amounts are whole KES; `expires_at` and `working_until` are seconds since 1970.
    """

    order_id = UnicodeAttribute()
    status = UnicodeAttribute(default="PENDING")
    order_status = UnicodeAttribute(default="pending")
    refund_amount = NumberAttribute(null=True)
    """What of `amount` goes back when the order is `refund_pending`; all of it when absent."""
    reason = UnicodeAttribute(default="")
    """Why it failed, as a code of `payments/reasons.py`."""
    event_id = UnicodeAttribute()
    event_title = UnicodeAttribute()
    ticket_type = UnicodeAttribute()
    pool = UnicodeAttribute()
    pool_shards = NumberAttribute()
    """The pool and its shards as they were when stock was taken: where the stock of this order is."""
    quantity = NumberAttribute()
    max_per_customer = NumberAttribute(null=True)
    """The tier's limit when it was ordered: its customer's orders have no more tickets of the tier together."""
    refund_terms = JSONAttribute(null=True)
    """The event's terms when it was ordered, see `sales/cancellation_rules.py`; absent: nothing was taken back."""
    unit_price = NumberAttribute()
    amount = NumberAttribute()
    phone_number = UnicodeAttribute()
    account_reference = UnicodeAttribute()
    token_hash = UnicodeAttribute()
    request_hash = UnicodeAttribute()
    created_at = UnicodeAttribute()
    expires_at = NumberAttribute()
    working_until = NumberAttribute(default=0)
    """Until then the function that took the request may still be at work on it."""
    merchant_request_id = UnicodeAttribute(null=True)
    checkout_request_id = UnicodeAttribute(null=True)
    receipt = UnicodeAttribute(null=True)
    paid_at = UnicodeAttribute(null=True)
    completed_at = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)
    """When it was given back, ended with its event, or came too late for tickets."""
    complimentary_by = UnicodeAttribute(null=True)
    """The organizer who gave these tickets away."""
    retaken = BooleanAttribute(null=True)
    unreceipted = BooleanAttribute(null=True)
    """A query said that it was paid, before its receipt was known: the ledger says so too."""
    shares = JSONAttribute(null=True)
    """Tickets by shard, written when the order is completed: where its stock goes back to."""
    stock_returned = BooleanAttribute(null=True)
    review = ListAttribute[str](null=True)
    """What a person must look at, as short sentences; never empties by itself."""
    disputed = BooleanAttribute(null=True)
    """Among `review` is something that speaks against the money: a query's "paid" then decides nothing."""
    reviewed = ListAttribute[str](null=True)
    """What a person has looked at; the same thing is not noted again."""
    correlation_id = UnicodeAttribute(default="")
    nudged_at = NumberAttribute(null=True)
    """Set to bring the payment before the finalizer once more."""
    gsi1_pk = UnicodeAttribute(null=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(null=True, attr_name="GSI1SK")
    by_checkout = CheckoutIndex()


class CallbackItem(Item, discriminator="callback"):
    """`USER#<customer>` / `CALLBACK#<order's 16 characters>#<id>`: a callback's body as it came, for evidence."""

    body = UnicodeAttribute()
    source_ip = UnicodeAttribute(default="")
    received_at = UnicodeAttribute()


def order_of_callback(pk: str, sk: str) -> str:
    """The order's id within a kept callback's key."""
    return f"{pk.removeprefix('USER#')}-{sk.split('#')[1]}"


class ReceiptItem(Item, discriminator="receipt"):
    """`RECEIPT#<M-PESA receipt>` / `RECEIPT`: exists once, so a receipt counts once. `amount` is whole KES, as paid.

    It is the ledger's entry `received`, and never changes.
    """

    order_id = UnicodeAttribute()
    amount = NumberAttribute()
    received_at = UnicodeAttribute()


REVIEWS = "REVIEWS"


class ReviewItem(Item, discriminator="review"):
    """`REVIEWS` / `<order>`: a payment that a person must look at, so that all of them are found without a scan."""

    noted_at = UnicodeAttribute()


def receipt_key(receipt: str) -> tuple[str, str]:
    return f"RECEIPT#{receipt}", "RECEIPT"


def find_receipt(receipt: str) -> ReceiptItem | None:
    """Read consistently, for one read unit."""
    try:
        return ReceiptItem.get(*receipt_key(receipt), consistent_read=True)
    except DoesNotExist:
        return None


def payment_key(order_id: str) -> tuple[str, str]:
    """The key of an order's payment, from its id alone; `order_id` must be an order id."""
    return f"USER#{customer_of(order_id)}", f"PAYMENT#{order_id.rpartition('-')[2]}"


def find_payment(order_id: str) -> PaymentItem | None:
    """Read consistently, for one read unit. None also for text that is no order id."""
    if customer_of(order_id) is None:
        return None
    try:
        return PaymentItem.get(*payment_key(order_id), consistent_read=True)
    except DoesNotExist:
        return None
