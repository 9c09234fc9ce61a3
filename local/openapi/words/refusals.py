"""What a client does about each refusal."""

ADVICE: dict[str, str] = {
    "broken_json": "Correct the request.",
    "not_an_object": "Send `{…}`, not a list or a bare value.",
    "not_a_callback": "Only Safaricom calls this.",
    "wrong_content_type": "Send `Content-Type: application/json`.",
    "body_too_large": "Send less.",
    "invalid_input": "`errors` names every field that is wrong: show each message beside its field.",
    "unknown_route": "Check the path and the method.",
    "search_needs_words": "Ask for `GET /events` when nothing was typed.",
    "bad_cursor": "Start again from the first page.",
    "wrong_credentials": "The same for an unknown address and a wrong password.",
    "not_signed_in": "The token is missing, has expired, or its account is gone: sign in again.",
    "organizers_only": "The account is a customer's.",
    "not_your_event": "The event belongs to another organizer.",
    "email_taken": "Offer to sign in.",
    "account_has_events": "Delete the events first; those with sales end by themselves.",
    "account_has_open_payment": "Try again when the prompt has been answered or has lapsed.",
    "event_not_found": "It never was, or its organizer deleted it.",
    "order_not_found": "It never was, or it is somebody else's.",
    "payment_not_found": "It never was, or it is somebody else's.",
    "user_not_found": "The account was deleted a moment ago: sign out.",
    "not_found": "The token is not a payment's.",
    "event_has_sales": "Tickets are sold, or held by a customer who is paying at this moment.",
    "tier_has_sales": "Raise the number to at least what the message says.",
    "changed_meanwhile": "Load it, apply the change again, send it again; after `Retry-After` where it is given.",
    "sold_out": "Offer another tier. Stock may return within minutes when others do not pay.",
    "too_few_left": "Offer a smaller quantity.",
    "sales_not_open": "Show when sales open.",
    "sales_closed": "Offer another tier.",
    "event_over": "Nothing more is sold.",
    "payment_in_progress": "One payment per phone at a time: let the customer answer the prompt, then try again.",
    "request_in_progress": "The first request with this key still runs: send the same again after `Retry-After`.",
    "idempotency_key_reused": "One key is one purchase: make a new key for a new one.",
    "mpesa_busy": "Nothing was charged. Try again after `Retry-After`, with a new `Idempotency-Key`.",
    "mpesa_unavailable": "Nothing was charged. Try again after `Retry-After`, with a new `Idempotency-Key`.",
    "mpesa_subscriber_busy": "Nothing was charged. Let the customer finish on the phone, then try with a new key.",
    "mpesa_refused": "Nothing was charged. Ask for another number.",
    "busy": (
        "Wait for `Retry-After`, or a second, then try again. A purchase: with the same `Idempotency-Key`, and with a "
        "new one when that is refused too."
    ),
    "internal_error": (
        "Try again once. For a purchase: with the same `Idempotency-Key`, or look at the customer's payments first."
    ),
    "timeout": "It may have been done. For a purchase: send it again with the same `Idempotency-Key`.",
}
