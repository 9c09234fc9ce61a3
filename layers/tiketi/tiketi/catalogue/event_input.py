"""An event as an organizer's form sends it: numbers may be strings, an empty string is a tier that is not wanted."""

import math
import re
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tiketi.catalogue.items import SHARED_POOL
from tiketi.catalogue.words import fold_tag, words_of
from tiketi.clock import parse, rfc3339

MOST_TICKETS = 1_000_000
MOST_TAGS = 8
MOST_TAG_CHARACTERS = 30
MOST_LOCATION_WORDS = 12
"""An event is listed under each word of its location, so their number bounds what a listing costs."""

_DECIMAL = re.compile(r"([+-]?\d{1,12})(?:\.(\d{1,9}))?", re.ASCII)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _blank_is_none(value: object) -> object:
    return None if _is_blank(value) else value


def _whole(value: object, fraction: PydanticCustomError) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        if not value.is_integer():
            raise fraction
        return int(value)
    if not isinstance(value, str):
        raise PydanticCustomError("int_type", "Write a whole number.")
    match = _DECIMAL.fullmatch(value.strip())
    if match is None:
        raise PydanticCustomError("int_parsing", "Write a whole number.")
    if (match[2] or "").strip("0"):
        raise fraction
    return int(match[1])


def _whole_number(value: object) -> int:
    return _whole(value, PydanticCustomError("int_parsing", "Write a whole number."))


def _whole_shillings(value: object) -> int:
    return _whole(value, PydanticCustomError("whole_shillings", "A price is in whole shillings."))


def _blank_or_whole_number(value: object) -> int | None:
    return None if _is_blank(value) else _whole_number(value)


def _moment(value: object) -> str:
    wrong = PydanticCustomError("date_time", "Write a date and a time, such as 2026-12-24T18:00.")
    if not isinstance(value, str):
        raise wrong
    try:
        moment = datetime.fromisoformat(value.strip())
        if not 2000 <= moment.year <= 2100:
            raise wrong
        return rfc3339(parse(value.strip()))
    except ValueError as error:
        raise wrong from error


def _blank_or_moment(value: object) -> str | None:
    return None if _is_blank(value) else _moment(value)


def _tags(value: object) -> list[str]:
    if value is None:
        return []
    parts = cast("list[object]", value) if isinstance(value, list) else [value]
    tags: dict[str, str] = {}
    for part in parts:
        if not isinstance(part, str):
            raise PydanticCustomError("string_type", "Write tags as text, separated by commas.")
        for tag in (" ".join(each.split()) for each in part.split(",")):
            if tag:
                tags.setdefault(fold_tag(tag), tag)
    if len(tags) > MOST_TAGS:
        raise PydanticCustomError("too_many_tags", "At most {most} tags.", {"most": MOST_TAGS})
    if any(len(tag) > MOST_TAG_CHARACTERS for tag in tags.values()):
        raise PydanticCustomError("tag_too_long", "A tag has at most {most} characters.", {"most": MOST_TAG_CHARACTERS})
    return list(tags.values())


def _findable_location(text: str) -> str:
    if len(words_of(text)) > MOST_LOCATION_WORDS:
        most = {"most": MOST_LOCATION_WORDS}
        raise PydanticCustomError("too_many_words", "Write the location in at most {most} words.", most)
    return text


def _web_address(text: str) -> str:
    wrong = PydanticCustomError("web_address", "Enter a web address that starts with https:// or http://.")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise wrong from error
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text)):
        raise wrong
    return text


def _wanted_tiers(value: object) -> object:
    """Leaves out the tiers whose price, or whose whole value, is blank."""
    if not isinstance(value, dict):
        return value
    tiers = cast("dict[str, object]", value)
    wanted = {str(name).strip(): tier for name, tier in tiers.items() if not (_is_blank(tier) or _is_unpriced(tier))}
    if not wanted:
        raise PydanticCustomError("no_tiers", "Give at least one kind of ticket a price.")
    return wanted


def _is_unpriced(tier: object) -> bool:
    return isinstance(tier, dict) and "price" in tier and _is_blank(cast("dict[str, Any]", tier)["price"])


def _tier_name(name: str) -> str:
    if name == SHARED_POOL:
        raise PydanticCustomError("tier_name", "Give this kind of ticket a name.")
    return name


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


Title = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_on_one_line)]
Description = Annotated[str, StringConstraints(max_length=5000)]
Location = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120),
    AfterValidator(_on_one_line),
    AfterValidator(_findable_location),
]
Category = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_on_one_line)]
Tags = Annotated[list[str], BeforeValidator(_tags)]
Moment = Annotated[str, BeforeValidator(_moment)]
"""RFC 3339 in UTC; Nairobi time when it was sent without a zone."""
OptionalMoment = Annotated[str | None, BeforeValidator(_blank_or_moment)]
WebAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_web_address)]
Price = Annotated[int, BeforeValidator(_whole_shillings), Field(ge=0, le=250_000)]
"""Whole KES; the upper limit is the most M-PESA moves at once."""
Tickets = Annotated[Annotated[int, Field(ge=1, le=MOST_TICKETS)] | None, BeforeValidator(_blank_or_whole_number)]
MaxPerOrder = Annotated[Annotated[int, Field(ge=1, le=100)] | None, BeforeValidator(_blank_or_whole_number)]
RefundHours = Annotated[Annotated[int, Field(ge=0, le=8760)] | None, BeforeValidator(_blank_or_whole_number)]
RefundPercent = Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=100)]
TierCode = Annotated[
    Annotated[str, StringConstraints(min_length=4, max_length=40)] | None, BeforeValidator(_blank_is_none)
]
"""Short enough for a poster; who chooses four characters chooses to have them guessed."""
TierName = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_tier_name)]


class TierChange(BaseModel):
    """A tier in a change: what is not sent stays as it is, and null or an empty string takes a limit away."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    price: Price | None = None
    capacity: Tickets = None
    sales_start: OptionalMoment = None
    sales_end: OptionalMoment = None
    max_per_order: MaxPerOrder = None
    code: TierCode = Field(default=None, repr=False)
    max_per_customer: MaxPerOrder = None


class NewTier(TierChange):
    price: Price  # pyright: ignore[reportGeneralTypeIssues]


Tiers = Annotated[dict[TierName, NewTier], Field(max_length=20), BeforeValidator(_wanted_tiers)]
TierChanges = Annotated[dict[TierName, TierChange], Field(max_length=20), BeforeValidator(_wanted_tiers)]


class NewEvent(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    status: Literal["draft", "published"] = "published"
    title: Title
    description: Description = ""
    location: Location
    category: Category
    tags: Tags = []
    start_date: Moment
    end_date: Moment
    image_url: WebAddress = ""
    ticket_tiers: Tiers
    total_tickets: Tickets = None
    refund_until_hours: RefundHours = None
    refund_percent: RefundPercent = 100


class EventChanges(BaseModel):
    """Any subset of an event. `ticket_tiers`, when sent, names all tiers that shall be there afterwards."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    title: Title | None = None
    description: Description | None = None
    location: Location | None = None
    category: Category | None = None
    tags: Tags | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    image_url: WebAddress | None = None
    ticket_tiers: TierChanges | None = None
    total_tickets: Tickets = None
    refund_until_hours: RefundHours = None
    refund_percent: RefundPercent | None = None
