from typing import Any

from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "Tickets"

OWN = "Only one's own; anybody else's is not found."
BY_LINK = "For whoever has the link, without an account."
PAGE = '<!doctype html>\n<html lang="en">…'
PDF = "%PDF-1.4 …"
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…"
PNG = "\x89PNG\r\n…"


def _file(summary: str, answered: str, media_type: str, example: str, description: str, **more: Any) -> Described:
    return Described(
        TAG, summary, None, answered, {"a file": example}, description=description, media_type=media_type, **more
    )


ROUTES = {
    "GET /tickets/{ticket_id}": Described(
        TAG,
        "Read a ticket",
        answers.HeldTicket,
        "The ticket, with what its QR code says.",
        {
            "valid": examples.HELD_TICKET,
            "used": {
                **examples.HELD_TICKET,
                "state": "used",
                "admitted_at": "2026-12-24T14:41:07Z",
                "admitted_gate": "Gate A",
                "token": None,
            },
        },
        description=OWN,
        language=False,
    ),
    "POST /tickets/{ticket_id}/transfer": Described(
        TAG,
        "Give a ticket to somebody else",
        answers.TicketTransferred,
        "The ticket is dead, and the new holder has another one, by SMS and e-mail.",
        {
            "transferred": {
                "message": "The ticket has a new holder. Your own code and QR code admit nobody any more.",
                "ticket_id": f"{examples.ORDER_ID}-1",
                "status": "transferred",
                "transferred_at": "2026-12-20T09:30:00Z",
            }
        },
        requests={"to a friend": {"email": "juma@example.com"}},
        description="One's own, still valid and unused, until the event is over, and to somebody who has an account. "
        "It cannot be undone by the giver. An order with a ticket that was passed on cannot be given back any more. To "
        "give it to the same person again changes nothing.",
    ),
    "GET /tickets/{ticket_id}/qr.svg": _file(
        "Draw a ticket's QR code", "The QR code, to any size.", "image/svg+xml", "<svg …>…</svg>", OWN
    ),
    "GET /tickets/{ticket_id}/qr.png": _file(
        "Draw a ticket's QR code in dots", "The QR code.", "image/png", PNG, OWN, language=False
    ),
    "GET /tickets/{ticket_id}/pdf": _file(
        "Print a ticket", "One page. A ticket that admits nobody says why.", "application/pdf", PDF, OWN
    ),
    "GET /tickets/{ticket_id}/calendar.ics": _file(
        "Put a ticket into a calendar", "The event, in Nairobi time.", "text/calendar", CALENDAR, OWN
    ),
    "GET /orders/{order_id}/pdf": _file(
        "Print the tickets of an order", "A page for each ticket.", "application/pdf", PDF, OWN
    ),
    "GET /t/{link}": _file(
        "Show a ticket on a phone",
        "A page that also opens without a network once it was seen. A link that leads nowhere: 404, a page as well.",
        "text/html",
        PAGE,
        f"{BY_LINK} `?lang=sw` and `?lang=en` go before `Accept-Language`.",
    ),
    "GET /t/{link}/qr.png": _file(
        "Draw the QR code of a link",
        "The QR code.",
        "image/png",
        PNG,
        BY_LINK,
        operation_id="draw_linked_ticket_png",
        language=False,
    ),
    "GET /t/{link}/pdf": _file(
        "Print the ticket of a link", "One page.", "application/pdf", PDF, BY_LINK, operation_id="print_linked_ticket"
    ),
    "GET /t/{link}/calendar.ics": _file(
        "Put the ticket of a link into a calendar",
        "The event, in Nairobi time.",
        "text/calendar",
        CALENDAR,
        BY_LINK,
        operation_id="get_linked_ticket_calendar",
    ),
    "GET /t/{link}/apple.pkpass": _file(
        "Put a ticket into Apple Wallet",
        "The pass.",
        "application/vnd.apple.pkpass",
        "PK…",
        f"{BY_LINK} Only where a certificate of Apple is configured.",
    ),
    "GET /t/{link}/google": Described(
        TAG,
        "Put a ticket into Google Wallet",
        None,
        "`Location` leads to Google, where the pass is saved.",
        {},
        description=f"{BY_LINK} Only where an account of Google Wallet is configured.",
    ),
    "GET /t/worker.js": _file(
        "Keep opened tickets on the phone",
        "The service worker of the page.",
        "text/javascript",
        "self.addEventListener(…)",
        "For browsers.",
        language=False,
    ),
    "GET /.well-known/jwks.json": Described(
        TAG,
        "Read the keys that tickets are signed with",
        answers.TicketKeys,
        "The public keys, the newest first. A ticket that one of them has signed is genuine.",
        {"keys": {"keys": [examples.TICKET_KEY]}},
        description="A JSON Web Key Set. With it a scanner verifies QR codes by itself: `docs/tickets.md` has their "
        "bytes.",
        language=False,
    ),
}
