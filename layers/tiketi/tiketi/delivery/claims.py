"""Claims on a notice: of all messages and consumers that bring it, one sends it, and only once.

A claim is one conditional write, for all channels at once, and right after it comes the send. A function that dies
after its claim has died on the way to a provider, so nobody knows what left: such a notice is not repeated.
Only what certainly was not sent is written back as `failed`, and may be claimed again by any message that brings it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from tiketi.delivery.items import KEPT_SECONDS, NoticeItem
from tiketi.delivery.notices import Notice
from tiketi.ids import new_id
from tiketi.table import condition_failed

Channel = Literal["sms", "email"]
State = Literal["taken", "failed", "sent", "refused", "unknown"]

LEASE_SECONDS = 90
"""Longer than the function that sends may run: past it, whoever had the claim is gone."""


@dataclass(frozen=True)
class Claim:
    """The right to send a notice by these channels, now."""

    item: NoticeItem
    channels: frozenset[Channel]


@dataclass(frozen=True)
class Wait:
    """The same message is being worked on elsewhere, for so many seconds at most."""

    seconds: int


@dataclass(frozen=True)
class Lost:
    """Whoever had the claim died with it: nobody knows what was sent."""

    channels: frozenset[Channel]


@dataclass(frozen=True)
class Done:
    """Nothing is left to do: it was sent, or whoever has the claim sees to it."""


def notice_key(notice: Notice) -> tuple[str, str]:
    event_id, slash, _ = notice.recipient.partition("/")
    return f"{'GATE' if slash else 'USER'}#{event_id}", f"NOTICE#{notice.kind}#{notice.dedupe}"


def claim(notice: Notice, channels: frozenset[Channel], owner: str, now: int) -> Claim | Wait | Lost | Done:
    """One write unit when nobody has claimed the notice before. `owner` is the id of the message that brings it."""
    fresh = _fresh(notice, channels, owner, now)
    try:
        fresh.save(NoticeItem.pk.does_not_exist())
        return Claim(fresh, channels)
    except PutError as error:
        if not condition_failed(error):
            raise
    present = NoticeItem.get(fresh.pk, fresh.sk, consistent_read=True)
    if present.nonce == fresh.nonce:
        # It is this very write, which the SDK has repeated because the first answer was lost.
        return Claim(present, channels)
    left = what_is_left(present, owner, now)
    if isinstance(left, frozenset):
        return _claim_again(present, left, owner, now)
    if isinstance(left, Lost):
        return left if write_back(present, dict.fromkeys(left.channels, "unknown")) else Done()
    return left


def what_is_left(item: NoticeItem, owner: str, now: int) -> Wait | Lost | Done | frozenset[Channel]:
    """What a claim that is there leaves to a message: the channels to try again, or why there are none. Pure."""
    taken, failed = _in_state(item, "taken"), _in_state(item, "failed")
    if not taken:
        return failed or Done()
    if item.owner != owner:
        return Done()
    return Wait(max(1, int(item.until) - now)) if now < int(item.until) else Lost(taken)


def _claim_again(present: NoticeItem, left: frozenset[Channel], owner: str, now: int) -> Claim | Done:
    nonce = new_id()
    actions: list[Action] = [
        NoticeItem.owner.set(owner),
        NoticeItem.nonce.set(nonce),
        NoticeItem.until.set(now + LEASE_SECONDS),
    ]
    taken = _update(present, [*actions, *(_state(channel).set("taken") for channel in sorted(left))])
    if not taken:
        present.refresh(consistent_read=True)
    return Claim(present, left) if present.nonce == nonce else Done()


def write_back(item: NoticeItem, states: Mapping[Channel, State]) -> bool:
    """What became of the channels of one's own claim; False when somebody else has it by now."""
    return _update(item, [_state(channel).set(state) for channel, state in sorted(states.items())])


def _update(item: NoticeItem, actions: list[Action]) -> bool:
    """Changes the claim if it is still the one that was read."""
    try:
        item.update(actions, condition=NoticeItem.nonce == item.nonce)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def _fresh(notice: Notice, channels: frozenset[Channel], owner: str, now: int) -> NoticeItem:
    item = NoticeItem(
        *notice_key(notice),
        owner=owner,
        nonce=new_id(),
        until=now + LEASE_SECONDS,
        delete_after=now + KEPT_SECONDS,
    )
    for channel in channels:
        setattr(item, channel, "taken")
    return item


def _in_state(item: NoticeItem, state: State) -> frozenset[Channel]:
    states: dict[Channel, str | None] = {"sms": item.sms, "email": item.email}
    return frozenset(channel for channel, present in states.items() if present == state)


def _state(channel: Channel) -> UnicodeAttribute:
    return NoticeItem.sms if channel == "sms" else NoticeItem.email
