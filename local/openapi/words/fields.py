"""What each field means. `Model.field` goes before `field`."""

from typing import Any

NAIROBI = "A time without a zone, such as `2026-12-24T18:00`, is Nairobi time."
NUMBER_AS_TEXT = 'Text, such as `"500"`, is read as well.'
NULL_KEEPS = "Absent or null: it stays as it is."

FIELDS: dict[str, str] = {
    # Accounts
    "email": "Kept as typed; two spellings that differ only in case are the same address.",
    "password": "8 to 128 characters. Blanks count.",
    "LoginInput.password": "The password.",
    "LoginInput.email": "In any case.",
    "phone_number": "A Kenyan mobile number in international form without a plus: `2547…` or `2541…`.",
    "RegisterInput.phone_number": (
        "A Kenyan mobile number: `0712 345 678`, `0112…`, `712…`, `254712…` or `+254712…`; blanks and dashes are fine."
    ),
    "UpdateUserInput.phone_number": (f"A Kenyan mobile number, written as for `POST /register`. {NULL_KEEPS}"),
    "UpdateUserInput.email": f"The new address. {NULL_KEEPS}",
    "UpdateUserInput.name": NULL_KEEPS,
    "name": "How the person is called.",
    "language": "Of the SMS and e-mails the account is sent: English or Swahili.",
    "RegisterInput.language": "Of SMS and e-mails. Absent: the first in `Accept-Language`, or English.",
    "UpdateUserInput.language": f"Of SMS and e-mails. {NULL_KEEPS}",
    "role": "A `customer` buys tickets; an `organizer` publishes events, and may buy as well. It stays.",
    "profile": "The name once more, where the first web client looks for it.",
    "user": "The account.",
    "access_token": "The bearer token. There is no refresh: sign in again when it has expired.",
    "User.id": "The user's id, a ULID.",
    "Registered.id": "The user's id, a ULID.",
    # Events
    "Event.id": "The event's id, a ULID.",
    "OrganizerEvent.id": "The event's id, a ULID.",
    "event_id": "The event's id.",
    "organizer_id": "The user id of the organizer.",
    "title": "On one line.",
    "description": "Plain text; may be empty.",
    "location": "Where it takes place, at most 12 words. The event is found by each of them.",
    "category": "Such as `Concert`. Asked for exactly as written here.",
    "tags": "The tags as one string, separated by `, `.",
    "NewEvent.tags": "Tags separated by commas, or an array of them: at most 8, each of at most 30 characters.",
    "EventChanges.tags": f"As for `POST /events`; replaces all tags. {NULL_KEEPS}",
    "tag_list": "The same tags, as an array.",
    "start_date": "When it starts, in UTC.",
    "end_date": "When it ends, in UTC. The event is listed until then.",
    "NewEvent.start_date": f"When it starts. {NAIROBI}",
    "NewEvent.end_date": f"When it ends: after it starts, in the future, at most 366 days later. {NAIROBI}",
    "EventChanges.start_date": f"When it starts. {NAIROBI} {NULL_KEEPS}",
    "EventChanges.end_date": f"When it ends. {NAIROBI} {NULL_KEEPS}",
    "image_url": "An address that starts with `https://` or `http://`, or an empty string.",
    "ticket_tiers": "What is on sale, by the name of the tier.",
    "NewEvent.ticket_tiers": (
        "The kinds of ticket by their names, at most 20. A tier whose price is an empty string is left out."
    ),
    "EventChanges.ticket_tiers": (
        "When sent, it names **all** tiers that shall be there afterwards; one that is left out is no longer sold. "
        f"{NULL_KEEPS}"
    ),
    "total_tickets": "Tickets of all tiers together. The event is sold out when `tickets_sold` equals it.",
    "NewEvent.total_tickets": (
        "Tickets of all tiers together, 100 when absent. When every tier has a capacity, their sum counts instead. "
        f"{NUMBER_AS_TEXT}"
    ),
    "EventChanges.total_tickets": f"As for `POST /events`; not below what is sold or held. {NULL_KEEPS}",
    "tickets_sold": "Tickets paid for, of all tiers. May lag behind the sale by a second or two.",
    "tickets_purchased": "The same as `tickets_sold`, under the name the first web client reads.",
    "price": "Whole KES for one ticket; 0 is free.",
    "NewTier.price": f"Whole KES for one ticket; 0 is free. {NUMBER_AS_TEXT}",
    "TierChange.price": (
        "Whole KES for one ticket. Absent: it stays. **Null or empty: the tier is left out**, so it is no longer sold. "
        "A new tier needs a price."
    ),
    "capacity": "Tickets of this tier. Absent: the tier shares what `total_tickets` leaves over.",
    "NewTier.capacity": (
        "Tickets of this tier. Absent or empty: the tier shares what `total_tickets` leaves over. " + NUMBER_AS_TEXT
    ),
    "TierChange.capacity": "Tickets of this tier. Absent: it stays; null or empty: the tier shares what is left over.",
    "sales_start": "Not sold before, in UTC. Absent: sold at once.",
    "sales_end": "Not sold from then on, in UTC. Absent: sold until the event ends.",
    "NewTier.sales_start": f"Not sold before. {NAIROBI}",
    "NewTier.sales_end": f"Not sold from then on. {NAIROBI}",
    "TierChange.sales_start": f"Not sold before. Absent: it stays; null or empty: no limit. {NAIROBI}",
    "TierChange.sales_end": f"Not sold from then on. Absent: it stays; null or empty: no limit. {NAIROBI}",
    "max_per_order": "The most tickets of this tier in one order.",
    "NewTier.max_per_order": "The most tickets of this tier in one order; 10 when absent.",
    "TierChange.max_per_order": "The most tickets in one order. Absent: it stays; null or empty: 10.",
    "event": "The event as it is now.",
    "events": "The events of this page.",
    "popular_events": "Three at most, the most sold first.",
    "upcoming_events": "Those that are not over, by their start.",
    "count": "Events of the category that are not over.",
    # Tickets
    "keys": "The public keys, the newest first.",
    "kty": "The kind of key (RFC 8037).",
    "crv": "The curve.",
    "kid": "The key's id, 8 hexadecimal digits: bytes 1 to 4 of a ticket's token.",
    "use": "What it is for: signatures.",
    "alg": "The algorithm.",
    "x": "The 32 bytes of the public key in base64url, without padding.",
    # Asking for lists
    "page": "The page's number, from 1. Far pages are slow: follow `next_cursor` instead.",
    "per_page": "How many on a page; 10 when absent.",
    "Paging.per_page": "How many on a page; 100 when absent.",
    "limit": "The same as `per_page`, and goes before it.",
    "PageInput.limit": "How many on a page.",
    "cursor": "The `next_cursor` of the page before, unchanged, with the same filters.",
    "next_cursor": "Send it as `cursor` for the next page. Null on the last page.",
    "total_pages": "Pages of this size.",
    "current_page": "The number of this page.",
    "total_events": "Events that match.",
    "EventPage.per_page": "Events on a full page.",
    "ListQuery.location": "One or more words of the location, in any case: `nairobi` finds `KICC, Nairobi`.",
    "ListQuery.tag": "One whole tag, in any case.",
    "ListQuery.category": "Exactly as the event has it.",
    "q": "Words that must all be in the title, category, location or tags. Whole words, in any case.",
    # Buying
    "BuyTicketInput.ticket_type": "The name of a tier of the event.",
    "ticket_type": "The name of the tier.",
    "quantity": "How many tickets.",
    "BuyTicketInput.quantity": "How many tickets: at most the tier's `max_per_order`, and KES 250,000 in one payment.",
    "BuyTicketInput.phone_number": (
        "The phone that gets the M-PESA prompt: `0712 345 678`, `0112…`, `712…`, `254712…` or `+254712…`. "
        "Not needed for a free ticket."
    ),
    "order_id": "The order's id.",
    "Order.status": "See the table of order statuses in the introduction.",
    "OrderWithTickets.status": "See the table of order statuses in the introduction.",
    "reason": "Why there are no tickets, as a code; null while pending and when all went well.",
    "event_title": "The event's title when the ticket was bought.",
    "amount": "Whole KES: the tier's price times the quantity.",
    "checkout_request_id": "M-PESA's id of the prompt. Null for a free ticket, and when M-PESA's answer was lost.",
    "TransactionStatusInput.checkout_request_id": "The `checkout_request_id` of a purchase, or the M-PESA receipt.",
    "account_reference": "What the customer reads in the prompt and in M-PESA's message.",
    "receipt": "M-PESA's receipt, once paid.",
    "created_at": "When it was ordered, in UTC.",
    "expires_at": "Until then the tickets are held and the prompt can be answered.",
    "OrderWithTickets.tickets": "The tickets once the order is `completed`; empty before.",
    "tickets": "The newest first.",
    "Ticket.id": "The ticket's id.",
    "OrderTicket.id": "The ticket's id.",
    "Ticket.status": "`valid`: it admits one person.",
    "OrderTicket.status": "`valid`: it admits one person.",
    "purchase_date": "When it was paid, in UTC.",
    # Payments
    "payments": "The newest first.",
    "Payment.id": "The same as `order_id`.",
    "Payment.status": (
        "Where the money is: `completed` once paid, `cancelled` when cancelled on the phone or paid back, `failed` for "
        "anything else that ended."
    ),
    "order_status": "What became of the order: see the table of order statuses in the introduction.",
    "payment_method": "Always `MPESA`.",
    "transaction_id": "The M-PESA receipt; the `checkout_request_id` until it is known; null for a free ticket.",
    "payment_date": "When it was paid, or ordered while it is not, in UTC.",
    "TransactionStatus.status": (
        "`success` once paid, else `failed`, **also while the payment is pending**: `transaction_status` tells those "
        "apart."
    ),
    "transaction_status": "`paid`, or the order's status.",
    # In paths
    "Path.category": "The category, exactly as events have it; percent-encoded.",
    "Path.token": "What this payment's prompt was sent with.",
    # Safaricom's callback
    "Body": "The envelope.",
    "stkCallback": "What became of one prompt.",
    "MerchantRequestID": "As Daraja answered to the prompt.",
    "CheckoutRequestID": "As Daraja answered to the prompt.",
    "ResultCode": "0 is paid; a number or text.",
    "CallbackAccepted.ResultCode": "Always 0.",
    "ResultDesc": "Words for people; they change.",
    "CallbackMetadata": "Only when paid.",
    "Item": "In any order: `Amount`, `MpesaReceiptNumber`, `TransactionDate`, `PhoneNumber`, perhaps `Balance`.",
    "Name": "The item's name.",
    "Value": "Its value; may be missing.",
    # Every answer
    "success": "Whether it was done.",
    "message": "Words for the user, English or Swahili.",
    "code": "What happened, for programs. It does not change; the message may.",
    "request_id": "Quote it when you ask us. The header `X-Request-Id` of other answers.",
    "errors": "With `invalid_input`: every field that is wrong.",
    "field": "The field's name, with dots into objects: `ticket_tiers.VIP.price`.",
    "FieldError.message": "What is wrong with it, for the user.",
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "NewTier.price": {"type": ["integer", "string"]},
    "NewTier.capacity": {"type": ["integer", "string", "null"]},
    "NewTier.max_per_order": {"type": ["integer", "string", "null"]},
    "TierChange.price": {"type": ["integer", "string", "null"]},
    "TierChange.capacity": {"type": ["integer", "string", "null"]},
    "TierChange.max_per_order": {"type": ["integer", "string", "null"]},
    "NewEvent.total_tickets": {"type": ["integer", "string", "null"]},
    "EventChanges.total_tickets": {"type": ["integer", "string", "null"]},
    "NewEvent.tags": {"type": ["string", "array"]},
    "EventChanges.tags": {"type": ["string", "array", "null"]},
    "BuyTicketInput.phone_number": {"examples": ["0712345678"]},
    "RegisterInput.phone_number": {"examples": ["0712345678"]},
    "RegisterInput.password": {"format": "password"},
    "LoginInput.password": {"format": "password"},
    "RegisterInput.email": {"format": "email"},
    "Tier.sales_start": {"format": "date-time"},
    "Tier.sales_end": {"format": "date-time"},
}
"""What a schema says beyond its model, for programs."""
