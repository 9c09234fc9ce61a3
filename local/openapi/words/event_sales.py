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
}
