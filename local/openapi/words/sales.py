from local.openapi import answers, examples
from local.openapi.described import Described
from local.openapi.words.statuses import REASONS_TABLE

TAG = "Buying tickets"

ROUTES = {
    "POST /tickets": Described(
        TAG,
        "Buy tickets",
        answers.Order,
        "The tickets are held, and the phone shows the M-PESA prompt. Ask `GET /orders/{order_id}` while `status` is "
        "`pending`.",
        {"the prompt is on the phone": examples.PENDING, "a free ticket": examples.FREE},
        requests={
            "two tickets": {
                "event_id": examples.EVENT_ID,
                "ticket_type": "VIP",
                "quantity": 2,
                "phone_number": "0712 345 678",
            },
            "a free ticket": {"event_id": examples.EVENT_ID, "ticket_type": "Community"},
        },
        description="The price is the tier's; an `amount` in the body is ignored. Sent again with the same "
        "`Idempotency-Key` and body, it answers 202 with the same order as it stands by then.",
    ),
    "GET /orders/{order_id}": Described(
        TAG,
        "Read an order",
        answers.OrderWithTickets,
        "The order as it stands.",
        {
            "pending": {**examples.PENDING, "tickets": []},
            "completed": examples.COMPLETED,
            "wrong PIN": {**examples.WRONG_PIN, "tickets": []},
            "cancelled": {**examples.CANCELLED, "tickets": []},
            "expired": {**examples.EXPIRED, "tickets": []},
            "refund on its way": {**examples.REFUND_PENDING, "tickets": []},
        },
        description="Only one's own. Ask every 2 to 3 seconds while it is `pending`, not faster.\n\n"
        "`reason` says why there are no tickets: one of these, or a code that `POST /tickets` may be refused with.\n\n"
        f"{REASONS_TABLE}",
    ),
    "POST /orders/{order_id}/cancel": Described(
        TAG,
        "Give an order back",
        answers.Order,
        "Its tickets admit nobody any more, and the money is on its way back.",
        {"paid": examples.GIVEN_BACK},
        description="Only one's own, completed and unused, and only on the organizer's terms: until "
        "`refund_until_hours` of the event before its start, for `refund_percent` of what was paid. Of the terms at "
        "the purchase and those of today the kinder ones count. The price of a ticket that the organizer has made void "
        "stays with him, and a ticket that was passed on has to be transferred back first. The tickets go back on "
        "sale. An order that cost nothing becomes `cancelled`. To cancel it again answers the same.",
    ),
    "POST /orders/{order_id}/resend": Described(
        TAG,
        "Have the tickets sent again",
        answers.TicketsResent,
        "They are on their way, by SMS and e-mail.",
        {
            "on their way": {
                "success": True,
                "message": "Your tickets are on their way by SMS and e-mail.",
                "order_id": examples.ORDER_ID,
            }
        },
        description="To the phone number and the address of the account, as they are now. Only one's own order, and at "
        "most three times an hour. When tickets are issued they are sent without asking.",
    ),
    "POST /mpesa_transaction_status": Described(
        TAG,
        "Ask whether a payment is paid",
        answers.TransactionStatus,
        "Whether it is paid.",
        {
            "paid": {
                "status": "success",
                "message": "The payment is complete.",
                "transaction_status": "paid",
                "order_id": examples.ORDER_ID,
            },
            "still pending": {
                "status": "failed",
                "message": "The payment is still pending.",
                "transaction_status": "pending",
                "order_id": examples.ORDER_ID,
            },
        },
        requests={
            "by the prompt's id": {"checkout_request_id": examples.CHECKOUT_REQUEST_ID},
            "by the receipt": {"checkout_request_id": examples.RECEIPT},
        },
        description="For the first web client. New clients ask `GET /orders/{order_id}`, which says more.",
    ),
}
