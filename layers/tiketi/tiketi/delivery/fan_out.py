"""Goes through all holders of an event's tickets, a stretch for each message of a queue, and notices each of them.

The cursor travels in the message: a stretch that a crash cut off is gone through again, and the next message is only
sent after it. Whoever is noticed twice by that is told once, because the claim on his notice is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tiketi.delivery import queues
from tiketi.delivery.notices import HoldersKind, Params, message_of, to_holder
from tiketi.ids import TICKET_CODE_ALPHABET, customer_of_ticket
from tiketi.logs import logger
from tiketi.sales.items import TicketItem, event_tickets_key

STRETCH_TICKETS = 1000
"""Of one message: read in one Query, and a hundred batches of SQS when all holders are different."""


@dataclass(frozen=True)
class FanOut:
    """What all holders of an event are to be told, and how far it has come: `after` is a sort key of `partition`."""

    event_id: str
    kind: HoldersKind
    dedupe: str
    params: Params
    partition: str = TICKET_CODE_ALPHABET[0]
    after: str = ""


def fan_out_of(message: Mapping[str, Any]) -> FanOut:
    """Raises KeyError when the message is none."""
    cursor: Mapping[str, str] = message.get("cursor") or {}
    return FanOut(
        message["event_id"],
        message["kind"],
        message["dedupe"],
        message["params"],
        **{str(k): v for k, v in cursor.items()},
    )


def notify_stretch(fan_out: FanOut) -> FanOut | None:
    """Notices the holders of the next tickets; what is left then, or None at the end of all tickets."""
    ticket_ids, last = _read(fan_out)
    holders = dict.fromkeys(holder for holder in map(customer_of_ticket, ticket_ids) if holder)
    queues.bulk_queue().send_all(
        [
            message_of(to_holder(fan_out.event_id, fan_out.kind, holder, fan_out.dedupe, fan_out.params))
            for holder in holders
        ]
    )
    logger.info("holders noticed", extra={"event_id": fan_out.event_id, "kind": fan_out.kind, "holders": len(holders)})
    return _next(fan_out, last)


def continue_with(fan_out: FanOut) -> None:
    queues.fan_out_queue().send(
        {
            "event_id": fan_out.event_id,
            "kind": fan_out.kind,
            "dedupe": fan_out.dedupe,
            "params": dict(fan_out.params),
            "cursor": {"partition": fan_out.partition, "after": fan_out.after},
            "correlation_id": logger.get_correlation_id() or "",
        }
    )


def _read(fan_out: FanOut) -> tuple[list[str], str | None]:
    """Up to a stretch of tickets of the partition, and the last one's sort key when more may follow."""
    partition = event_tickets_key(fan_out.event_id, fan_out.partition)
    beyond = TicketItem.gsi1_sk > fan_out.after if fan_out.after else None
    found = TicketItem.by_event.query(partition, beyond, limit=STRETCH_TICKETS)
    sort_keys = [ticket.gsi1_sk for ticket in found]
    return [key.partition("#")[2] for key in sort_keys], sort_keys[-1] if len(sort_keys) == STRETCH_TICKETS else None


def _next(fan_out: FanOut, last: str | None) -> FanOut | None:
    partition, after = fan_out.partition, last
    if after is None:
        later = TICKET_CODE_ALPHABET[TICKET_CODE_ALPHABET.index(partition) + 1 :]
        if not later:
            return None
        partition, after = later[0], ""
    return FanOut(fan_out.event_id, fan_out.kind, fan_out.dedupe, fan_out.params, partition, after)
