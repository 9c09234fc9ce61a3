"""The items of a sale: the ticket that admits one person, and the guard that keeps one payment open per phone."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from tiketi.table import Item


def customer_key(user_id: str) -> str:
    """The partition of everything a customer has: profile, payments, tickets."""
    return f"USER#{user_id}"


class TicketItem(Item, discriminator="ticket"):
    """`USER#<customer>` / `TICKET#<ticket id>`. `price` is whole KES; `status` is `valid`."""

    ticket_id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    event_title = UnicodeAttribute()
    ticket_type = UnicodeAttribute()
    price = NumberAttribute()
    status = UnicodeAttribute(default="valid")
    purchase_date = UnicodeAttribute()
    correlation_id = UnicodeAttribute(default="")


class PhoneGuardItem(Item, discriminator="phone_guard"):
    """`PHONE#<hash>` / `GUARD`: the order whose payment is open on a phone, and until which second at most."""

    order_id = UnicodeAttribute()
    until = NumberAttribute()
    delete_after = NumberAttribute()
