"""The items of delivery: the claim on a notice, the mark of a reminder, the count of requests."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from tiketi.table import Item

KEPT_SECONDS = 400 * 86_400
"""Longer than any queue, or an event's tickets, may bring the same notice once more."""


class NoticeItem(Item, discriminator="notice"):
    """`USER#<customer>` or `GATE#<event>` / `NOTICE#<kind>#<dedupe>`: who has taken a notice, to send it.

    `sms` and `email` are `taken`, `failed`, `sent`, `refused` or `unknown`; absent where nothing goes that way. When
    all goes well the claim is never written again, so `taken` past `until` (seconds since 1970) reads: sent, unless
    the function died. `owner` is the message that took it; `nonce` tells each claim from every other.
    """

    owner = UnicodeAttribute()
    nonce = UnicodeAttribute()
    until = NumberAttribute()
    sms = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    delete_after = NumberAttribute()


class ReminderItem(Item, discriminator="reminder"):
    """`EVENT#<event>` / `REMINDER#<start date>`: the holders are being reminded of an event that starts then."""

    delete_after = NumberAttribute()


class AskedItem(Item, discriminator="asked"):
    """`USER#<who asks>` / `ASKED#<what>`: how often he had messages sent by that, until the second `until`.

    `RESEND#<order>`, `GIFT`, `TRANSFER`, `INVITE` and `MOVE#<event>`.
    """

    until = NumberAttribute()
    times = NumberAttribute()
    delete_after = NumberAttribute()
