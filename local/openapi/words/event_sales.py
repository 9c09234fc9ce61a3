from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "An event's sales"

_SALES = {
    "event_id": examples.EVENT_ID,
    "currency": "KES",
    "sold": 42,
    "revenue": 61_000,
    "held": 3,
    "left": 155,
    "by_tier": [
        {"ticket_type": "VIP", "price": 2_500, "sold": 20, "revenue": 50_000},
        {"ticket_type": "Regular", "price": 500, "sold": 22, "revenue": 11_000},
    ],
    "by_day": [
        {
            "date": "2026-12-01",
            "sold": 42,
            "revenue": 61_000,
            "by_tier": [
                {"ticket_type": "Regular", "sold": 22, "revenue": 11_000},
                {"ticket_type": "VIP", "sold": 20, "revenue": 50_000},
            ],
        }
    ],
    "stock": [
        {"ticket_types": ["VIP"], "capacity": 50, "sold": 20, "held": 0, "left": 30},
        {"ticket_types": ["Regular"], "capacity": 150, "sold": 22, "held": 3, "left": 125},
    ],
    "as_of": "2026-12-01T09:30:00Z",
}

_PAGES = (
    "JSON, or CSV with `format=csv` or `Accept: text/csv`. Ask again with `cursor=<next_cursor>` until it is null. "
    'A page of CSV has no room for a cursor, so the header `Link` with `rel="next"` leads on; only the first page '
    "names the columns, so the pages one after the other are one file. A cell that a spreadsheet would take for a "
    "formula begins with an apostrophe. Compressed with `Accept-Encoding: gzip`."
)

ROUTES = {
    "GET /events/{event_id}/sales": Described(
        TAG,
        "Read what was sold",
        answers.Sales,
        "What the sales came to a moment ago: as a rule within two seconds of a sale.",
        {"figures": _SALES},
        description="A day is Nairobi's, and a ticket counts on the day on which its order was paid. What is given "
        "back is taken off that day again; what the organizer keeps by his terms stays. Tickets that cost nothing are "
        "sold for KES 0.",
    ),
    "GET /events/{event_id}/attendees": Described(
        TAG,
        "List the tickets and who holds them",
        answers.Attendees,
        "A page, in the order of the tickets' codes.",
        {
            "a page": {
                "attendees": [
                    {
                        "ticket_id": f"{examples.ORDER_ID}-1",
                        "code": "7K3M01XZ",
                        "ticket_type": "VIP",
                        "status": "valid",
                        "name": "Wanjiku Kamau",
                        "admitted_at": None,
                        "gate": None,
                        "purchase_date": "2026-12-01T09:31:00Z",
                        "order_id": examples.ORDER_ID,
                    }
                ],
                "next_cursor": None,
            }
        },
        description="A row for each ticket that was ever issued, whatever became of it. Of its holder it tells the "
        f"name; messages reach holders through the system.\n\n{_PAGES}",
        csv="code,ticket_type,status,name,admitted_at,gate,purchase_date,order_id,ticket_id\r\n"
        f"7K3M01XZ,VIP,valid,Wanjiku Kamau,,,2026-12-01T09:31:00Z,{examples.ORDER_ID},{examples.ORDER_ID}-1\r\n",
    ),
    "GET /events/{event_id}/orders": Described(
        TAG,
        "List the orders",
        answers.EventOrders,
        "A page, in no particular order. It may have fewer rows than `limit`, or none, and more pages after it.",
        {
            "a page": {
                "orders": [
                    {
                        "order_id": examples.ORDER_ID,
                        "account_reference": "T7K3MQ2W9E5R",
                        "paid_at": "2026-12-01T09:31:00Z",
                        "ticket_type": "VIP",
                        "quantity": 2,
                        "unit_price": 2_500,
                        "amount": 5_000,
                        "refund_amount": 0,
                        "status": "completed",
                        "reason": None,
                        "receipt": examples.RECEIPT,
                        "phone": "…678",
                        "name": "Wanjiku Kamau",
                        "complimentary": False,
                    }
                ],
                "next_cursor": None,
            }
        },
        description="A row for each order that got its tickets, also when it was given back later: then `status` says "
        f"so, and `refund_amount` how much.\n\n{_PAGES}",
        csv="account_reference,paid_at,ticket_type,quantity,unit_price,amount,refund_amount,status,reason,receipt,phone,"
        "name,complimentary,order_id\r\n"
        "T7K3MQ2W9E5R,2026-12-01T09:31:00Z,VIP,2,2500,5000,0,completed,,NLJ7RT61SV,…678,Wanjiku Kamau,no,"
        f"{examples.ORDER_ID}\r\n",
    ),
    "POST /events/{event_id}/complimentary": Described(
        TAG,
        "Give tickets away",
        answers.TicketsGiven,
        "The tickets are held, and reach their holder within seconds.",
        {
            "on their way": {
                "message": "The tickets are on their way to their holder by SMS and e-mail.",
                "order_id": examples.ORDER_ID,
                "status": "pending",
                "event_id": examples.EVENT_ID,
                "event_title": "Koroga Festival",
                "ticket_type": "VIP",
                "quantity": 2,
                "amount": 0,
            }
        },
        requests={"two tickets": {"ticket_type": "VIP", "quantity": 2, "email": "juma@example.com"}},
        description="To somebody who has an account. They come out of the tier's stock like tickets that are sold, "
        "and count as sold for KES 0. The tier's times of sale and its limit of an order do not bind the organizer; a "
        "draft is published first. Sent again with the same `Idempotency-Key` and body, they are given once. An "
        "organizer may do so 100 times an hour, unless configured otherwise: then 429 with `Retry-After`. Nothing is "
        "told of who the holder is.",
    ),
    "POST /tickets/{ticket_id}/void": Described(
        TAG,
        "Make a ticket void",
        answers.TicketVoided,
        "It admits nobody any more, and scanners hear of it.",
        {
            "void": {
                "message": "The ticket is void.",
                "ticket_id": f"{examples.ORDER_ID}-1",
                "status": "void",
                "reason": "Bought with a stolen phone",
                "voided_at": "2026-12-20T09:30:00Z",
            }
        },
        requests={"fraud": {"reason": "Bought with a stolen phone"}},
        description="A ticket of one's own event that nobody was admitted with. Its holder is told, by SMS and e-mail. "
        "No money moves, and the seat is not sold again. To do it again changes nothing. "
        "`GET /events/{event_id}/attendees` names the tickets.",
    ),
}
