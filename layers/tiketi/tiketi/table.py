"""The one table. `docs/data-model.md` lists every kind of item with its keys and what each access costs."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from tiketi.settings import settings

SCHEMA_VERSION = 1
"""Written on every item. A migration step raises it; see `migrations/`."""

THROTTLES = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
}


class Item(Model):
    """Any item of the table; the discriminator `type` names its kind."""

    class Meta:
        table_name = settings().table_name
        connect_timeout_seconds = 2
        read_timeout_seconds = 5
        max_retry_attempts = 4

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    type = DiscriminatorAttribute()
    schema_version = NumberAttribute(default=SCHEMA_VERSION)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """One client for all kinds of items. PynamoDB makes one for each, and each is a good part of a cold start."""
        connection = super()._get_connection()
        if cls is not Item and connection.connection._client is None:  # pyright: ignore[reportPrivateUsage]
            connection.connection._client = Item._get_connection().connection.client  # pyright: ignore[reportPrivateUsage]
        return connection


def read_texts(pk: str, sk: str) -> dict[str, str] | None:
    """The texts of any item by name, read consistently, for what does not know the item's kind; None without one."""
    found = Item._get_connection().get_item(pk, sk, consistent_read=True).get("Item")  # pyright: ignore[reportPrivateUsage]
    return found and {name: value["S"] for name, value in found.items() if "S" in value}


def scan() -> Iterator[dict[str, Any]]:
    """Every item as DynamoDB keeps it, eventually consistent, in pages of 1 MB: half a read unit for each 4 KB."""
    start: dict[str, Any] | None = None
    while True:
        page = Item._get_connection().scan(exclusive_start_key=start)  # pyright: ignore[reportPrivateUsage]
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def transaction() -> TransactWrite:
    """A new transaction on the table: twice the write units of its writes, at most 100 of them."""
    return TransactWrite(connection=Item._get_connection().connection)  # pyright: ignore[reportPrivateUsage]


def condition_failed(error: PynamoDBException) -> bool:
    """Whether a write was refused because its condition did not hold, rather than by a fault."""
    return error.cause_response_code == "ConditionalCheckFailedException"


def put_if(item: Item, condition: Condition | None) -> bool:
    """One conditional put; False when the condition did not hold."""
    try:
        item.save(condition)
    except PutError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def update_if(item: Item, actions: Sequence[Action], condition: Condition | None) -> bool:
    """One conditional update, which brings `item` to what it is afterwards; False when the condition did not hold."""
    try:
        item.update(list(actions), condition=condition)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def cancelled_by_condition(error: TransactWriteError) -> bool:
    return any(reason is not None and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons)


def _conflicted(error: TransactWriteError) -> bool:
    """True when nothing but other writers or throttling stood in the way, so the same transaction may be sent again."""
    if error.cause_response_code in {"TransactionConflictException", "TransactionInProgressException", *THROTTLES}:
        return True
    codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
    return bool(codes) and codes <= {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "None"}


def transact(commit: Callable[[], Any], attempts: int = 8, pause: Callable[[float], None] = time.sleep) -> None:
    """Runs a transaction, again when it lost to another writer: neither botocore nor PynamoDB repeats those.

    Raises TransactWriteError when a condition failed, or when `attempts` conflicts came in a row.
    """
    for attempt in range(attempts):
        try:
            commit()
            return
        except TransactWriteError as error:
            if attempt == attempts - 1 or not _conflicted(error):
                raise
            pause(random.uniform(0, 0.02 * 2**attempt))


def transact_if(commit: Callable[[], Any]) -> bool:
    """`transact`; False, with nothing written, when a condition did not hold."""
    try:
        transact(commit)
    except TransactWriteError as error:
        if cancelled_by_condition(error):
            return False
        raise
    return True
