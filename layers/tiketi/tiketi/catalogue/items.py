"""The items of an event: what its organizer said, and the figures its sales make.

They are two items of one partition, so one Query reads both, and a sale never writes what an organizer edits.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, cast

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from tiketi.errors import Refusal
from tiketi.ids import is_id
from tiketi.table import Item

SHARED_POOL = "*"
"""The pool of all tiers without a capacity of their own: they share what `total_tickets` leaves over."""

EVENT = "EVENT"
"""Sort key of an event; a prefix of `FIGURES`."""
FIGURES = "EVENT#FIGURES"

DRAFT = "draft"
"""Its organizer alone sees it, and nothing is sold; one that was published before may have holders."""
PUBLISHED = "published"
CANCELLED = "cancelled"
"""For good: nothing is sold any more, and every order is given back."""
DELETING = "deleting"


class Tier(TypedDict):
    """A ticket tier as stored. `price` is whole KES; times are RFC 3339 UTC."""

    price: int
    capacity: NotRequired[int]
    sales_start: NotRequired[str]
    sales_end: NotRequired[str]
    max_per_order: NotRequired[int]
    code: NotRequired[str]
    """Hidden from all who do not know it."""
    max_per_customer: NotRequired[int]


class PoolSize(TypedDict):
    """How much stock a pool has, in tickets, and over how many shards it is spread."""

    capacity: int
    shards: int


class EventItem(Item, discriminator="event"):
    """`EVENT#<id>` / `EVENT`. `status` is `draft`, `published` or `cancelled`, or `deleting` while its stock is being
    closed; `status_before` is what it becomes again should that fail.

    Every write raises `version` and demands the one it read. While a change of stock or a deletion is under way,
    `claimed_until` (seconds since 1970) keeps a second one out, and `moving` outlives a crash in a change of stock.
    `pools` names every pool that may have shards, also one that was shrunk to nothing because no tier sells from it
    any more.
    """

    event_id = UnicodeAttribute()
    organizer_id = UnicodeAttribute()
    status = UnicodeAttribute(default=PUBLISHED)
    status_before = UnicodeAttribute(null=True)
    title = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    location = UnicodeAttribute()
    category = UnicodeAttribute()
    tags = JSONAttribute(default=list)
    start_date = UnicodeAttribute()
    end_date = UnicodeAttribute()
    image_url = UnicodeAttribute(default="")
    tiers = JSONAttribute()
    pools = JSONAttribute()
    total_tickets = NumberAttribute()
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    claimed_until = NumberAttribute(default=0)
    moving = BooleanAttribute(default=False)
    refund_until_hours = NumberAttribute(null=True)
    """Until how many hours before the start customers may give orders back; absent: never."""
    refund_percent = NumberAttribute(default=100)
    cancelled_at = UnicodeAttribute(null=True)
    moved_version = NumberAttribute(null=True)
    """Which change of its time or place was the last: its holders are told of each once."""

    @property
    def refund_hours(self) -> int | None:
        hours = cast("float | None", self.refund_until_hours)
        return None if hours is None else int(hours)

    def tiers_for(self, code: str) -> dict[str, Tier]:
        """What somebody with this code may see and buy; an empty one is none. No tier tells its code.

        Every code is compared, each in the same time, so that an answer's time says nothing of any.
        """
        tiers = cast(dict[str, Tier], self.tiers)
        shown = {name: _opens(code, tier.get("code")) for name, tier in tiers.items()}
        return {name: _without_code(tier) for name, tier in tiers.items() if shown[name]}

    def tier(self, name: str) -> Tier | None:
        return cast(dict[str, Tier], self.tiers).get(name)

    def pool_of(self, tier_name: str) -> str:
        """The pool a tier takes its stock from: its own when it has a capacity, else the shared one.

        A tier that is no longer offered keeps the pool it had, so that its orders find their stock.
        """
        tier = self.tier(tier_name)
        has_own = tier_name in self.pools if tier is None else "capacity" in tier
        return tier_name if has_own else SHARED_POOL

    def pool(self, tier_name: str) -> PoolSize:
        return cast(dict[str, PoolSize], self.pools)[self.pool_of(tier_name)]

    def answer(self, code: str = "") -> dict[str, Any]:
        """What its organizer said, but for tiers that another code hides; `tags` is one comma-separated string, as the
        web client sends it."""
        return {**self.own_answer(), "ticket_tiers": self.tiers_for(code)}

    def own_answer(self) -> dict[str, Any]:
        """All that its organizer said, for himself."""
        return {
            "id": self.event_id,
            "organizer_id": self.organizer_id,
            "status": self.status,
            "title": self.title,
            "description": self.description,
            "location": self.location,
            "category": self.category,
            "tags": ", ".join(self.tags),
            "tag_list": self.tags,
            "start_date": self.start_date,
            "end_date": self.end_date,
            "image_url": self.image_url,
            "ticket_tiers": self.tiers,
            "total_tickets": int(self.total_tickets),
            "refund_until_hours": self.refund_hours,
            "refund_percent": int(self.refund_percent),
        }


def _opens(given: str, code: str | None) -> bool:
    """Case and blanks do not count: people read codes from posters and type them on phones."""
    same = hmac.compare_digest(_digest(given), _digest(code or ""))
    return code is None or (same and bool(given))


def _digest(code: str) -> bytes:
    return hashlib.sha256("".join(code.split()).casefold().encode()).digest()


def _without_code(tier: Tier) -> Tier:
    return cast(Tier, {name: value for name, value in tier.items() if name != "code"})


class PopularityIndex(GlobalSecondaryIndex["FiguresItem"]):
    """Upcoming events, the most sold first; among equals the one that starts first."""

    class Meta:
        index_name = "GSI1"
        projection = KeysOnlyProjection()

    gsi1_pk = UnicodeAttribute(hash_key=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(range_key=True, attr_name="GSI1SK")


class FiguresItem(Item, discriminator="figures"):
    """`EVENT#<id>` / `EVENT#FIGURES`: sales by pool as of a moment ago. Written by the stream, never by a sale.

    `sold` is tickets by pool. `sold_out_until` is, by pool, the second until which trying to buy is in vain: the
    earliest end of a hold, or far in the future when everything is sold. `held_until` is, by pool, the earliest end
    of a hold, for pools where anything is held. `moving_until` is the second by which a change of its stock is over,
    or has died; 0 while there is none. It is in the index while the event is published and not over.
    """

    sold = JSONAttribute(default=dict)
    sold_out_until = JSONAttribute(default=dict)
    held_until = JSONAttribute(default=dict)
    moving_until = NumberAttribute(default=0)
    looked_at = NumberAttribute(default=0)
    """When they were last found so, in seconds since 1970."""
    gsi1_pk = UnicodeAttribute(null=True, attr_name="GSI1PK")
    gsi1_sk = UnicodeAttribute(null=True, attr_name="GSI1SK")
    by_popularity = PopularityIndex()


@dataclass(frozen=True)
class Event:
    """An event with its figures, as every answer shows it."""

    item: EventItem
    sold: Mapping[str, int]
    sold_out_until: Mapping[str, int]
    looked_at: int = 0
    """When its figures were true."""

    def says_sold_out(self, ticket_type: str, now: int) -> bool:
        """By its figures: a hint that spares a buyer who comes too late the way to the stock."""
        return now < self.sold_out_until.get(self.item.pool_of(ticket_type), 0)

    @property
    def id(self) -> str:
        return self.item.event_id

    @property
    def tickets_sold(self) -> int:
        return sum(self.sold.values())

    def answer(self, code: str = "") -> dict[str, Any]:
        """The event of `GET /events/{id}`, with the tiers that the code opens."""
        return {**self.item.answer(code), "tickets_sold": self.tickets_sold}

    def own_answer(self) -> dict[str, Any]:
        """The same for its organizer."""
        return {**self.item.own_answer(), "tickets_sold": self.tickets_sold}


def event_key(event_id: str) -> str:
    return f"EVENT#{event_id}"


def read_items(event_id: str, consistent: bool = False) -> tuple[EventItem | None, FiguresItem | None]:
    """One Query for both items, half a read unit per 4 KB (a whole one when consistent)."""
    if not is_id(event_id):
        return None, None
    items = list(Item.query(event_key(event_id), Item.sk.startswith(EVENT), consistent_read=consistent))
    event = next((item for item in items if isinstance(item, EventItem)), None)
    figures = next((item for item in items if isinstance(item, FiguresItem)), None)
    return event, figures


def with_figures(event: EventItem, figures: FiguresItem | None) -> Event:
    return Event(
        item=event,
        sold=figures.sold if figures else {},
        sold_out_until=figures.sold_out_until if figures else {},
        looked_at=int(figures.looked_at) if figures else 0,
    )


def load_event(event_id: str, consistent: bool = False) -> Event:
    """Raises Refusal `event_not_found`, also for text that is no id and for an event being deleted."""
    event, figures = read_items(event_id, consistent)
    if event is None or event.status == DELETING:
        raise Refusal("event_not_found")
    return with_figures(event, figures)
