from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "What a customer has"

ROUTES = {
    "GET /user/tickets": Described(
        TAG,
        "List one's tickets",
        answers.Tickets,
        "Tickets that are paid for, the newest first.",
        {"tickets": {"tickets": [examples.TICKET], "next_cursor": None}},
    ),
    "GET /user/payments": Described(
        TAG,
        "List one's payments",
        answers.Payments,
        "Payments in any state, the newest first.",
        {"payments": {"payments": [examples.PAYMENT], "next_cursor": None}},
    ),
    "GET /my_events": Described(
        TAG,
        "List the events one has tickets for",
        list[answers.Event],
        "Each event once, those that are over too, the earliest start first. A bare array, all at once.",
        {"events": [examples.EVENT]},
    ),
    "GET /user/upcoming_events": Described(
        TAG,
        "List the upcoming events one has tickets for",
        answers.UpcomingEvents,
        "Those that are not over, the earliest start first.",
        {
            "events": {"message": "Your upcoming events.", "upcoming_events": [examples.EVENT], "next_cursor": None},
            "none": {"message": "You have no upcoming events.", "upcoming_events": [], "next_cursor": None},
        },
    ),
}
