from local.openapi import answers, examples
from local.openapi.described import Described

FINDING, ORGANIZING = "Finding events", "Organizing events"

ROUTES = {
    "GET /events": Described(
        FINDING,
        "List upcoming events",
        answers.EventPage,
        "A page of events that are not over, the earliest start first.",
        {"a page": examples.EVENT_PAGE},
        description="Filters may be combined: an event must meet all that are given. An empty one is none.",
    ),
    "GET /events/search": Described(
        FINDING,
        "Search events by words",
        answers.EventPage,
        "A page of events that have all the words, the earliest start first.",
        {"a page": examples.EVENT_PAGE},
    ),
    "GET /events/popular": Described(
        FINDING,
        "The most popular events",
        answers.PopularEvents,
        "The three upcoming events with the most tickets sold.",
        {"popular": {"popular_events": [examples.EVENT]}},
    ),
    "GET /events/category_count/{category}": Described(
        FINDING,
        "Count the events of a category",
        answers.CategoryCount,
        "How many of them are not over; 0 for a category nobody uses.",
        {"count": {"count": 7}},
        description="The category as the event has it, percent-encoded: `Food%20%26%20Drink`.",
    ),
    "GET /events/{event_id}": Described(
        FINDING,
        "Read an event",
        answers.Event,
        "The event, also one that is over.",
        {"an event": examples.EVENT},
        description=(
            "No token is needed. A draft is found by its organizer alone, who sends his token here too; so he reads "
            "hidden tiers with their codes, as he does in his list."
        ),
    ),
    "POST /events": Described(
        ORGANIZING,
        "Publish an event",
        answers.Event,
        "The event. It can be found and bought from now on, unless it is a draft.",
        {"published": {**examples.EVENT, "tickets_sold": 0}},
        requests={
            "an event": examples.NEW_EVENT,
            "as a form sends it": examples.EVENT_FORM,
            "a draft": {**examples.NEW_EVENT, "status": "draft"},
        },
    ),
    "PUT /events/{event_id}": Described(
        ORGANIZING,
        "Change an event",
        answers.EventUpdated,
        "The event as it is now.",
        {"changed": {"message": "The event is updated.", "event": {**examples.EVENT, "title": "Nyege Nights II"}}},
        requests={
            "another title": {"title": "Nyege Nights II"},
            "another price, and a tier more": {
                "ticket_tiers": {
                    "Early Bird": {},
                    "VIP": {"price": 3000},
                    "Table of Ten": {"price": 25000, "capacity": 5},
                }
            },
        },
        description="Send what changes. Orders keep the price they were placed at. A cancelled event stays as it is.",
    ),
    "DELETE /events/{event_id}": Described(
        ORGANIZING,
        "Delete an event",
        answers.Done,
        "The event is gone.",
        {"deleted": {"message": "The event is deleted."}},
        description="Only while none of its tickets is sold or held; afterwards it can be cancelled.",
    ),
    "POST /events/{event_id}/publish": Described(
        ORGANIZING,
        "Publish a draft",
        answers.EventUpdated,
        "The event. It can be found and bought from now on.",
        {"published": {"message": "The event is published.", "event": {**examples.EVENT, "tickets_sold": 0}}},
        description="To publish it again changes nothing.",
    ),
    "POST /events/{event_id}/unpublish": Described(
        ORGANIZING,
        "Take an event back into a draft",
        answers.EventUpdated,
        "The event. It is in no listing, and nothing of it is sold.",
        {"a draft": {"message": "The event is a draft again.", "event": {**examples.EVENT, "status": "draft"}}},
        description=(
            "Sales stop. Holders keep their tickets, and whoever is paying at this moment gets his. To take it back "
            "again changes nothing."
        ),
    ),
    "POST /events/{event_id}/cancel": Described(
        ORGANIZING,
        "Cancel an event",
        answers.Cancellation,
        "It is cancelled. Its orders are being ended, and what was paid for them is on its way back.",
        {
            "begun": {
                **examples.CANCELLATION,
                "state": "ending_orders",
                "finished_at": None,
                "tickets_left": 42,
                "orders_ended": 0,
                "orders_to_refund": 0,
                "orders_refunded": 0,
                "amount_to_refund": 0,
                "amount_refunded": 0,
            }
        },
        description=(
            "For good. Sales stop at once; every order is refunded in full, its tickets admit nobody any more, and all "
            "holders are told. Whoever was let in already has his money back too. What is being paid for at this "
            "moment is refunded when the money comes. Possible until seven days after the event's end. To ask again "
            "changes nothing."
        ),
    ),
    "GET /events/{event_id}/cancellation": Described(
        ORGANIZING,
        "How far a cancellation has come",
        answers.Cancellation,
        "What has ended, and what has been paid back.",
        {"refunding": examples.CANCELLATION},
    ),
    "GET /organizer/events": Described(
        ORGANIZING,
        "List one's own events",
        answers.OrganizerEvents,
        "Events of the organizer who asks, those that are over too, the latest start first.",
        {"events": {"events": [{**examples.EVENT, "tickets_purchased": 42}], "next_cursor": None}},
    ),
}
